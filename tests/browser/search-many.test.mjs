// A handbook of more cases than one page shows: hits come in portions, long facets fold.
import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import { after, before, describe, test } from 'node:test';
import { BROWSERS, launch, openPage, until } from './lib/browsers.mjs';
import { none } from './lib/none.mjs';
import { LIST, find, settled, tick } from './lib/search.mjs';
import { buildSite, copyWithManyCases } from './lib/site.mjs';

const MANY = 75;
const PORTION = 20;

let root;
let site;
before(async () => {
  root = await copyWithManyCases(MANY);
  site = await buildSite({ root });
});
after(async () => {
  await site?.remove();
  if (root) await rm(root, { recursive: true, force: true });
});

for (const name of BROWSERS) {
  describe(`many cases in ${name}`, () => {
    let browser;
    before(async () => {
      browser = await launch(name);
    });
    after(() => browser?.close());

    const on = async (path, use) => {
      const { page, complaints } = await openPage(browser);
      await page.setViewport({ width: 1280, height: 900 });
      await page.goto(site.base + path);
      await use(page);
      none([...complaints, ...(await page.evaluate(() => globalThis.violations))]);
      await page.close();
    };

    const hits = (page) => page.$$eval('#ergebnis .card-title a', (links) => links.map((link) => link.textContent));
    const more = (page) => page.$eval('.results-more button', (button) => (button.offsetWidth > 0 ? button.textContent : undefined));

    test('hits come in portions, by keyboard; the focus goes to the first new one; the way back keeps them', () =>
      on(LIST, async (page) => {
        await find(page, 'Sprachcafé');
        assert.match(await page.$eval('#ergebnis-titel', (title) => title.textContent), new RegExp(`^${MANY} Treffer`));
        assert.equal((await hits(page)).length, PORTION);
        for (const [shown, label] of [[40, 'Weitere 20 anzeigen'], [60, 'Weitere 15 anzeigen'], [MANY, undefined]]) {
          await page.focus('.results-more button');
          await page.keyboard.press('Enter');
          await until(page, (wanted) => document.querySelectorAll('#ergebnis .card').length === wanted, shown);
          assert.equal(await more(page), label);
          const first = shown - (shown === MANY ? 15 : PORTION);
          assert.equal(await page.evaluate(() => [...document.querySelectorAll('#ergebnis .card-title a')].indexOf(document.activeElement)), first);
        }
        const all = await hits(page);
        assert.equal(new Set(all).size, MANY, 'each once');

        await Promise.all([page.waitForNavigation(), page.keyboard.press('Enter')]);
        const address = `${site.base}${LIST}?${new URLSearchParams({ q: 'Sprachcafé' })}`;
        await page.evaluate(() => void setTimeout(() => history.back()));
        await until(page, (wanted) => location.href === wanted && document.readyState === 'complete', address);
        await settled(page, 'Sprachcafé');
        assert.deepEqual(await hits(page), all);
      }));

    test('a new question begins with the first portion', () =>
      on(`${LIST}?q=Sprachcaf%C3%A9`, async (page) => {
        await settled(page, 'Sprachcafé');
        await page.click('.results-more button');
        await until(page, () => document.querySelectorAll('#ergebnis .card').length === 40);
        await tick(page, 'land', 'schleswig-holstein');
        assert.equal((await hits(page)).length, PORTION);
      }));

    test('without a question the list is as it came, with its pages', () =>
      on(LIST, async (page) => {
        await page.waitForSelector('#facetten:not(.facets-waiting)');
        assert.ok(await page.$eval('#alle-faelle .pagination', (pages) => pages.offsetWidth > 0));
        await find(page, 'Sprachcafé');
        assert.ok(!(await page.$eval('#alle-faelle', (list) => list.offsetWidth > 0)));
        await page.keyboard.press('Escape');
        await until(page, () => document.querySelector('#alle-faelle .pagination').offsetWidth > 0);
        await page.goto(`${site.base}praxis/seite-2.html`);
        assert.ok(await page.$('.site-header form[role="search"]'), 'further pages have the field of every page');
        assert.ok(!(await page.$('#facetten')));
      }));

    test('long facets fold; what is chosen stays in sight', () =>
      on(LIST, async (page) => {
        await page.waitForSelector('#facetten:not(.facets-waiting)');
        const shown = () => page.$$eval('#facetten fieldset[data-facet="format"] .facet-value', (labels) => labels.filter((label) => !label.hidden).map((label) => label.firstElementChild.value));
        await page.$$eval('#facetten details', (list) => list.forEach((details) => (details.open = true)));
        const all = await page.$$eval('#facetten fieldset[data-facet="format"] input', (boxes) => boxes.map((box) => box.value));
        assert.ok(all.length > 9, `${all.length} formats`);
        assert.deepEqual(await shown(), all.slice(0, 8));
        const button = await page.$('#facetten fieldset[data-facet="format"] button');
        assert.equal(await button.evaluate((element) => element.textContent), `${all.length - 8} weitere zeigen`);
        await button.click();
        assert.deepEqual(await shown(), all);
        await tick(page, 'format', all.at(-1));
        await button.click();
        assert.deepEqual(await shown(), [...all.slice(0, 8), all.at(-1)]);
      }));

    test('on a small screen the facets fold behind a button that counts them', () =>
      on(LIST, async (page) => {
        await page.setViewport({ width: 360, height: 800 });
        await page.waitForSelector('#facetten:not(.facets-waiting)');
        const isOpen = () => page.$eval('.facets-fold', (details) => details.open);
        await until(page, () => !document.querySelector('.facets-fold').open);
        await page.click('.facets-fold > summary');
        assert.ok(await isOpen());
        await tick(page, 'land', 'schleswig-holstein');
        assert.match(await page.$eval('.facets-fold > summary', (summary) => summary.textContent), /Eingrenzen\s+\(1\)/);
      }));
  });
}
