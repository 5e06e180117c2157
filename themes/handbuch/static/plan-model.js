// What a plan is and how it changes. Knows no page and no storage, so that tests can run it alone.
"use strict";
(() => {
  const HandbookPlan = (globalThis.HandbookPlan ??= {});
  const { isPast } = globalThis.HandbookDays;

  /** What a reader says about an item. */
  const FIELDS = ["answer", "note", "role", "due"];
  const BLANK = Object.freeze({ answer: "", note: "", role: "", due: "" });

  const empty = ({ key, title, edition }) => ({
    format: "praxis-plan",
    version: 1,
    handbook: { key, title, edition },
    saved: "",
    institution: "",
    date: "",
    profile: {},
    cases: [],
    answers: [],
    own: [],
  });

  const isEmpty = (plan) =>
    ![plan.cases, plan.answers, plan.own, Object.keys(plan.profile)].some((list) => list.length) && !plan.institution && !plan.date;

  const entryOf = (plan, id) => plan.answers.find(({ item }) => item === id) ?? plan.own.find(({ item }) => item === id);

  /** Replaces an entry where it stands, or adds it at the end. */
  const put = (list, entry) => {
    const place = list.findIndex(({ item }) => item === entry.item);
    if (place < 0) list.push(entry);
    else list[place] = entry;
  };

  /** Notes what a reader says about an item of a case; an entry that says nothing any more goes. */
  const answer = (plan, item, changes, now) => {
    const { id, case: slug, dimension, kind, text } = item;
    const entry = { ...BLANK, ...entryOf(plan, id), item: id, case: slug, dimension, kind, text, ...changes, changed: now };
    if (FIELDS.some((field) => entry[field])) put(plan.answers, entry);
    else plan.answers = plan.answers.filter((each) => each.item !== id);
  };

  /** Adds or changes an item that the team added itself. */
  const setOwn = (plan, id, changes, now) => put(plan.own, { ...BLANK, answer: "open", ...entryOf(plan, id), item: id, ...changes, changed: now });

  const removeOwn = (plan, id) => { plan.own = plan.own.filter(({ item }) => item !== id); };

  const isSelected = (plan, slug) => plan.cases.some((each) => each.slug === slug);

  const select = (plan, { slug, title }, on) => {
    if (on && !isSelected(plan, slug)) plan.cases.push({ slug, title });
    if (!on) plan.cases = plan.cases.filter((each) => each.slug !== slug);
  };

  /** Moves a case up (-1) or down (1) in the list. */
  const move = (plan, slug, step) => {
    const from = plan.cases.findIndex((each) => each.slug === slug);
    const to = from + step;
    if (from < 0 || to < 0 || to >= plan.cases.length) return;
    [plan.cases[from], plan.cases[to]] = [plan.cases[to], plan.cases[from]];
  };

  const setProfile = (plan, key, value) => {
    plan.profile = { ...plan.profile, [key]: value };
    if (!value) delete plan.profile[key];
  };

  /**
   * Where an item stands: "open", "settled", "passed" (a deadline) or "none" (no answer yet).
   * Without answers to choose from, the note is the answer.
   */
  const standing = ({ kind, due }, entry, answers, today) => {
    if (kind === "deadline" && !entry?.answer) return due && isPast(due, today) ? "passed" : "open";
    const chosen = answers.find(({ code }) => code === entry?.answer);
    if (chosen) return chosen.open ? "open" : "settled";
    return !answers.length && entry?.note ? "settled" : "none";
  };

  const answersTo = (index, kind) => index.kinds.find(({ id }) => id === kind)?.answers ?? index.own;

  const differs = (a, b) => FIELDS.some((field) => a[field] !== b[field]) || (!a.case && a.text !== b.text);

  /** Items about which two plans say different things, as pairs of entries. */
  const conflicts = (mine, theirs) =>
    [...theirs.answers, ...theirs.own].flatMap((their) => {
      const my = entryOf(mine, their.item);
      return my && differs(my, their) ? [{ item: their.item, mine: my, theirs: their }] : [];
    });

  const newest = (mine, theirs) => (theirs.changed > mine.changed ? theirs : mine);

  /** Both plans in one. Where they differ, `choose` takes one of two entries; lists keep the order of the first plan. */
  const merge = (mine, theirs, choose = newest) => {
    const join = (list) => {
      const joined = [...mine[list]];
      for (const their of theirs[list]) {
        const my = joined.find(({ item }) => item === their.item);
        put(joined, my && !(differs(my, their) && choose(my, their) === their) ? my : their);
      }
      return joined;
    };
    const merged = {
      ...mine,
      institution: mine.institution || theirs.institution,
      date: mine.date || theirs.date,
      profile: { ...theirs.profile, ...mine.profile },
      cases: [...mine.cases],
      answers: join("answers"),
      own: join("own"),
    };
    for (const each of theirs.cases) select(merged, each, true);
    return merged;
  };

  /**
   * Every point of a plan in the order in which a team goes through it: by dimension, kind and case, own points last; then
   * what belongs to items or dimensions that the handbook no longer has.
   */
  const points = (plan, index, cases, today) => {
    const found = [];
    const add = (item, shown) => {
      const entry = entryOf(plan, item.id);
      const answers = answersTo(index, item.kind);
      const changed = Boolean(entry?.text && shown && entry.text !== item.text);
      found.push({ ...item, entry, answers, standing: standing(item, entry, answers, today), ...(changed && { formerly: entry.text }) });
    };
    const chosen = plan.cases.map(({ slug }) => cases.get(slug)).filter(Boolean);
    for (const { id: dimension } of index.dimensions) {
      for (const { id: kind, label } of index.kinds) {
        for (const each of chosen) {
          for (const item of each.items) {
            if (item.kind === kind && item.dimension === dimension) add({ ...item, label, case: each.slug, of: each }, true);
          }
        }
      }
      for (const own of plan.own.filter((each) => each.dimension === dimension)) add({ ...own, id: own.item, kind: "own", own: true });
    }
    const known = new Set(found.map(({ id }) => id));
    for (const entry of [...plan.answers.filter((each) => isSelected(plan, each.case)), ...plan.own]) {
      if (!known.has(entry.item)) add({ ...entry, id: entry.item, kind: entry.kind ?? "own", own: !entry.kind, removed: true });
    }
    return found;
  };

  /** Numbers by standing. */
  const count = (list) => {
    const numbers = { open: 0, settled: 0, none: 0, passed: 0 };
    for (const each of list) numbers[each] += 1;
    return numbers;
  };

  Object.assign(HandbookPlan, {
    FIELDS, BLANK, empty, isEmpty, entryOf, answer, setOwn, removeOwn, isSelected, select, move, setProfile, standing, answersTo,
    conflicts, newest, merge, points, count,
  });
})();
