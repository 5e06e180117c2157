// A page for every template of the theme; more than one where a template has several faces.
import { live } from './browsers.mjs';
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

/** Answers some points, says where the reader works, opens everything. */
const answered = async (page) => {
  await live(page);
  await page.evaluate(() => {
    for (const name of new Set([...document.querySelectorAll('.item input[type=radio]')].map((radio) => radio.name))) {
      const choices = document.getElementsByName(name);
      choices[name.charCodeAt(name.length - 1) % choices.length].click();
    }
    document.querySelector('#plan-profil [value=grossstadt]').click();
    for (const details of document.querySelectorAll('details')) details.open = true;
  });
};

/** A plan of two cases, as a colleague sends it. */
const PLAN = {
  format: 'praxis-plan',
  version: 1,
  handbook: { key: 'gute-praxis', title: 'Handbuch Gute Praxis', edition: '2025-01' },
  saved: '2026-11-22T10:00:00Z',
  institution: 'Jobcenter Köln',
  date: '2026-12-01',
  profile: { state: 'sachsen', form: 'zkt', settlement: 'grossstadt' },
  cases: ['move-vogtland', 'stellenboerse-vogtland', 'bewerbertage-augsburg', 'gibt-es-nicht'].map((slug) => ({ slug, title: slug })),
  answers: [
    { item: 'vog-boe-09', case: 'stellenboerse-vogtland', dimension: 'aufwand', kind: 'requirement', text: 'So hieß es früher.', answer: 'missing', note: 'Wer macht das?', role: 'Teamleitung', due: '2026-12-15', changed: '2026-11-22T10:00:00Z' },
    { item: 'weg-01', case: 'gibt-es-nicht', dimension: 'aufwand', kind: 'obstacle', text: 'Diesen Punkt gab es einmal.', answer: 'open', note: '', role: '', due: '', changed: '2026-11-22T10:00:00Z' },
  ],
  own: [{ item: 'eigen-1', dimension: 'raum', text: 'Saal buchen', answer: 'open', note: '', role: '', due: '', changed: '2026-11-22T10:00:00Z' }],
};

/** Opens a plan as a file. */
const open = (page, plan) =>
  page.evaluate((text) => {
    const files = new DataTransfer();
    files.items.add(new File([text], 'plan.json', { type: 'application/json' }));
    const input = document.getElementById('plan-datei');
    input.files = files.files;
    input.dispatchEvent(new Event('change'));
  }, JSON.stringify(plan));

/** The list with everything that can be on it, open. */
export const planned = async (page) => {
  await live(page);
  await open(page, PLAN);
  await page.waitForSelector('#weg-01');
  await page.waitForSelector('#plan-aehnlich li');
  await page.click('[data-take="link"]');
  await page.waitForSelector('#plan-link:not([hidden])');
  await unfold(page);
};

/** The list while a second plan waits to be merged. */
const asked = async (page) => {
  await planned(page);
  await open(page, { ...PLAN, answers: PLAN.answers.map((entry) => ({ ...entry, answer: 'open', note: 'anders' })), own: [{}] });
  await page.waitForSelector('#plan-eingang:not([hidden])');
};

/** The question before everything is deleted. */
const deleting = async (page) => {
  await live(page);
  await page.click('#plan-behalten [data-do="keep"]');
  await page.waitForSelector('#plan-behalten [data-do="forget"]:not([hidden])');
  await page.click('#plan-behalten [data-do="forget"]');
  await page.waitForSelector('#plan-loeschen[open]');
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
  'case.html': [[largest, unfold], [largest, explain], ['praxis/netzwerk-halle.html', suggest], ['praxis/move-vogtland.html', answered], ['praxis/one-stop-shop-leipzig.html', live]],
  'topic.html': [['themen/netzwerke.html'], ['themen/berufsbegleitende-bildung.html']],
  'facet.html': [['themen/index.html'], ['formate/index.html'], ['regionen/index.html']],
  'state.html': [[ofState(true)], [ofState(false)]],
  'value.html': [['formate/bewerbertag.html'], ['traegerschaft/zkt.html']],
  'compare.html': [['vergleich.html'], ['vergleich.html', choose]],
  'transfer.html': [['transfer.html']],
  'dimension.html': [['transfer/partner.html'], ['transfer/nachhalten.html']],
  'gaps.html': [['luecken.html']],
  'news.html': [['neu.html']],
  'selection.html': [['merkliste.html', live], ['merkliste.html', planned], ['merkliste.html', asked], ['merkliste.html', deleting]],
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
