// Taking the joint plan along: as a table, a text document or a link; and taking over the plan of somebody else. The list brings
// this script when the reader does one of these.
"use strict";
(() => {
  const HandbookPlan = (globalThis.HandbookPlan ??= {});
  const { ODT, LIMITS, check, conflicts, isEmpty, merge, newest, page, shorten, toCsv, toHash, toOdt } = HandbookPlan;
  const { one, all, word, number, element, say } = page;
  /** From this length on, programs for e-mail begin to break links. */
  const LONG_LINK = 2_000;

  const dayInNumbers = (date) => date.split("-").reverse().join(".");

  /** What the reader can do, by name. `listed` gives the points as the list shows them. */
  HandbookPlan.transfer = (session, index, listed) => {
    const dimensionName = (id) => index.dimensions.find((each) => each.id === id)?.name ?? word("gone");
    const answerWords = (point) => point.answers.find(({ code }) => code === point.entry?.answer)?.label ?? "";
    const caseName = (point) => point.of?.short_title ?? (point.own ? "" : point.case);
    const kindName = (point) => point.label ?? word("own-item");
    const remarks = (point) => [point.reason, point.formerly && word("changed-since", { date: page.day(point.entry.changed) }), point.removed && word("gone")].filter(Boolean).join(" ");

    const asTable = () => [
      word("columns").split("|"),
      ...listed().map((point) => [
        dimensionName(point.dimension), kindName(point), point.text, caseName(point), answerWords(point), word(`standing-${point.standing}`),
        point.entry?.note ?? "", point.entry?.role ?? "", dayInNumbers(point.entry?.due ?? ""), point.said_by ?? "", point.page ?? "", remarks(point),
      ]),
    ];

    const asText = () => {
      const { institution, date, cases } = session.plan;
      const [first, ...rest] = word("text-columns").split("|");
      const columns = [{ name: first, width: 70 }, ...rest.map((name) => ({ name, width: 25 }))];
      const list = listed();
      const sections = [...new Set(list.map((point) => point.dimension))].map((id) => ({
        title: dimensionName(id),
        columns,
        rows: list.filter((point) => point.dimension === id).map((point) => [
          [`${kindName(point)}: ${point.text}`, caseName(point), remarks(point)].filter(Boolean).join("\n"),
          answerWords(point), point.entry?.note ?? "", point.entry?.role ?? "", dayInNumbers(point.entry?.due ?? ""),
        ]),
      }));
      const paragraphs = [
        [word("institution"), institution],
        [word("date"), page.day(date)],
        [word("cases"), cases.map(({ title }) => title).join("; ")],
        [word("edition"), `${index.handbook.title}, ${index.handbook.edition}`],
      ];
      return { title: word("plan"), paragraphs: paragraphs.map(([name, text]) => `${name}: ${text || "________________"}`), sections };
    };

    // Somebody else's plan

    const described = (entry) => {
      const answers = [...index.kinds.flatMap((kind) => (kind.id === entry.kind ? kind.answers : [])), ...index.own];
      const label = answers.find(({ code }) => code === entry.answer)?.label ?? word("standing-none");
      return [entry.case ? "" : entry.text, label, entry.note, entry.role, entry.due && page.day(entry.due)].filter(Boolean).join(" · ") + ` (${page.day(entry.changed)})`;
    };

    /** A pair of entries to choose from; the newer one is chosen until the reader decides. */
    const choice = ({ item, mine, theirs }) => {
      const chosen = newest(mine, theirs);
      const option = (value, entry) =>
        element("label", { className: "choice" }, element("input", { type: "radio", name: `wahl-${item}`, value, checked: entry === chosen }), " ", element("span", { textContent: described(entry) }));
      const made = element("fieldset", {}, element("legend", { textContent: mine.text || theirs.text || item }), element("div", { className: "two" }, option("mine", mine), option("theirs", theirs)));
      made.dataset.item = item;
      return made;
    };

    const inbox = one("#plan-eingang");
    const close = () => {
      inbox.hidden = true;
      one("#plan-titel").focus();
    };

    /** Words of items and titles of cases do not travel in links; the handbook has them. */
    const complete = async (plan) => {
      const { load, loaded: known } = globalThis.HandbookItems;
      await load(page.root, [...plan.cases.map(({ slug }) => slug), ...plan.answers.map((entry) => entry.case)]);
      for (const each of plan.cases) each.title ||= known.get(each.slug)?.title ?? "";
      for (const entry of plan.answers) entry.text ||= known.get(entry.case)?.items.find(({ id }) => id === entry.item)?.text ?? "";
    };

    const take = (plan, done) => {
      session.update((mine) => Object.assign(mine, structuredClone(plan)));
      say(done);
    };

    /** Shows what a plan holds and asks what to do; takes it at once where nothing could be lost. */
    const receive = async ({ plan, dropped }, source) => {
      await complete(plan);
      if (dropped) page.warn(number("dropped", dropped));
      if (isEmpty(session.plan)) return take(plan, word("taken", { source }));
      const pairs = conflicts(session.plan, plan);
      one("[data-source]", inbox).textContent = source;
      one("[data-holds]", inbox).textContent = word("holds", {
        institution: plan.institution || word("profile-missing"), saved: page.day(plan.saved) || word("profile-missing"), cases: plan.cases.length, answers: plan.answers.length, own: plan.own.length,
      });
      one("[data-conflicts]", inbox).hidden = !pairs.length;
      one("[data-list]", inbox).replaceChildren(...pairs.map(choice));
      one("[data-do=merge]", inbox).onclick = () => {
        const theirs = new Set(all("[data-item]", inbox).filter((each) => one("[value=theirs]", each).checked).map((each) => each.dataset.item));
        session.update((mine) => Object.assign(mine, merge(mine, plan, (my, their) => (theirs.has(their.item) ? their : my))));
        say(word("merged"));
        close();
      };
      one("[data-do=replace]", inbox).onclick = () => {
        take(plan, word("replaced"));
        close();
      };
      one("[data-do=leave]", inbox).onclick = close;
      inbox.hidden = false;
      one("h2", inbox).focus();
    };

    const refuse = (error) => page.warn(page.errorWords(error));

    const link = one("#plan-link");
    const name = (ending) => `${word("file-name")}-${page.today()}.${ending}`;
    return {
      /** Reads a file that the reader has chosen. */
      async open(file) {
        try {
          if (file.size > LIMITS.file) throw new HandbookPlan.PlanError("too-large");
          await receive(check(await file.text(), index.handbook.key), file.name);
        } catch (error) {
          refuse(error);
        }
      },
      /** Takes the plan out of the address. */
      async arrive() {
        const incoming = await page.fromAddress(index.handbook.key);
        if (incoming?.error) refuse(incoming.error);
        else if (incoming) await receive(incoming, word("source-link"));
      },
      csv: () => page.download([toCsv(asTable())], "text/csv", name("csv")),
      odt: () => page.download(toOdt(asText(), page.now()), ODT, name("odt")),
      async link() {
        const current = new Set(listed().filter((point) => !point.formerly && !point.removed).map(({ id }) => id));
        const address = location.href.split("#")[0] + (await toHash(shorten(session.plan, current)));
        one(".copyable", link).textContent = address;
        one("[data-length]", link).textContent = number(address.length > LONG_LINK ? "link-long" : "link-short", address.length.toLocaleString("de-DE"));
        one("[data-file]", link).hidden = location.protocol !== "file:";
        link.hidden = false;
        one(".copyable", link).focus();
      },
    };
  };
})();
