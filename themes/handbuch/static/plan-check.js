// Reads a plan that comes from outside: a file, a link, the storage of the browser. Takes over only what it knows, value by
// value, so that nothing else gets in, whatever its name.
"use strict";
(() => {
  const HandbookPlan = (globalThis.HandbookPlan ??= {});

  const LIMITS = { file: 1024 * 1024, note: 5_000, text: 5_000, title: 1_000, short: 200, cases: 500, answers: 5_000, own: 500 };
  const ID = /^(?=.{1,200}$)[a-z0-9]+(-[a-z0-9]+)*$/;
  const DAY = /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/;
  const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z$/;
  // Halves of characters and control characters have no place in a text, and break documents.
  const JUNK = /[\p{Cs}\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\ufffe\uffff]/gu;

  /** A plan that is refused. `code` names the reason: too-large, not-a-plan, version, other-handbook. */
  class PlanError extends Error {
    constructor(code, detail = "") {
      super(code);
      this.code = code;
      this.detail = detail;
    }
  }

  const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);
  /** Own members alone: a member called `__proto__` is a name like others, and unknown. */
  const member = (object, name) => (Object.hasOwn(object, name) ? object[name] : undefined);

  /** Thrown for an entry that has to go; the rest of the plan stays. */
  const UNREADABLE = new Error("unreadable");
  const refuse = () => { throw UNREADABLE; };

  const text = (value, limit) => {
    if (value === undefined || value === null) return "";
    if (typeof value !== "string" || value.length > limit) return refuse();
    return value.replace(JUNK, "");
  };
  const like = (value, pattern) => (typeof value === "string" && pattern.test(value) ? value : refuse());
  const maybe = (value, pattern) => (value === undefined || value === null || value === "" ? "" : like(value, pattern));

  const said = (entry) => ({
    answer: maybe(member(entry, "answer"), ID),
    note: text(member(entry, "note"), LIMITS.note),
    role: text(member(entry, "role"), LIMITS.short),
    due: maybe(member(entry, "due"), DAY),
    changed: like(member(entry, "changed"), TIME),
  });

  const answer = (entry) => ({
    item: like(member(entry, "item"), ID),
    case: like(member(entry, "case"), ID),
    dimension: like(member(entry, "dimension"), ID),
    kind: like(member(entry, "kind"), ID),
    text: text(member(entry, "text"), LIMITS.text),
    ...said(entry),
  });

  const own = (entry) => ({
    item: like(member(entry, "item"), ID),
    dimension: like(member(entry, "dimension"), ID),
    text: text(member(entry, "text"), LIMITS.text) || refuse(),
    ...said(entry),
  });

  const chosen = (entry) => ({ slug: like(member(entry, "slug"), ID), title: text(member(entry, "title"), LIMITS.title) });

  /**
   * Reads a plan from JSON. Returns it with the number of entries that had to be left out; throws PlanError.
   * @param {string} json
   * @param {string} key the handbook that it has to belong to
   */
  const check = (json, key) => {
    if (json.length > LIMITS.file) throw new PlanError("too-large");
    let data;
    try {
      data = JSON.parse(json);
    } catch {
      throw new PlanError("not-a-plan");
    }
    if (!isObject(data) || member(data, "format") !== "praxis-plan") throw new PlanError("not-a-plan");
    if (member(data, "version") !== 1) throw new PlanError("version", String(member(data, "version")).slice(0, 20));
    let dropped = 0;
    const tolerant = (read, instead) => {
      try {
        return read();
      } catch (error) {
        if (error !== UNREADABLE) throw error;
        dropped += 1;
        return instead;
      }
    };
    const list = (name, read, unique) => {
      const entries = member(data, name) ?? [];
      if (!Array.isArray(entries)) throw new PlanError("not-a-plan");
      if (entries.length > LIMITS[name]) throw new PlanError("too-large");
      const found = new Map();
      for (const entry of entries) {
        const clean = tolerant(() => (isObject(entry) ? read(entry) : refuse()));
        if (clean) found.set(clean[unique], clean);
      }
      return [...found.values()];
    };
    const handbook = member(data, "handbook");
    if (!isObject(handbook)) throw new PlanError("not-a-plan");
    const name = (part) => tolerant(() => text(member(handbook, part), LIMITS.title), "");
    if (name("key") !== key) throw new PlanError("other-handbook", name("title"));
    const profile = {};
    const given = member(data, "profile") ?? {};
    for (const part of ["state", "form", "settlement"]) {
      const value = tolerant(() => maybe(isObject(given) ? member(given, part) : refuse(), ID), "");
      if (value) profile[part] = value;
    }
    return {
      plan: {
        format: "praxis-plan",
        version: 1,
        handbook: { key, title: name("title"), edition: name("edition") },
        saved: tolerant(() => maybe(member(data, "saved"), TIME), ""),
        institution: tolerant(() => text(member(data, "institution"), LIMITS.short), ""),
        date: tolerant(() => maybe(member(data, "date"), DAY), ""),
        profile,
        cases: list("cases", chosen, "slug"),
        answers: list("answers", answer, "item"),
        own: list("own", own, "item"),
      },
      dropped,
    };
  };

  Object.assign(HandbookPlan, { LIMITS, PlanError, check });
})();
