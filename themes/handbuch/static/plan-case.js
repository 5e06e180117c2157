// The transfer check on the page of a case: answers, their state by dimension, the reader's own institution beside that of the case.
"use strict";
(async () => {
  const { page, answer, answersTo, count, entryOf, isSelected, select, standing, takeEarly } = globalThis.HandbookPlan;
  const { one, all, word, element, say } = page;
  const index = globalThis.HandbookItems.shared;
  if (!index) return;

  const main = one("article");
  const list = one("#teil-pruefliste");
  const { case: slug, title } = main.dataset;
  const ids = (value) => (value ? value.split(" ") : []);
  const traits = Object.fromEntries(["forms", "states", "settlements"].map((key) => [key, ids(main.dataset[key])]));

  const items = all(".item", list).map((item) => ({
    element: item,
    home: item.parentElement,
    id: item.id,
    case: slug,
    dimension: item.dataset.dimension,
    kind: item.dataset.kind,
    due: item.querySelector("time[data-due]")?.dateTime,
    text: one(".item-text", item).textContent.trim(),
    forms: ids(item.dataset.forms),
    settlements: ids(item.dataset.settlements),
  }));

  let showProfile = () => {};
  let showKeeping = () => {};
  let showLinks = () => {};
  let session;

  /** Items meant for others go into a fold below the rest, with the reason; nothing is left out. */
  const fold = (dimension, outside) => {
    const mine = items.filter((item) => item.dimension === dimension);
    const [{ home }] = mine;
    // Whatever is moved loses the focus, so only what has to move does.
    if (mine.every((item) => outside.has(item) !== (item.element.parentElement === home))) return;
    home.parentElement.querySelector("details.unfit")?.remove();
    home.append(...mine.filter((item) => !outside.has(item)).map((item) => item.element));
    const folded = mine.filter((item) => outside.has(item));
    if (!folded.length) return;
    const details = page.copyOf("plan-unfit");
    one("summary", details).textContent = page.number("unfit", folded.length);
    one("ul", details).append(...folded.map((item) => item.element));
    home.after(details);
  };

  /** State of a dimension, below its heading and in the overview. */
  const showStanding = (dimension, numbers) => {
    for (const place of all(`[data-standing="${dimension}"]`)) {
      place.textContent = page.inWords(numbers);
      place.classList.toggle("untouched", !numbers.open && !numbers.settled);
    }
    one(`[data-bar="${dimension}"]`).replaceChildren(...page.bar(numbers));
  };

  const showItems = () => {
    const { plan } = session;
    const outside = new Set();
    for (const item of items) {
      const entry = entryOf(plan, item.id);
      page.fill(item.element, entry);
      page.markChange(item.element, entry, item.text, () => change(item, {}));
      const reason = page.whyNot(item, plan.profile, index);
      if (reason) outside.add(item);
      page.remark(item.element, "unfit", ...(reason ? [element("p", { textContent: reason })] : []));
    }
    for (const dimension of new Set(items.map((item) => item.dimension))) {
      fold(dimension, outside);
      const counted = items.filter((item) => item.dimension === dimension && !outside.has(item));
      showStanding(dimension, count(counted.map((item) => standing(item, entryOf(plan, item.id), answersTo(index, item.kind), page.today()))));
    }
  };

  /** Answers to items that the handbook has no longer: kept and shown. */
  const showRemoved = () => {
    const known = new Set(items.map(({ id }) => id));
    const gone = session.plan.answers.filter((entry) => entry.case === slug && !known.has(entry.item));
    const place = one("#plan-entfallen");
    const shown = all(".item", place).map(({ id }) => id);
    place.hidden = !gone.length;
    if (shown.join() !== gone.map((entry) => entry.item).join()) {
      one("ul", place).replaceChildren(...gone.map((entry) => page.build({ ...entry, id: entry.item, answers: answersTo(index, entry.kind) })));
    }
    for (const entry of gone) page.fill(document.getElementById(entry.item), entry);
  };

  /** "Dort und bei Ihnen": the right-hand column. */
  const showYours = () => {
    const { profile } = session.plan;
    const near = page.nearness(traits, profile, index);
    const state = index.states.find(({ id }) => id === profile.state);
    const verdict = (known, same) => (known ? word(same ? "same" : "different") : "");
    const rows = {
      form: [page.nameOf(index.forms, profile.form), verdict(profile.form && traits.forms.length, traits.forms.includes(profile.form))],
      state: [state && `${state.name}, ${state.directorate}`, state && word(`near-${near ?? "none"}`)],
      settlement: [page.nameOf(index.settlements, profile.settlement), verdict(profile.settlement && traits.settlements.length, traits.settlements.includes(profile.settlement))],
    };
    for (const [key, [name, remark]] of Object.entries(rows)) {
      const cell = one(`[data-yours=${key}]`);
      cell.replaceChildren(name ?? element("span", { className: "muted", textContent: word("profile-missing") }), ...(name && remark ? [element("span", { className: "fact-note", textContent: remark })] : []));
    }
  };

  const button = one("[data-select]");
  const showSelection = () => {
    const on = isSelected(session.plan, slug);
    button.setAttribute("aria-pressed", on);
    one("[data-selection]").textContent = page.number("selection", session.plan.cases.length);
  };

  const render = () => {
    showItems();
    showRemoved();
    showYours();
    showSelection();
    showProfile();
    showKeeping();
    showLinks();
  };

  /** Notes an answer. The first one puts the case on the list, or its points would be missing in the joint plan. */
  const change = (item, changes) => {
    const first = !session.plan.answers.some((entry) => entry.case === slug) && !isSelected(session.plan, slug);
    const before = new Map(all("p[data-standing]").map((place) => [place, place.textContent]));
    const now = page.now();
    session.update((plan) => {
      answer(plan, item, changes, now);
      if (first) select(plan, { slug, title }, true);
    });
    const told = [...before].filter(([place, text]) => place.textContent !== text).map(([place]) => `${place.dataset.name}: ${place.textContent}`);
    if (first) told.push(word("selected-by-answer"));
    if (told.length) say(told.join(". "));
  };

  session = await page.openSession(index.handbook, page.root, () => session && render(), () => page.warn(word("write-failed")));
  const incoming = await page.fromAddress(index.handbook.key);
  // Who has a plan of their own decides on the list what becomes of this one.
  if (incoming?.plan && session.kept) location.replace(`${page.root}merkliste.html${incoming.hash}`);
  else if (incoming?.plan) session.update((plan) => Object.assign(plan, incoming.plan));
  else if (incoming?.error) page.warn(page.errorWords(incoming.error));

  showProfile = page.profileForm(session, index);
  showKeeping = page.keepPanel(session);
  showLinks = page.carry(session);
  button.addEventListener("click", () => {
    const on = !isSelected(session.plan, slug);
    session.update((plan) => select(plan, { slug, title }, on));
    say(one("[data-selection]").textContent);
  });
  const changed = (item, changes) => {
    const known = items.find(({ id }) => id === item.id);
    const entry = entryOf(session.plan, item.id);
    change(known ?? { ...entry, id: entry.item }, changes);
  };
  page.watchItems(main, changed);
  for (const [control, value] of takeEarly()) {
    if (control === button) button.click();
    else changed(control.closest(".item"), page.changeOf({ dataset: control.dataset, type: control.type, value }));
  }
  // On paper a fold would swallow what is in it.
  addEventListener("beforeprint", () => { for (const details of all("details.unfit")) details.open = true; });
  for (const each of all("[data-live]")) each.hidden = false;
  list.classList.add("live");
  render();
})();
