// Search and facets of the list of all cases. What is asked stands in the address, so that it can be sent to others and gone
// back to. Without this script, or without the engine, the list and the links beside it stay as they are.
(() => {
  "use strict";
  const form = document.getElementById("fallsuche");
  if (!form) return;
  const { PAUSE, count, fill, make, marked, open, search, some } = HandbookField;
  const words = form.dataset;
  const byId = (id) => document.getElementById(id);

  /** Hits that are shown at once. */
  const PORTION = 20;
  /** Values of a facet that are shown before the reader asks for all. */
  const FOLD = 8;
  /** Letters of a query that are said again. */
  const REPEATED = 80;
  /** Milliseconds of rest after which the number of hits is announced. */
  const REST = 700;

  const input = form.elements.q;
  const sort = form.elements.sortierung;
  const boxes = [...form.elements].filter((element) => element.type === "checkbox");
  const all = byId("alle-faelle");
  const links = byId("eingrenzen");
  const facets = byId("facetten");
  const fold = facets?.querySelector(".facets-fold");
  const result = byId("ergebnis");
  const title = byId("ergebnis-titel");
  const announcement = byId("ergebnis-ansage");
  const failure = byId("suche-fehler");
  const part = (name) => result.querySelector(name);
  const [list, moreButton, chosenRow, chips, resetButton, meant, none] = [
    ".cards", ".results-more button", ".results-chosen", ".chosen", ".results-reset", ".results-meant", ".results-none",
  ].map(part);
  const pageTitle = document.title;

  const nameOf = (box) => box.parentElement.querySelector(".facet-name").textContent;
  const facetOf = (box) => box.closest("fieldset").dataset.facet;
  const chosen = () => boxes.filter((box) => box.checked);
  const order = () => sort.selectedOptions[0].dataset.sort;
  const button = (text, act, className = "link-button") => {
    const element = make("button", className, text);
    element.type = "button";
    element.addEventListener("click", act);
    return element;
  };

  // What is asked

  /** Choices by facet, as the engine wants them. */
  const filters = (taken) => {
    const found = {};
    for (const box of taken) (found[facetOf(box)] ??= []).push(box.value);
    return found;
  };
  const query = (limit) => ({ text: input.value.trim(), filters: filters(chosen()), sort: order(), limit });
  /** The text as it is said again. */
  const repeated = () => {
    const text = input.value.trim();
    return text.length > REPEATED ? `${text.slice(0, REPEATED)}…` : text;
  };
  const isPlain = () => !input.value.trim() && chosen().length === 0 && order() === "relevance";

  const address = () => {
    const parameters = new URLSearchParams();
    const text = input.value.trim();
    if (text) parameters.append("q", text);
    for (const box of chosen()) parameters.append(box.name, box.value);
    if (sort.value) parameters.append("sortierung", sort.value);
    const query = parameters.toString();
    return location.pathname + (query && `?${query}`);
  };

  /** Notes what is asked in the address: as a step to go back to, or in place of the last one. */
  const remember = (step) => {
    const here = address();
    if (here === location.pathname + location.search) return;
    history[step ? "pushState" : "replaceState"](null, "", here);
  };

  /** Takes what is asked from the address; what it names and the page does not know is left out. */
  const recall = () => {
    const parameters = new URLSearchParams(location.search);
    input.value = parameters.get("q") ?? "";
    for (const box of boxes) box.checked = parameters.getAll(box.name).includes(box.value);
    const wanted = parameters.get("sortierung");
    sort.value = [...sort.options].some((option) => option.value === wanted) ? wanted : "";
  };

  // What is shown

  const card = (hit) => {
    const item = byId("treffer-vorlage").content.cloneNode(true).firstElementChild;
    const link = item.querySelector("a");
    link.href = words.root + hit.url;
    link.replaceChildren(...marked(hit.title));
    item.querySelector(".card-where").textContent = [some(hit.organisations), some(hit.places)].filter(Boolean).join(" · ");
    item.querySelector(".card-summary").append(...marked(hit.extract));
    // Effort, evidence and state, as the list of all cases says them.
    const listed = all.querySelector(`.card-title a[href="${words.root}${hit.url}"]`)?.closest(".card");
    for (const part of listed?.querySelectorAll(".badge, .facts") ?? []) item.querySelector("article").append(part.cloneNode(true));
    return item;
  };

  const showMore = (total) => {
    const left = total - list.children.length;
    moreButton.hidden = left <= 0;
    moreButton.textContent = fill(words.more, { n: Math.min(left, PORTION) });
  };

  const showCounts = (counts) => {
    for (const box of boxes) {
      const label = box.parentElement;
      const number = counts(box);
      label.querySelector(".facet-count").textContent = number;
      label.querySelector(".facet-unit").textContent = number === 1 ? words.countOne : words.count;
      label.classList.toggle("facet-none", number === 0);
    }
  };

  const showChosen = () => {
    const taken = chosen();
    chosenRow.hidden = taken.length === 0;
    chips.replaceChildren(...taken.map((box) => {
      const chip = button("", () => drop(box), "chip");
      chip.append(make("span", "", nameOf(box)), make("span", "chip-cross", "×"));
      chip.setAttribute("aria-label", fill(words.remove, { name: nameOf(box) }));
      return make("li", "", chip);
    }));
    if (fold) fold.querySelector(".facets-chosen").textContent = taken.length ? `(${taken.length})` : "";
    for (const fieldset of facets?.querySelectorAll("fieldset") ?? []) showFolded(fieldset);
  };

  const showFolded = (fieldset) => {
    const labels = [...fieldset.querySelectorAll(".facet-value")];
    const isOpen = fieldset.dataset.all === "true";
    labels.forEach((label, index) => { label.hidden = !isOpen && index >= FOLD && !label.firstElementChild.checked; });
    if (labels.length <= FOLD) return;
    const toggle = fieldset.querySelector("button") ?? fieldset.appendChild(button("", () => {
      fieldset.dataset.all = String(fieldset.dataset.all !== "true");
      showFolded(fieldset);
    }));
    const hidden = labels.filter((label) => label.hidden).length;
    toggle.textContent = isOpen ? words.fewerValues : fill(words.moreValues, { n: hidden });
    toggle.hidden = !isOpen && hidden === 0;
  };

  let announcing;
  const announce = (text) => {
    clearTimeout(announcing);
    announcing = setTimeout(() => { announcement.textContent = text; }, REST);
  };

  const suggestions = (results) => results.suggestions.map((text) => button(fill(words.didYouMean, { text }), () => ask(text)));

  const show = async (results, mine) => {
    const text = repeated();
    const ways = results.total === 0 ? await waysOn(results) : [];
    if (mine !== number) return;
    failure.replaceChildren();
    title.textContent = [count(results.total), text && fill(words.for, { text })].filter(Boolean).join(" ");
    list.replaceChildren(...results.hits.map(card));
    showMore(results.total);
    showCounts((box) => results.facets[facetOf(box)]?.[box.value] ?? 0);
    const nearby = suggestions(results);
    meant.replaceChildren(...(results.total ? nearby : []));
    meant.hidden = meant.childElementCount === 0;
    none.hidden = results.total > 0;
    none.replaceChildren();
    if (results.total === 0) {
      none.append(byId("leer-vorlage").content.cloneNode(true));
      none.querySelector(".ways-on").append(...[...nearby, ...ways].map((way) => make("li", "", way)));
    }
    result.hidden = false;
    all.hidden = true;
    announce(title.textContent);
  };

  /** Ways on from an empty result, each with the hits that it leads to. */
  const waysOn = async (results) => {
    const { text } = query();
    const taken = chosen();
    const total = async (text, boxes) => (await search({ text, filters: filters(boxes), limit: 0 })).total;
    const way = (phrase, name, total, act) => total > 0 && button(fill(phrase, { name, hits: count(total) }), act);
    const withoutOne = taken.map(async (box) => way(words.without, nameOf(box), await total(text, taken.filter((other) => other !== box)), () => drop(box)));
    const states = taken.filter((box) => box.dataset.neighbours !== undefined);
    const names = new Set(states.flatMap((box) => box.dataset.neighbours.split(" ")));
    const neighbours = boxes.filter((box) => box.dataset.neighbours !== undefined && names.has(box.value) && !box.checked);
    const instead = neighbours.map((box) => way(words.instead, nameOf(box), results.facets.state?.[box.value] ?? 0, () => {
      for (const state of states) state.checked = false;
      box.checked = true;
      step();
    }));
    const others = text && taken.length > 0 ? [
      total(text, []).then((total) => taken.length > 1 && way(words.withoutFilters, "", total, () => clear(text))),
      total("", taken).then((total) => way(words.withoutText, "", total, () => ask(""))),
    ] : [];
    return (await Promise.all([...withoutOne, ...instead, ...others])).filter(Boolean);
  };

  /** The list as the page came. */
  const showPlain = () => {
    result.hidden = true;
    all.hidden = false;
    list.replaceChildren();
    showCounts((box) => first.get(box));
    announcement.textContent = "";
  };

  const fail = (error) => {
    const codes = [...byId("suche-hinweis").content.querySelectorAll("[data-code]")].map((line) => line.dataset.code);
    const code = codes.includes(error.code) ? error.code : "unusable";
    const hint = byId("suche-hinweis").content.cloneNode(true);
    for (const line of hint.querySelectorAll("[data-code]")) if (line.dataset.code !== code) line.remove();
    failure.replaceChildren(hint);
    showFacets(false);
    showPlain();
  };

  const showFacets = (isReady) => {
    if (!facets) return;
    facets.classList.remove("facets-waiting");
    facets.hidden = !isReady;
    links.hidden = isReady;
  };

  // From one to the other

  let number = 0;
  let pause;
  let hasTexts = false;
  const first = new Map(boxes.map((box) => [box, Number(box.parentElement.querySelector(".facet-count").textContent)]));

  const update = async (limit = PORTION) => {
    clearTimeout(pause);
    const mine = ++number;
    const text = repeated();
    document.title = text ? `„${text}“ – ${pageTitle}` : pageTitle;
    showChosen();
    if (isPlain()) {
      result.removeAttribute("aria-busy");
      return showPlain();
    }
    result.setAttribute("aria-busy", "true");
    try {
      await open();
      const had = hasTexts;
      if (mine === number) await show(await search(query(limit)), mine);
      if (had !== hasTexts) await refine();
    } catch (error) {
      if (mine === number) fail(error);
    } finally {
      if (mine === number) result.removeAttribute("aria-busy");
    }
  };

  /** Fuller extracts, once the texts have come; nothing else changes, so that nobody loses their place. */
  const refine = async () => {
    const mine = number;
    const cards = [...list.children];
    if (result.hidden || cards.length === 0) return;
    const { hits } = await search(query(cards.length));
    if (mine !== number) return;
    hits.forEach((hit, index) => cards[index]?.querySelector(".card-summary").replaceChildren(...marked(hit.extract)));
  };

  /** Shows the outcome of a choice, as a step to go back to. */
  const step = () => {
    remember(true);
    update();
  };
  /** What was clicked is about to go, so the focus needs another place. */
  const ask = (text) => {
    input.value = text;
    step();
    (result.hidden ? input : title).focus();
  };
  const clear = (text) => {
    for (const box of boxes) box.checked = false;
    sort.value = "";
    ask(text);
  };
  const drop = (box) => {
    const index = chosen().indexOf(box);
    box.checked = false;
    step();
    const left = chips.querySelectorAll("button");
    (left[Math.min(index, left.length - 1)] ?? input).focus();
  };

  const more = async () => {
    const mine = number;
    const shown = list.children.length;
    const results = await search({ ...query(PORTION), offset: shown });
    if (mine !== number) return;
    list.append(...results.hits.map(card));
    list.children[shown]?.querySelector("a").focus();
    showMore(results.total);
    // So that the way back from a case leads to as many.
    history.replaceState({ shown: list.children.length }, "");
  };

  input.addEventListener("input", () => {
    clearTimeout(pause);
    pause = setTimeout(() => {
      remember(false);
      update();
    }, PAUSE);
  });
  input.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.isComposing || !input.value) return;
    event.preventDefault();
    input.value = "";
    remember(false);
    update();
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    step();
  });
  for (const control of [...boxes, sort]) control.addEventListener("change", step);
  resetButton.addEventListener("click", () => clear(""));
  moreButton.addEventListener("click", () => more().catch(fail));
  addEventListener("popstate", ({ state }) => {
    recall();
    update(state?.shown);
  });

  form.addEventListener("engine-ready", () => HandbookSearch.onTexts(() => {
    hasTexts = true;
    refine().catch(fail);
  }));

  if (fold) {
    const wide = matchMedia("(min-width: 62rem)");
    const unfold = () => { fold.open = wide.matches; };
    wide.addEventListener("change", unfold);
    unfold();
    form.addEventListener("engine-missing", () => showFacets(false));
    form.addEventListener("engine-ready", () => {
      showFacets(true);
      const jump = document.querySelector('.head-links a[href="#eingrenzen"]');
      jump.hash = facets.id;
      jump.addEventListener("click", () => { fold.open = true; });
    });
  }

  recall();
  // Hits are on their way; the list of all cases would be the wrong answer meanwhile.
  all.hidden = !isPlain();
  result.hidden = isPlain();
  update(history.state?.shown);
})();
