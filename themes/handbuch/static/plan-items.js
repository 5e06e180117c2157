// Collects the items of the checklists. The scripts in daten/pruefpunkte/ call `index` and `cases`; pages call `load`.
"use strict";
globalThis.HandbookItems = (() => {
  const cases = new Map();
  const chunks = new Map();
  const settled = new Set();
  let index;

  /** Number of the script that holds a case: the last one whose first case does not come after it. */
  const chunkOf = (slug) => index.first.findLastIndex((first) => first <= slug);

  const add = (root, number) => {
    if (!chunks.has(number)) {
      chunks.set(number, new Promise((done) => {
        const script = document.createElement("script");
        script.src = `${root}daten/pruefpunkte/${number}.js`;
        script.onload = script.onerror = () => {
          settled.add(number);
          done();
        };
        document.head.append(script);
      }));
    }
    return chunks.get(number);
  };

  return {
    index(data) { index = data; },
    cases(_number, list) { for (const each of list) cases.set(each.slug, each); },
    /** What all cases share: kinds, dimensions, Länder … */
    get shared() { return index; },
    /** Cases that are loaded, by slug. */
    loaded: cases,
    /** Whether a case is loaded, or cannot be because the handbook does not have it. */
    isSettled: (slug) => chunkOf(slug) < 0 || settled.has(chunkOf(slug)),
    /** Loads cases; all cases if no slugs are named. */
    load(root, slugs) {
      const wanted = slugs ? slugs.map(chunkOf).filter((number) => number >= 0) : index.first.keys();
      return Promise.all([...new Set(wanted)].map((number) => add(root, number)));
    },
  };
})();
