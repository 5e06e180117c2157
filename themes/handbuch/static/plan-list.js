// The list of chosen cases and the joint plan: all their points together, own points, order, similar cases.
"use strict";
(async () => {
  const { LIMITS, page, answer, byLikeness, count, isEmpty, isSelected, move, points, removeOwn, select, setOwn } = globalThis.HandbookPlan;
  const { one, all, word, number, element, copyOf, say } = page;
  const items = globalThis.HandbookItems;
  const index = items.shared;
  if (!index) return;

  const cases = items.loaded;
  const PORTION = 20;
  let session;
  let showLinks = () => {};
  let portion = PORTION;
  /** Points that were shown since the filter was set: a point does not vanish under the reader's hand. */
  let shown = new Set();
  /** What the parts of the page were built for: as long as it stays, nothing is built anew and the focus keeps its place. */
  const built = {};
  const isNew = (part, ...state) => {
    const before = built[part];
    built[part] = JSON.stringify(state);
    return built[part] !== before;
  };

  // Chosen cases

  const row = ({ slug, title }, place, list) => {
    const known = cases.get(slug);
    const made = copyOf("plan-case");
    const name = one("[data-name]", made);
    name.append(known ? element("a", { href: page.root + known.href, textContent: known.title }) : title || slug);
    one("[data-place]", made).textContent = known
      ? [known.organisations, known.place, known.items.length ? "" : word("no-items")].filter(Boolean).join(" · ")
      : word("case-gone");
    for (const button of all("button", made)) {
      const step = { up: -1, down: 1 }[button.dataset.do];
      one("[data-of]", button).textContent = known?.short_title ?? title;
      button.disabled = step < 0 ? place === 0 : step > 0 && place === list.length - 1;
      button.onclick = () => {
        session.update((plan) => (step ? move(plan, slug, step) : select(plan, { slug }, false)));
        say(step ? word("moved", { n: place + 1 + step }) : number("selection", session.plan.cases.length));
        const rows = all("#plan-faelle li");
        const next = rows[step ? place + step : Math.min(place, rows.length - 1)];
        const again = next && all("button", next).find((each) => each.dataset.do === button.dataset.do && !each.disabled);
        (again ?? (next && one("button:enabled", next)) ?? one("#plan-faelle-titel")).focus();
      };
    }
    return made;
  };

  const showCases = () => {
    const { plan } = session;
    if (isNew("cases", plan.cases)) one("#plan-faelle").replaceChildren(...plan.cases.map(row));
    one("#plan-leer").hidden = plan.cases.length > 0;
    one("[data-out=cases]").textContent = plan.cases.map(({ slug, title }) => cases.get(slug)?.short_title ?? title).join("; ");
    one("[data-selection]").textContent = number("selection", plan.cases.length);
    one("[data-to-points]").hidden = !plan.cases.length;
  };

  // Points

  const filter = () => one("input[name=filter]:checked").value;
  const isShown = (point) => filter() === "all" || point.removed || point.formerly || ["open", "none"].includes(point.standing) || shown.has(point.id);

  const listed = () => points(session.plan, index, cases, page.today()).map((point) => ({ ...point, reason: point.of ? page.whyNot({ ...point, ...point.applies_to }, session.plan.profile, index) : "" }));

  const pointElement = (point) => {
    const made = page.build(point);
    if (!point.own) return made;
    const tools = copyOf("plan-own-tools");
    const text = one("textarea", tools);
    text.value = point.text;
    one("button", tools).onclick = () => {
      session.update((plan) => removeOwn(plan, point.id));
      say(word("own-removed"));
      (one(`#plan-${point.dimension} summary`) ?? one("#plan-punkte-titel")).focus();
    };
    one(".more .fields", made).before(tools);
    return made;
  };

  const group = (list) => {
    const side = new Set(list.map((point) => point.case)).size > 1;
    return element("ul", { className: side ? "items items-side" : "items" }, ...list.map(pointElement));
  };

  const byKind = (list) => [...new Set(list.map(({ kind }) => kind))].map((kind) => group(list.filter((point) => point.kind === kind)));

  const dimensionSection = ({ id, letter, name, question }, list) => {
    const section = copyOf("plan-dimension");
    section.id = `plan-${id}`;
    section.prepend(element("h3", {}, element("span", { className: "letter", textContent: letter }), ` ${name}`));
    one(".question", section).textContent = question;
    const fitting = list.filter(({ reason }) => !reason);
    const folded = list.filter(({ reason }) => reason);
    const place = one("[data-points]", section);
    place.append(...byKind(fitting));
    if (folded.length) {
      const details = copyOf("plan-unfit");
      one("summary", details).textContent = number("unfit", folded.length);
      one("ul", details).append(...folded.map(pointElement));
      place.append(details);
    }
    const form = one("form", section);
    one("[data-of]", form).textContent = name;
    form.onsubmit = (event) => {
      event.preventDefault();
      const field = one("textarea", form);
      const text = field.value.trim();
      if (!text) return field.focus();
      const own = `eigen-${crypto.getRandomValues(new Uint32Array(1))[0].toString(36)}`;
      const now = page.now();
      session.update((plan) => setOwn(plan, own, { dimension: id, text }, now));
      say(word("own-added"));
      one("input", document.getElementById(own)).focus();
    };
    return section;
  };

  const rebuild = (list) => {
    const visible = list.filter(isShown);
    shown = new Set(visible.map(({ id }) => id));
    const removed = visible.filter((point) => point.removed);
    one("#plan-punkte").replaceChildren(...index.dimensions.map((dimension) => dimensionSection(dimension, visible.filter((point) => point.dimension === dimension.id && !point.removed))));
    one("#plan-entfallen").hidden = !removed.length;
    one("#plan-entfallen ul").replaceChildren(...removed.map(pointElement));
  };

  const showPoints = () => {
    const list = listed();
    if (isNew("points", session.plan.cases, list.filter(isShown).map(({ id, reason }) => [id, reason]))) rebuild(list);
    for (const point of list) {
      const made = document.getElementById(point.id);
      if (!made) continue;
      page.fill(made, point.entry);
      page.remark(made, "unfit", ...(point.reason ? [element("p", { textContent: point.reason })] : []));
      if (point.of) page.markChange(made, point.entry, point.text, () => change(point, {}));
      else if (point.own) one(".item-text", made).textContent = point.text;
    }
    for (const { id } of index.dimensions) {
      const mine = list.filter((point) => point.dimension === id && !point.reason && !point.removed);
      const numbers = count(mine.map(({ standing }) => standing));
      const section = one(`#plan-${id}`);
      one(".standing-words", section).textContent = mine.length ? page.inWords(numbers) : word("not-mentioned");
      one(".bar", section).replaceChildren(...page.bar(numbers));
      one(".standing", section).classList.toggle("untouched", !numbers.open && !numbers.settled);
      section.classList.toggle("plan-nothing", !one(".item", section));
    }
    one("#plan-gemeinsam").hidden = !session.plan.cases.length && !session.plan.own.length;
    one("[data-nothing-open]").hidden = list.some(isShown);
  };

  const change = (point, changes) => {
    const now = page.now();
    session.update((plan) => (point.own ? setOwn(plan, point.id, changes, now) : answer(plan, point, changes, now)));
    const place = one(`#plan-${point.dimension} .standing-words`);
    if ("answer" in changes && place) say(`${index.dimensions.find(({ id }) => id === point.dimension).name}: ${place.textContent}`);
  };

  // Choosing cases, those most like the reader's institution first

  const choice = one("#plan-aehnlich");
  const order = one("select", choice);
  const efforts = order.dataset.efforts.split("|");

  /** Cases in the order that the reader wants: by likeness, or by effort, those of which none is known last. */
  const inOrder = (list) => {
    const place = ({ effort }) => (efforts.includes(effort) ? efforts.indexOf(effort) : efforts.length);
    const alike = byLikeness(list, session.plan.profile, index);
    return order.value ? alike.sort((a, b) => place(a) - place(b)) : alike;
  };

  const choiceElement = (each, reasons) => {
    const made = copyOf("plan-similar");
    made.prepend(element("h4", {}, element("a", { href: page.root + each.href, textContent: each.short_title })));
    one("[data-place]", made).textContent = `${each.organisations} · ${each.place}`;
    one("[data-effort]", made).textContent = each.effort;
    one(".reasons", made).append(...reasons.map((textContent) => element("li", { textContent })));
    const button = one("button", made);
    one("[data-of]", button).textContent = each.short_title;
    button.dataset.slug = each.slug;
    return made;
  };

  const showChosen = () => {
    for (const button of all("[data-slug]", choice)) button.setAttribute("aria-pressed", isSelected(session.plan, button.dataset.slug));
  };

  const showChoice = async () => {
    const { plan } = session;
    const known = Object.keys(plan.profile).length > 0;
    one("[data-no-profile]").hidden = known;
    one("[data-with-profile]").hidden = !known;
    showChosen();
    one("[data-effort-hint]").hidden = !order.value;
    if (!choice.open || !isNew("choice", plan.profile, portion, order.value)) return;
    const sorted = inOrder(await items.loadSettings(page.root));
    one("ul", choice).replaceChildren(...sorted.slice(0, portion).map((each) => {
      const reasons = page.reasonWords(each.reasons, plan.profile, index);
      return choiceElement(each, known && !reasons.length ? [word("like-none")] : reasons);
    }));
    const more = one("[data-more]", choice);
    more.hidden = sorted.length <= portion;
    more.textContent = word("more", { n: Math.min(PORTION, sorted.length - portion) });
    showChosen();
    showLinks();
  };

  choice.addEventListener("toggle", () => session && showChoice());
  order.addEventListener("change", () => session && showChoice());
  choice.addEventListener("click", async ({ target }) => {
    const { slug } = target.dataset;
    if (slug) {
      const on = !isSelected(session.plan, slug);
      await items.load(page.root, [slug]);
      session.update((plan) => select(plan, cases.get(slug) ?? { slug, title: "" }, on));
      say(number("selection", session.plan.cases.length));
    } else if (target.matches("[data-more]")) {
      const first = portion;
      portion += PORTION;
      await showChoice();
      all("li a", choice)[first].focus();
    }
  });

  /** Other pages lead here with cases to choose: ?faelle=a,b. Taken out of the address, so that a reload does not choose them again. */
  const selectFromAddress = async () => {
    const slugs = new URLSearchParams(location.search).get("faelle")?.split(",").slice(0, LIMITS.cases) ?? [];
    if (!slugs.length) return;
    history.replaceState(null, "", location.pathname + location.hash);
    await items.load(page.root, slugs);
    session.update((plan) => { for (const slug of slugs) if (cases.has(slug)) select(plan, cases.get(slug), true); });
    say(number("selection", session.plan.cases.length));
  };

  // All of it

  const meeting = all("#plan-besprechung input");
  const showMeeting = () => {
    for (const input of meeting) {
      const value = session.plan[input.name];
      if (input !== document.activeElement) input.value = value;
      one(`[data-out=${input.name}]`).textContent = input.type === "date" ? page.day(value) : value;
    }
  };

  // Taking along and taking over: what only some readers do has scripts of its own, which come with the first time

  const take = one("#plan-mitnehmen");
  let transfer;
  const bring = () => {
    transfer ??= Promise.all(take.dataset.scripts.split(" ").map((src) => new Promise((done, failed) => {
      document.head.append(element("script", { src, async: false, onload: done, onerror: failed }));
    }))).then(() => globalThis.HandbookPlan.transfer(session, index, listed));
    // What did not come over the line this time may come the next.
    transfer.catch(() => { transfer = undefined; });
    return transfer;
  };
  const transferring = async (act) => {
    page.warn("");
    let ways;
    try {
      ways = await bring();
    } catch {
      return page.warn(word("take-failed"));
    }
    return act(ways);
  };
  const arrive = () => location.hash.startsWith("#plan=") && transferring((ways) => ways.arrive());

  const showTake = () => {
    one("#plan-link").hidden = true;
    for (const button of all("button", take)) button.disabled = isEmpty(session.plan);
    one("#plan-drucken").disabled = one("#plan-gemeinsam").hidden;
  };

  const parts = [showCases, showPoints, showMeeting, showChoice];
  const render = async () => {
    const missing = () => session.plan.cases.map(({ slug }) => slug).filter((slug) => !items.isSettled(slug));
    for (let slugs = missing(); slugs.length; slugs = missing()) await items.load(page.root, slugs);
    for (const part of parts) part();
  };

  session = await page.openSession(index.handbook, page.root, () => session && render(), () => page.warn(word("write-failed")));
  showLinks = page.carry(session);
  parts.push(page.profileForm(session, index), page.keepPanel(session), showTake, showLinks);
  for (const input of meeting) input.addEventListener("input", () => session.update((plan) => { plan[input.name] = input.value; }));
  one("#plan-filter").addEventListener("change", () => {
    shown = new Set();
    showPoints();
    say(number("points", all("#plan-punkte .item").length));
  });
  page.watchItems(one("#plan-gemeinsam"), (item, changes) => {
    // An own point without words would be none.
    if (changes.text?.trim() !== "") change(listed().find(({ id }) => id === item.id), changes);
  });
  for (const button of all("[data-take]", take)) button.addEventListener("click", () => transferring((ways) => ways[button.dataset.take]()));
  one("#plan-datei").addEventListener("change", async ({ target }) => {
    const [file] = target.files;
    if (!file) return;
    await transferring((ways) => ways.open(file));
    target.value = "";
  });
  addEventListener("hashchange", arrive);
  one("#plan-drucken").addEventListener("click", () => print());
  addEventListener("beforeprint", () => { for (const details of all("details.unfit")) details.open = true; });
  for (const each of all("[data-live]")) each.hidden = false;
  for (const each of all("[data-dead]")) each.hidden = true;
  await arrive();
  await selectFromAddress();
  // Who has chosen nothing yet has come to choose.
  choice.open = !session.plan.cases.length;
  if (location.hash === "#plan-profil") one("#plan-profil details").open = true;
  await render();
  // Where an address led to did not show before.
  document.getElementById(location.hash.slice(1))?.scrollIntoView();
})();
