// What readers do with the search of the list, and what they see of it.
import { until } from './browsers.mjs';

/** The list of all cases, which is searched and narrowed down. */
export const LIST = 'praxis/index.html';

/** How many letters of a text the list repeats. */
const REPEATED = 80;

/** Waits until the list shows what was asked for: the text, and no work left. */
export const settled = (page, text = '') =>
  until(
    page,
    (wanted) => {
      const result = document.getElementById('ergebnis');
      const title = document.getElementById('ergebnis-titel').textContent;
      return !result.hidden && !result.hasAttribute('aria-busy') && (wanted ? title.endsWith(`für „${wanted}“`) : !title.includes('„'));
    },
    text.length > REPEATED ? `${text.slice(0, REPEATED)}…` : text,
  );

/** Types into the search of the list and waits for the answer. */
export const find = async (page, text) => {
  await page.click('#suche', { count: 3 });
  await page.type('#suche', text);
  await settled(page, text);
};

/** Ticks or unticks a value of a facet, as a reader with a mouse does, and waits for the answer. */
export const tick = async (page, name, value) => {
  await page.waitForSelector('#facetten:not(.facets-waiting)');
  const box = await page.$(`input[name="${name}"][value="${value}"]`);
  await box.evaluate((element) => {
    for (let parent = element.closest('details'); parent; parent = parent.parentElement.closest('details')) parent.open = true;
  });
  const wanted = !(await box.evaluate((element) => element.checked));
  await box.click();
  await until(
    page,
    (element, checked) => element.checked === checked && !document.getElementById('ergebnis').hasAttribute('aria-busy'),
    box,
    wanted,
  );
};

/** Everything that a reader sees of the answer. */
export const seen = (page) =>
  page.evaluate(() => {
    const texts = (selector) => [...document.querySelectorAll(selector)].filter((element) => element.offsetWidth > 0).map((element) => element.textContent.trim());
    return {
      title: texts('#ergebnis-titel')[0],
      hits: [...document.querySelectorAll('#ergebnis .card-title a')].map((link) => link.href),
      titles: texts('#ergebnis .card-title'),
      marks: texts('#ergebnis mark'),
      chips: texts('.chip span:first-child'),
      ways: texts('.results-none .ways-on li'),
      meant: texts('.results-meant button'),
      plain: document.getElementById('alle-faelle').offsetWidth > 0,
      parameters: [...new URLSearchParams(location.search)].map((pair) => pair.join('=')),
    };
  });

/** The same without what is marked, which changes once the texts for extracts have come. */
export const listed = async (page) => ({ ...(await seen(page)), marks: undefined });

/** Number that stands beside a value of a facet. */
export const counted = (page, name, value) =>
  page.$eval(`input[name="${name}"][value="${value}"]`, (box) => Number(box.parentElement.querySelector('.facet-count').textContent));
