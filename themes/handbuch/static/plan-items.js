// Collects the items of the checklists. The scripts in daten/pruefpunkte/ call `index`, `settings` and `cases`; pages call `load…`.
"use strict";
globalThis.HandbookItems = (() => {
  const cases = new Map();
  const scripts = new Map();
  const settled = new Set();
  let index;
  let settings = [];

  /** Name of the script that holds a case: the last one whose first case does not come after it. None before the first. */
  const scriptOf = (slug) => index.first.findLastIndex((first) => first <= slug);

  const add = (root, name) => {
    if (!scripts.has(name)) {
      scripts.set(name, new Promise((done) => {
        const script = document.createElement("script");
        script.src = `${root}daten/pruefpunkte/${name}.js`;
        script.onload = script.onerror = () => {
          settled.add(name);
          done();
        };
        document.head.append(script);
      }));
    }
    return scripts.get(name);
  };

  return {
    index(data) { index = data; },
    settings(list) { settings = list; },
    cases(_number, list) { for (const each of list) cases.set(each.slug, each); },
    /** What all cases share: kinds, dimensions, Länder … */
    get shared() { return index; },
    /** Cases that are loaded, by slug. */
    loaded: cases,
    /** Whether a case is loaded, or cannot be because the handbook does not have it. */
    isSettled: (slug) => scriptOf(slug) < 0 || settled.has(scriptOf(slug)),
    /** Loads cases with their items. */
    load: (root, slugs) => Promise.all([...new Set(slugs.map(scriptOf))].filter((number) => number >= 0).map((number) => add(root, number))),
    /** Where each case takes place and who does it: all cases, without their items. */
    async loadSettings(root) {
      await add(root, "rahmen");
      return settings;
    },
  };
})();
