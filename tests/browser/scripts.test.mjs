// What the scripts add to the pages: explanations of terms, the comparison, copying. From disk and on the web.
import assert from 'node:assert/strict';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { BROWSERS, launch, live, openPage, stored, until } from './lib/browsers.mjs';
import { none } from './lib/none.mjs';
import { serve } from './lib/server.mjs';
import { buildSite, copyOfHandbook, largestCase } from './lib/site.mjs';

let site;
let server;
let casePage;
before(async () => {
  site = await buildSite();
  server = await serve();
  server.show(site.folder);
  casePage = `praxis/${largestCase(await site.cases()).slug}.html`;
});
after(async () => {
  await server?.stop();
  await site?.remove();
});

const TIP = '[role="tooltip"]:not([hidden])';
const TERM = 'main a.term[data-term]';

/** Puts the pointer where it touches nothing. */
const away = (page) => page.mouse.move(1, 1);

/** The cases whose columns are shown, by slug. */
const columns = (page) =>
  page.$$eval('#vergleich thead [data-case]', (cells) => cells.filter((cell) => cell.offsetWidth > 0).map((cell) => cell.dataset.case));

/** Number of columns shown in every row: one entry if all rows agree. */
const widths = (page) =>
  page.$$eval('#vergleich tr', (rows) => [
    ...new Set(rows.filter((row) => row.offsetHeight > 0).map((row) => [...row.cells].filter((cell) => cell.offsetWidth > 0).length)),
  ]);

/** The reader's way back. A browser may bring the page back as it was left, without loading it again. */
const back = async (page, expected) => {
  await page.evaluate(() => void setTimeout(() => history.back()));
  await until(page, (address) => location.href === address && document.readyState === 'complete', expected);
};

for (const name of BROWSERS) {
  for (const [way, place] of [
    ['from disk', () => site.base],
    ['on the web', () => server.base],
  ]) {
    describe(`scripts in ${name}, ${way}`, () => {
      let browser;
      before(async () => {
        browser = await launch(name);
      });
      after(() => browser?.close());

      /** Opens a page, does something with it, and looks that nothing went wrong and nothing was stored. */
      const on = async (path, use) => {
        const { page, complaints } = await openPage(browser);
        await page.setViewport({ width: 1280, height: 900 });
        await page.goto(place() + path);
        await use(page);
        none([...complaints, ...(await page.evaluate(() => globalThis.violations)), ...(await stored(page))]);
        await page.close();
      };

      test('a term is explained on hover, also while the pointer is on the explanation', () =>
        on(casePage, async (page) => {
          const term = await page.$(TERM);
          await term.scrollIntoView();
          await term.hover();
          const tip = await page.waitForSelector(TIP);
          const expected = await term.evaluate((element) => element.dataset.term);
          assert.ok(expected.length > 20, expected);
          assert.equal(await tip.evaluate((element) => element.textContent), expected);
          assert.equal(await term.evaluate((element) => element.getAttribute('aria-describedby')), await tip.evaluate((element) => element.id));
          const { left, top, right, bottom, width, height } = await tip.evaluate((element) => ({
            ...element.getBoundingClientRect().toJSON(),
            width: innerWidth,
            height: innerHeight,
          }));
          assert.ok(left >= 0 && top >= 0 && right <= width && bottom <= height, 'within the window');

          await tip.hover();
          await new Promise((later) => setTimeout(later, 600));
          assert.ok(await page.$(TIP), 'stays while the pointer is on it');
          await away(page);
          await page.waitForSelector(TIP, { hidden: true });
        }));

      test('Escape closes an explanation, without moving anything', () =>
        on(casePage, async (page) => {
          const term = await page.$(TERM);
          await term.hover();
          await page.waitForSelector(TIP);
          await page.keyboard.press('Escape');
          await page.waitForSelector(TIP, { hidden: true });
          await away(page);

          await term.focus();
          await page.waitForSelector(TIP);
          await page.keyboard.press('Escape');
          await page.waitForSelector(TIP, { hidden: true });
          assert.ok(await term.evaluate((element) => element === document.activeElement), 'the focus stays');
          assert.equal(await term.evaluate((element) => element.getAttribute('aria-describedby')), null);
        }));

      test('a term is explained on focus, and no longer when the focus leaves; Enter leads to the glossary', () =>
        on(casePage, async (page) => {
          const term = await page.$(TERM);
          await term.focus();
          await page.waitForSelector(TIP);
          await page.keyboard.press('Tab');
          const other = await page.evaluate(() => document.activeElement.dataset.term);
          await until(page, (text) => (document.querySelector('[role="tooltip"]:not([hidden])')?.textContent) === text, other);
          await term.focus();
          const target = await term.evaluate((element) => element.href);
          await Promise.all([page.waitForNavigation(), page.keyboard.press('Enter')]);
          assert.equal(page.url(), target);
          assert.ok(await page.evaluate(() => document.querySelector(':target')?.tagName === 'DT'), 'at the term');
        }));

      test('two cases are compared; the address keeps the choice', () =>
        on('vergleich.html', async (page) => {
          const all = await columns(page);
          assert.equal(all.length, (await site.cases()).length, 'all cases before a choice');
          const boxes = await page.$$('input[name="faelle"]');
          await boxes[1].click();
          await boxes[4].click();
          const chosen = [all[1], all[4]];
          assert.deepEqual(await columns(page), chosen);
          assert.deepEqual(await widths(page), [3]);
          assert.equal(new URL(page.url()).searchParams.get('faelle'), chosen.join(','));
          assert.match(new URL(page.url()).search, /^\?faelle=/);
          assert.match(await page.$eval('#auswahl [role="status"]', (status) => status.textContent), /2/);

          await page.reload();
          assert.deepEqual(await columns(page), chosen);
          assert.equal(await page.$$eval('input[name="faelle"]:checked', (checked) => checked.length), 2);

          const address = page.url();
          await Promise.all([page.waitForNavigation(), page.click(`#vergleich thead [data-case="${chosen[1]}"] a`)]);
          assert.equal(page.url(), `${place()}praxis/${chosen[1]}.html`);
          await back(page, address);
          assert.deepEqual(await columns(page), chosen);
        }));

      test('a choice that was sent along is shown; unknown names and too many are left out', () =>
        on('vergleich.html', async (page) => {
          const all = await columns(page);
          const limit = Number(await page.$eval('#auswahl', (form) => form.dataset.limit));
          await page.goto(`${place()}vergleich.html?faelle=gibt-es-nicht,${all.slice(0, limit + 2).join(',')}`);
          assert.deepEqual(await columns(page), all.slice(0, limit));
          const open = await page.$$eval('input[name="faelle"]', (list) => list.filter((box) => !box.checked && !box.disabled).length);
          assert.equal(open, 0, 'no more than the limit');
          await page.click('#auswahl button[type="reset"]');
          await until(page, () => location.search === '');
          assert.deepEqual(await columns(page), all);
        }));

      test('only differences: rows that say the same go', () =>
        on('vergleich.html', async (page) => {
          const boxes = await page.$$('input[name="faelle"]');
          await boxes[0].click();
          await boxes[1].click();
          await page.click('input[name="unterschiede"]');
          const same = await page.$$eval('#vergleich tbody tr', (rows) =>
            rows
              .filter((row) => row.offsetHeight > 0)
              .map((row) => [...row.cells].slice(1).filter((cell) => cell.offsetWidth > 0).map((cell) => cell.textContent.trim()))
              .filter((texts) => new Set(texts).size < 2),
          );
          none(same);
        }));

      test('a case leads to its comparison, and back', () =>
        on(casePage, async (page) => {
          // The way there leads past the transfer check, which unfolds.
          await live(page);
          await Promise.all([page.waitForNavigation(), page.click('main a[href*="vergleich.html?faelle="]')]);
          const shown = await columns(page);
          assert.ok(shown.length >= 2, `${shown}`);
          assert.ok(shown.includes(/praxis\/(.*)\.html/.exec(casePage)[1]));
          const expected = place() + casePage;
          await back(page, expected);
        }));

      test('citations are copied', () =>
        on(casePage, async (page) => {
          await page.$$eval('details', (list) => list.forEach((details) => (details.open = true)));
          const sources = await page.$$('.copyable[data-copy]');
          assert.equal(sources.length, 3, 'text, BibTeX, CSL-JSON');
          for (const source of sources) {
            const button = await source.evaluateHandle((element) => element.nextElementSibling.querySelector('button'));
            await button.scrollIntoView();
            await button.click();
            const status = await source.evaluateHandle((element) => element.nextElementSibling.querySelector('[role="status"]'));
            await until(page, (element) => element.textContent !== '', status);
            assert.equal(await status.evaluate((element) => element.textContent), await page.evaluate(() => document.body.dataset.copied));

            // What lies in the clipboard shows when it is pasted; notes of the transfer check are not the place for it.
            await page.evaluate(() => document.body.append(Object.assign(document.createElement('textarea'), { id: 'pasted' })));
            await page.focus('#pasted');
            await page.keyboard.down('Control');
            await page.keyboard.press('v');
            await page.keyboard.up('Control');
            await until(page, () => document.getElementById('pasted').value !== '');
            const pasted = await page.$eval('#pasted', (area) => {
              area.remove();
              return area.value;
            });
            assert.equal(pasted.trim(), (await source.evaluate((element) => element.textContent)).trim());
          }
        }));

      test('the first stop of the keyboard leads past the navigation', () =>
        on(casePage, async (page) => {
          await page.keyboard.press('Tab');
          assert.ok(await page.evaluate(() => document.activeElement.getAttribute('href') === `#${document.querySelector('main').id}`));
          assert.ok(await page.evaluate(() => document.activeElement.getBoundingClientRect().top >= 0), 'to be seen');
          await page.keyboard.press('Enter');
          await until(page, () => document.activeElement.tagName === 'MAIN');
          await page.keyboard.press('Tab');
          assert.ok(await page.evaluate(() => document.querySelector('main').contains(document.activeElement)));
        }));
    });
  }
}

describe('a deadline, by the day of the reader', () => {
  const ITEM = 'vog-mov-03';
  const PAGES = ['praxis/move-vogtland.html', 'transfer/nachhalten.html', 'druck.html'];
  let root;
  let built;
  let browser;
  before(async () => {
    root = await copyOfHandbook();
    const path = join(root, 'content/cases/move-vogtland/case.yaml');
    await writeFile(path, (await readFile(path, 'utf8')).replace('due: 2025-04-29', 'due: 2026-12-15'));
    built = await buildSite({ root, today: '2026-11-22' });
    browser = await launch('chromium');
  });
  after(async () => {
    await browser?.close();
    await built?.remove();
    if (root) await rm(root, { recursive: true, force: true });
  });

  /** Opens a page on a day, and says for each of its deadlines whether it is shown as passed; and where everything stands. */
  const look = async (path, day, { scripts = true } = {}) => {
    const { page, complaints } = await openPage(browser);
    await page.evaluateOnNewDocument((moment) => {
      const { Date: Real } = globalThis;
      globalThis.Date = class extends Real {
        constructor(...parts) { super(...(parts.length ? parts : [moment])); }
      };
    }, `${day}T12:00:00`);
    await page.setJavaScriptEnabled(scripts);
    await page.goto(built.address(path));
    // The transfer check unfolds once its data are there.
    if (scripts && (await page.$('[data-live]'))) await live(page);
    const found = await page.evaluate((item) => ({
      passed: [...document.querySelectorAll('.due [data-passed]')].map((word) => getComputedStyle(word).visibility === 'visible'),
      places: [...document.querySelectorAll('.due, .fact, .meta, .item')].map((each) => Object.values(each.getBoundingClientRect().toJSON())),
      state: document.querySelector(`.dimension:has(#${item}) .standing`)?.textContent,
    }), ITEM);
    none(complaints);
    await page.close();
    return found;
  };

  for (const path of PAGES) {
    test(`${path}: marked from the day after, without moving anything; without scripts the day of the build counts`, async () => {
      const last = await look(path, '2026-12-15');
      assert.ok(last.passed.length > 0);
      assert.ok(last.passed.every((passed) => !passed));
      const next = await look(path, '2026-12-16');
      assert.ok(next.passed.every((passed) => passed));
      assert.deepEqual(next.places, last.places);
      if (last.state) assert.deepEqual([last.state, next.state], ['1 offen', '1 Frist vorbei']);
      assert.ok((await look(path, '2026-12-16', { scripts: false })).passed.every((passed) => !passed));
    });
  }
});
