// What the pages with a plan share: their words, the controls of an item, the profile, keeping and handing on.
"use strict";
(() => {
  const HandbookPlan = (globalThis.HandbookPlan ??= {});
  const { today, isPast } = globalThis.HandbookDays;
  const { misfits, nearness, setProfile, fromHash, toHash, isEmpty, check, openSession, BLANK } = HandbookPlan;

  const one = (selector, within = document) => within.querySelector(selector);
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const root = document.body.dataset.root || "./";

  /** Words of the page, with the values filled in. */
  const texts = new Map(all("template.plan-words").flatMap(({ content }) => all("[data-word]", content)).map((each) => [each.dataset.word, each.textContent]));
  const word = (key, values = {}) => (texts.get(key) ?? key).replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
  /** The same with a number, where one of something reads differently. */
  const number = (key, n, values) => word(n === 1 && texts.has(`${key}-one`) ? `${key}-one` : key, { n, ...values });

  const element = (name, properties, ...children) => {
    const made = Object.assign(document.createElement(name), properties);
    made.append(...children);
    return made;
  };
  const copyOf = (id) => document.getElementById(id).content.firstElementChild.cloneNode(true);

  /** For screen readers; what happened can be seen anyway. */
  const say = (text) => { one("#plan-status").textContent = text; };
  /** For everyone. */
  const warn = (text) => {
    const place = one("#plan-problem");
    place.textContent = text;
    place.hidden = !text;
  };
  /** A date of any precision in words. */
  const day = (date) => (date ? new Date(date).toLocaleDateString("de-DE", { year: "numeric", ...(date.length > 4 && { month: "long" }), ...(date.length > 7 && { day: "numeric" }) }) : "");
  const now = () => new Date().toISOString();

  // Items

  /** Shows in the controls of an item what the plan says; leaves alone the one in which the reader is writing. */
  const fill = (item, entry = BLANK) => {
    for (const radio of all("input[type=radio]", item)) radio.checked = radio.value === entry.answer;
    for (const field of all("[data-field]", item)) {
      const value = entry[field.dataset.field];
      if (field !== document.activeElement && field.value !== value) field.value = value;
      const line = one(`[data-line="${field.dataset.field}"]`, item);
      if (line) line.textContent = field.type === "date" ? day(value) : value;
    }
    one("[data-undo]", item).hidden = !entry.answer;
    if (entry.note || entry.role || entry.due) one("details.more", item).open = true;
  };

  /** An item in the look of the case pages, for the points of the plan. */
  const build = ({ id, kind, label, text, said_by, page, due, answers, of }) => {
    const item = copyOf("plan-item");
    item.id = id;
    item.classList.add(`kind-${kind}`);
    one(".item-kind", item).textContent = label ?? word("own-item");
    one(".item-text", item).textContent = text || word("text-unknown");
    if (kind === "effort") one(".more summary", item).textContent = word("more-alone");
    one(".meta", item).append(...(of ? [element("a", { href: root + of.href, textContent: of.short_title }), " · "] : []), [said_by, page, of && due && word(isPast(due, today()) ? "due-passed" : "due", { date: day(due) })].filter(Boolean).join(" · "));
    one(".answers", item).prepend(...answers.map(({ code, label: shown }) => {
      const radio = element("input", { type: "radio", name: id, value: code });
      return element("label", { className: "answer" }, radio, element("span", { className: "box", textContent: shown }));
    }));
    return item;
  };

  /** What the reader has just changed in a control, as the change of an entry; undefined for other controls. */
  const changeOf = ({ dataset, type, value }) => {
    if (dataset.field) return { [dataset.field]: value };
    return type === "radio" ? { answer: value } : undefined;
  };

  /** Watches the items within a part of the page. `changed` hears the element of the item and what was changed. */
  const watchItems = (part, changed) => {
    const item = (control) => control.closest(".item");
    part.addEventListener("input", ({ target }) => {
      const change = item(target) && changeOf(target);
      if (change) changed(item(target), change);
    });
    part.addEventListener("click", ({ target }) => {
      if (!target.matches("[data-undo]")) return;
      changed(item(target), { answer: "" });
      one("input[type=radio]", item(target)).focus();
    });
  };

  /** "2 offen, 1 geklärt, 1 ohne Antwort" */
  const inWords = (numbers) => Object.keys(numbers).filter((key) => numbers[key]).map((key) => number(`stand-${key}`, numbers[key])).join(", ");

  /** The same as a bar: a part for every item, told apart by pattern as well as by colour. */
  const bar = (numbers) =>
    Object.entries(numbers).flatMap(([key, n]) => Array.from({ length: n }, () => element("span", { className: `part-${key}` })));

  /** Puts a remark with a mark of its own into an item, or takes it away. */
  const remark = (item, mark, ...children) => {
    one(`[data-remark="${mark}"]`, item)?.remove();
    if (!children.length) return;
    const made = element("div", { className: "remark" }, ...children);
    made.dataset.remark = mark;
    one(".meta", item).after(made);
  };

  /** Marks an item whose words have changed since it was answered. */
  const markChange = (item, entry, text, accept) => {
    if (!entry?.text || entry.text === text) return remark(item, "changed");
    const button = element("button", { type: "button", className: "button button-quiet button-small", textContent: word("still-valid"), onclick: accept });
    remark(item, "changed", element("p", {}, word("changed-since", { date: day(entry.changed) })), element("p", {}, element("q", { textContent: entry.text })), button);
  };

  /** "gilt für: zkT; Sie haben gE angegeben" */
  const whyNot = (item, profile, index) => {
    const names = (list, ids) => ids.map((id) => list.find((each) => each.id === id)?.name ?? id).join(", ");
    return misfits(item, profile).map((reason) => {
      const [list, theirs] = reason === "form" ? [index.forms, item.forms] : [index.settlements, item.settlements];
      return word("misfit", { theirs: names(list, theirs), yours: names(list, [profile[reason]]) });
    }).join(" ");
  };

  // Profile

  const nameOf = (list, id) => list.find((each) => each.id === id)?.name;
  const LISTS = { state: "states", form: "forms", settlement: "settlements" };

  /** Fills the three questions with their choices, and notes the answers. */
  const profileForm = (session, index) => {
    const form = one("#plan-profil");
    const selects = all("select", form);
    for (const select of selects) select.append(...index[LISTS[select.name]].map(({ id, name }) => new Option(name, id)));
    one("[data-settlements]", form).append(...index.settlements.map(({ id, name, description }) =>
      element("label", { className: "choice" },
        element("input", { type: "radio", name: "settlement", value: id }), " ",
        element("span", {}, element("strong", { textContent: name }), " ", element("span", { className: "small", textContent: description ?? "" })))));
    form.addEventListener("change", ({ target }) => session.update((plan) => setProfile(plan, target.name, target.value)));
    return () => {
      const { profile } = session.plan;
      for (const select of selects) select.value = profile[select.name] ?? "";
      for (const radio of all("input", form)) radio.checked = radio.value === (profile.settlement ?? "");
      const known = Object.keys(LISTS).map((key) => nameOf(index[LISTS[key]], profile[key])).filter(Boolean);
      one("[data-profile]", form).textContent = known.join(", ") || word("profile-none");
    };
  };

  /** What is alike, in words. */
  const reasonWords = (reasons, profile, index) => reasons.map((reason) => word(`like-${reason}`, {
    form: nameOf(index.forms, profile.form),
    state: nameOf(index.states, profile.state),
    directorate: index.states.find(({ id }) => id === profile.state)?.directorate,
    settlement: nameOf(index.settlements, profile.settlement),
  }));

  // Keeping, handing on

  const download = (parts, type, name) => {
    const link = element("a", { href: URL.createObjectURL(new Blob(parts, { type })), download: name });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
  };

  const saveFile = (session) => {
    const plan = { ...session.plan, saved: now() };
    download([`${JSON.stringify(plan, null, 2)}\n`], "application/json", `${word("file-name")}-${today()}.json`);
    session.unsaved = false;
    say(word("file-saved"));
  };

  const keepPanel = (session) => {
    const panel = one("#plan-behalten");
    const on = (name, act) => one(`[data-do=${name}]`, panel).addEventListener("click", act);
    on("keep", async () => {
      try {
        await session.keep();
        say(word("kept"));
        one("[data-do=forget]", panel).focus();
      } catch {
        warn(word("keep-failed"));
      }
    });
    const dialog = one("#plan-loeschen");
    on("forget", () => dialog.showModal());
    one("[value=yes]", dialog).addEventListener("click", async (event) => {
      event.preventDefault();
      dialog.close();
      try {
        await session.forget();
      } catch {
        return warn(word("forget-failed"));
      }
      say(word("forgotten"));
      one("[data-do=keep]", panel).focus();
    });
    on("file", () => saveFile(session));
    panel.hidden = false;
    return () => {
      const nothing = isEmpty(session.plan);
      one("[data-state]", panel).textContent = word(session.kept ? "state-kept" : nothing ? "state-empty" : "state-loose");
      for (const each of all("[data-if]", panel)) each.hidden = (each.dataset.if === "kept") !== session.kept;
      one("[data-do=file]", panel).disabled = nothing;
    };
  };

  /** The list, and cases: everything in their folder but the pages of the list of all cases. */
  const CARRIES = /^(merkliste|praxis\/(?!index\b|seite-\d)[^/]+)\.html(#|$)/;
  const home = new URL(root, location.href).href;
  const carries = (link) => !link.getAttribute("href").startsWith("#") && link.href.startsWith(home) && CARRIES.test(link.href.slice(home.length));

  /** While nothing is kept, links to other pages with a plan carry it along, before the name of a place on that page. */
  const carry = (session) => {
    const plain = new WeakMap();
    let handedOn = false;
    /** The writing of the links that runs; nothing if they are up to date. */
    let writing;
    document.addEventListener("click", async (event) => {
      const link = event.target.closest?.("a");
      handedOn = plain.has(link);
      if (!handedOn || !writing || event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      await writing;
      location.assign(link.href);
    }, true);
    addEventListener("beforeunload", (event) => session.atRisk() && !handedOn && event.preventDefault());

    const write = async () => {
      const code = session.kept || isEmpty(session.plan) ? "" : await toHash(session.plan);
      for (const link of all("a[href]").filter((each) => plain.has(each) || carries(each))) {
        if (!plain.has(link)) plain.set(link, link.getAttribute("href"));
        const [path, place] = plain.get(link).split("#");
        link.setAttribute("href", code ? path + code + (place ? `&${place}` : "") : plain.get(link));
      }
    };
    return () => {
      const mine = Promise.resolve(writing).then(write).finally(() => { if (writing === mine) writing = undefined; });
      writing = mine;
    };
  };

  /** The plan in the address as { plan, dropped } or { error }, and takes it out of the address. Undefined if there is none. */
  const fromAddress = async (key) => {
    const { hash } = location;
    if (!hash.startsWith("#plan=")) return undefined;
    const place = hash.split("&")[1];
    history.replaceState(null, "", location.pathname + location.search);
    if (place) location.replace(`#${place}`);
    try {
      return { ...check(await fromHash(hash), key), hash };
    } catch (error) {
      return { error };
    }
  };

  const errorWords = ({ code, detail }) => word(`error-${texts.has(`error-${code}`) ? code : "not-a-plan"}`, { detail });

  Object.assign(HandbookPlan, {
    page: { one, all, root, word, number, element, copyOf, say, warn, day, now, today, build, fill, changeOf, watchItems, inWords, bar, remark, markChange, whyNot, profileForm,
      nameOf, reasonWords, nearness, download, keepPanel, carry, fromAddress, errorWords, openSession },
  });
})();
