// The reader's own institution beside that of a case: what fits, what is alike. Says it in codes; pages have the words.
"use strict";
(() => {
  const HandbookPlan = (globalThis.HandbookPlan ??= {});

  /** Why an item is meant for others: ["form"], ["settlement"], both, or nothing. What is not known never excludes. */
  const misfits = ({ forms = [], settlements = [] }, { form, settlement }) => {
    const outside = (list, own) => own && list.length > 0 && !list.includes(own);
    return [outside(forms, form) && "form", outside(settlements, settlement) && "settlement"].filter(Boolean);
  };

  const stateOf = (index, id) => index.states.find((state) => state.id === id);

  /** How near the Länder of a case are: "state", "directorate", "neighbour", "nationwide", or undefined. */
  const nearness = ({ states }, profile, index) => {
    if (!states.length) return "nationwide";
    const own = stateOf(index, profile.state);
    if (!own) return undefined;
    if (states.includes(own.id)) return "state";
    if (states.some((id) => stateOf(index, id)?.directorate === own.directorate)) return "directorate";
    return states.some((id) => own.neighbours.includes(id)) ? "neighbour" : undefined;
  };

  /** What counts for how much when cases are put in order. */
  const WEIGHT = { form: 4, settlement: 4, state: 4, directorate: 3, neighbour: 2, nationwide: 1 };

  /** What a case and the reader's institution have in common, as codes; nothing before the reader has said anything. */
  const likeness = (each, profile, index) =>
    Object.keys(profile).length === 0 ? [] : [
      each.forms.includes(profile.form) && "form",
      nearness(each, profile, index),
      each.settlements.includes(profile.settlement) && "settlement",
    ].filter(Boolean);

  /** All cases, those most alike first. */
  const byLikeness = (cases, profile, index) => {
    const weigh = (reasons) => reasons.reduce((sum, reason) => sum + WEIGHT[reason], 0);
    const compare = (a, b) => weigh(b.reasons) - weigh(a.reasons) || a.short_title.localeCompare(b.short_title, "de");
    return [...cases].map((each) => ({ ...each, reasons: likeness(each, profile, index) })).sort(compare);
  };

  Object.assign(HandbookPlan, { misfits, nearness, likeness, byLikeness });
})();
