// A page for every template of the theme; more than one where a template has several faces.
import { largestCase } from './site.mjs';

const largest = (cases) => `praxis/${largestCase(cases).slug}.html`;
const ofState = (wanted) => (cases) => {
  const states = new Map([['bayern', '09'], ['sachsen', '14'], ['hessen', '06'], ['hamburg', '02'], ['berlin', '11'], ['bremen', '04']]);
  const filled = ([, key]) => cases.some((each) => each.places.some(({ ars }) => ars.startsWith(key)));
  const [slug] = [...states].find((state) => filled(state) === wanted) ?? [];
  return slug && `regionen/${slug}.html`;
};

/** Opens everything that can be opened. */
const unfold = (page) =>
  page.evaluate(() => {
    for (const details of document.querySelectorAll('details')) details.open = true;
  });

/** Chooses two cases to compare. */
const choose = async (page) => {
  for (const box of (await page.$$('input[name="faelle"]')).slice(0, 2)) await box.click();
};

/** Shows the explanation of a term. */
const explain = async (page) => {
  await page.focus('a.term[data-term]');
  await page.waitForSelector('[role="tooltip"]:not([hidden])');
};

/** Opens the suggestions of the search field. */
const suggest = async (page) => {
  await page.type('#suche', 'netz');
  await page.waitForSelector('[role="option"]');
  await page.keyboard.press('ArrowDown');
};

/** Types into the search of the list, and waits for what is found. */
const find = async (page, text) => {
  await page.type('#suche', text);
  await page.waitForSelector('#ergebnis:not([hidden], [aria-busy])');
};

/** Ticks a value of a facet. */
const tick = async (page, name, value) => {
  await unfold(page);
  await page.click(`input[name="${name}"][value="${value}"]`);
  await page.waitForSelector('.chip');
  await page.waitForSelector('#ergebnis:not([aria-busy])');
};

/** Finds cases, narrowed down. */
const narrow = async (page) => {
  await find(page, 'Netzwrk');
  await tick(page, 'thema', 'netzwerke');
};

/** Finds nothing, with ways on. */
const findNothing = async (page) => {
  await find(page, 'Frauen');
  await tick(page, 'land', 'thueringen');
  await page.waitForSelector('.ways-on button');
};

/** Has no engine. */
const failToFind = async (page) => {
  await page.evaluateOnNewDocument(() => delete globalThis.WebAssembly);
  await page.reload();
  await page.type('#suche', 'netzwerk');
  await page.waitForSelector('#suche-fehler .notice');
};

/** Pages by template: a path, or a function from the cases to one, and what to do with the page before it is looked at. */
export const TEMPLATES = {
  'start.html': [['index.html'], ['index.html', suggest]],
  'cases.html': [['praxis/index.html', unfold], ['praxis/index.html', narrow], ['praxis/index.html', findNothing], ['praxis/index.html', failToFind]],
  'case.html': [[largest, unfold], [largest, explain], ['praxis/netzwerk-halle.html', suggest]],
  'topic.html': [['themen/netzwerke.html'], ['themen/berufsbegleitende-bildung.html']],
  'facet.html': [['themen/index.html'], ['formate/index.html'], ['regionen/index.html']],
  'state.html': [[ofState(true)], [ofState(false)]],
  'value.html': [['formate/bewerbertag.html'], ['traegerschaft/zkt.html']],
  'compare.html': [['vergleich.html'], ['vergleich.html', choose]],
  'transfer.html': [['transfer.html']],
  'dimension.html': [['transfer/partner.html'], ['transfer/nachhalten.html']],
  'gaps.html': [['luecken.html']],
  'selection.html': [['merkliste.html']],
  'hub.html': [['hub.html']],
  'glossary.html': [['glossar.html']],
  'literature.html': [['literatur.html', unfold]],
  'page.html': [['impressum.html'], ['barrierefreiheit.html'], ['leichte-sprache.html'], ['job-turbo.html'], ['ueber.html']],
  'print.html': [['druck.html']],
  'offline.html': [['offline.html']],
  'not-found.html': [['404.html']],
  // Leaves for another page at once; files.test.mjs and web.test.mjs look at it.
  'redirect.html': [],
};

/** Every page to look at, as `{ name, path, prepare }`. */
export const faces = (cases) =>
  Object.entries(TEMPLATES).flatMap(([template, list]) =>
    list.flatMap(([where, prepare]) => {
      const path = typeof where === 'function' ? where(cases) : where;
      const state = prepare ? `, ${prepare.name}` : '';
      return path ? [{ name: `${template}: ${path}${state}`, path, prepare: prepare ?? (() => {}) }] : [];
    }),
  );
