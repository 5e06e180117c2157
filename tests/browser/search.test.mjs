// Searching as readers do it: suggestions, results while typing, facets, addresses to pass on. From disk and on the web.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { BROWSERS, launch, openPage, stored, until } from './lib/browsers.mjs';
import { none } from './lib/none.mjs';
import { LIST, counted, find, listed, seen, settled, tick } from './lib/search.mjs';
import { serve } from './lib/server.mjs';
import { buildSite } from './lib/site.mjs';

const CASE = 'praxis/netzwerk-halle.html';

let site;
let cases;
let server;
before(async () => {
  site = await buildSite();
  cases = await site.cases();
  server = await serve();
  server.show(site.folder);
});
after(async () => {
  await server?.stop();
  await site?.remove();
});

/** The suggestions that are shown, and which one is chosen. */
const suggested = (page) =>
  page.evaluate(() => {
    const input = document.getElementById('suche');
    const options = [...document.querySelectorAll('[role="option"]')].filter((option) => option.offsetWidth > 0);
    const active = options.findIndex((option) => option.id === input.getAttribute('aria-activedescendant'));
    return {
      expanded: input.getAttribute('aria-expanded'),
      texts: options.map((option) => option.textContent),
      active,
      selected: options.findIndex((option) => option.getAttribute('aria-selected') === 'true'),
    };
  });

/** Types into the field of a page and waits for suggestions. On a slow machine those for its beginning come first. */
const suggest = async (page, text) => {
  const REST = 300;
  await page.type('#suche', text);
  await until(page, () => document.getElementById('suche').getAttribute('aria-expanded') === 'true');
  for (let last, now = (await suggested(page)).texts.join(); now !== last; now = (await suggested(page)).texts.join()) {
    last = now;
    await new Promise((later) => setTimeout(later, REST));
  }
};

const go = (page, action) => Promise.all([page.waitForNavigation(), action()]);

/** Asks the browser for the step before or after; what comes may be another page or the same one. */
const travel = async (page, direction, address) => {
  await page.evaluate((to) => void setTimeout(() => history[to]()), direction);
  await until(page, (wanted) => location.href === wanted && document.readyState === 'complete', address);
};

for (const name of BROWSERS) {
  for (const [way, place] of [
    ['from disk', () => site.base],
    ['on the web', () => server.base],
  ]) {
    describe(`search in ${name}, ${way}`, () => {
      let browser;
      before(async () => {
        browser = await launch(name);
      });
      after(() => browser?.close());

      /** Opens a page, does something with it, and looks that nothing went wrong, nobody was asked, nothing was stored. */
      const on = async (path, use) => {
        const { page, complaints, requests } = await openPage(browser);
        await page.setViewport({ width: 1280, height: 900 });
        await page.goto(place() + path);
        await use(page);
        const others = requests.filter((address) => !address.startsWith(place()) && !/^(blob|data|about):/.test(address) && !address.endsWith('/favicon.ico'));
        none([...complaints, ...others.map((address) => `asked ${address}`), ...(await page.evaluate(() => globalThis.violations)), ...(await stored(page))]);
        await page.close();
      };

      test('suggestions by keyboard: cases, words, all hits', () =>
        on(CASE, async (page) => {
          await suggest(page, 'anerkennungsb');
          const { expanded, texts, active } = await suggested(page);
          assert.equal(expanded, 'true');
          assert.equal(active, -1, 'nothing is chosen before the reader chooses');
          assert.match(texts[0], /Externe Anerkennungsberatung im Jobcenter.*Vogtlandkreis/);
          assert.ok(texts.includes('Suche nach „Anerkennungsberatung“'), texts.join(' | '));
          assert.match(texts.at(-1), /^(Alle \d+|1) Treffer zeigen$/);
          assert.ok(await page.$('[role="option"] mark'), 'what was found is marked');

          await page.keyboard.press('ArrowDown');
          assert.deepEqual(await suggested(page).then(({ active, selected }) => [active, selected]), [0, 0]);
          await page.keyboard.press('ArrowDown');
          assert.equal((await suggested(page)).active, 1);
          await page.keyboard.press('ArrowUp');
          await page.keyboard.press('ArrowUp');
          assert.equal((await suggested(page)).active, -1, 'back in the field');
          await page.keyboard.press('ArrowUp');
          assert.equal((await suggested(page)).active, texts.length - 1, 'round to the last');
          await page.keyboard.press('Home');
          assert.equal((await suggested(page)).active, -1, 'Home belongs to the text');
          assert.equal(await page.$eval('#suche', (input) => input.selectionStart), 0);
          await page.keyboard.press('End');

          await page.keyboard.press('ArrowDown');
          await go(page, () => page.keyboard.press('Enter'));
          assert.equal(page.url(), `${place()}praxis/anerkennungsberatung-vogtland.html`);
        }));

      test('Escape closes the suggestions, a second one empties the field', () =>
        on(CASE, async (page) => {
          await suggest(page, 'netz');
          await page.keyboard.press('Escape');
          assert.deepEqual(await suggested(page).then(({ expanded, texts }) => [expanded, texts.length]), ['false', 0]);
          assert.equal(await page.$eval('#suche', (input) => input.value), 'netz');
          await page.keyboard.press('Escape');
          assert.equal(await page.$eval('#suche', (input) => input.value), '');
          await suggest(page, 'netz');
          await page.keyboard.press('Tab');
          assert.equal((await suggested(page)).expanded, 'false', 'and so does leaving the field');
        }));

      test('a suggestion is clicked; how many there are is announced', () =>
        on('index.html', async (page) => {
          await suggest(page, 'Halle');
          await until(page, () => [...document.querySelectorAll('form[role="search"] [role="status"]')].some((status) => /^\d+ Treffer$/.test(status.textContent)));
          await go(page, () => page.click('[role="option"]'));
          assert.equal(page.url(), place() + CASE);
        }));

      test('"/" leads into the field, but stays a letter in it', () =>
        on('glossar.html', async (page) => {
          await page.keyboard.press('/');
          assert.equal(await page.evaluate(() => document.activeElement.id), 'suche');
          await page.keyboard.type('a/b');
          assert.equal(await page.$eval('#suche', (input) => input.value), 'a/b');
          await page.evaluate(() => document.activeElement.blur());
          await page.keyboard.down('Control');
          await page.keyboard.press('/');
          await page.keyboard.up('Control');
          assert.notEqual(await page.evaluate(() => document.activeElement.id), 'suche', 'not with a modifier');
        }));

      test('"/" can be switched off, and only that is kept', () =>
        on('glossar.html', async (page) => {
          const press = () => page.$eval('[data-shortcut]', (button) => button.click());
          const reached = async () => {
            await page.evaluate(() => document.activeElement.blur());
            await page.keyboard.press('/');
            return page.evaluate(() => document.activeElement.id === 'suche');
          };
          const kept = () => page.evaluate(() => JSON.stringify(localStorage));
          await page.evaluate(() => localStorage.clear());
          await press();
          assert.equal(await reached(), false);
          assert.equal(await kept(), '{"taste-suche":"aus"}');
          await page.reload();
          assert.equal(await reached(), false, 'after a reload');
          await press();
          assert.equal(await reached(), true);
          assert.equal(await kept(), '{}');
        }));

      test('the engine is not loaded before the field is used', () =>
        on(CASE, async (page) => {
          // Browsers do not tell their drivers of every file that they read from disk.
          const parts = () =>
            page.evaluate(() => [...performance.getEntriesByType('resource').map((entry) => entry.name), ...globalThis.added].filter((address) => address.includes('/suche/')));
          await page.evaluate(() => {
            globalThis.added = [];
            new MutationObserver((changes) => {
              for (const { addedNodes } of changes) for (const node of addedNodes) globalThis.added.push(node.src ?? '');
            }).observe(document.head, { childList: true });
          });
          await page.evaluate(() => new Promise((later) => setTimeout(later, 400)));
          none(await parts());
          await page.type('#suche', 'Halle');
          await page.waitForSelector('[role="option"]');
          assert.ok((await parts()).some((address) => address.includes('/suche/index')));
        }));

      test('Enter leads to the list with the same words', () =>
        on('themen/netzwerke.html', async (page) => {
          await page.type('#suche', 'Frauen & Männer?');
          await go(page, () => page.keyboard.press('Enter'));
          assert.equal(page.url(), `${place()}${LIST}?q=Frauen+%26+M%C3%A4nner%3F`);
          await settled(page, 'Frauen & Männer?');
          assert.equal(await page.$eval('#suche', (input) => input.value), 'Frauen & Männer?');
          assert.equal((await page.$$('form[role="search"]')).length, 1, 'one search on the page');
        }));

      test('results while typing: hits with marks, number announced, address to pass on', () =>
        on(LIST, async (page) => {
          const length = await page.evaluate(() => history.length);
          await find(page, 'netzwerk');
          const { title, hits, marks, plain, parameters } = await seen(page);
          const total = Number(/^(\d+) Treffer/.exec(title)[1]);
          assert.equal(hits.length, total);
          assert.equal(hits[0], place() + CASE);
          assert.ok(marks.some((mark) => /netzwerk/i.test(mark)));
          assert.ok(!plain, 'in place of the list of all cases');
          assert.deepEqual(parameters, ['q=netzwerk']);
          assert.equal(await page.evaluate(() => history.length), length, 'typing is no step to go back');
          assert.match(await page.title(), /^„netzwerk“ – /);
          await until(page, (text) => document.getElementById('ergebnis-ansage').textContent === text, title);

          await page.keyboard.press('Escape');
          await until(page, () => document.getElementById('alle-faelle').offsetWidth > 0);
          assert.deepEqual(await seen(page).then(({ title, parameters }) => [title, parameters]), [undefined, []]);
        }));

      test('what staff would ask finds what answers it; hits say effort, evidence and state as the list does', () =>
        on(LIST, async (page) => {
          const facts = () => page.$$eval('#ergebnis .card', (all) => all.map((card) => [card.querySelector('a').pathname.split('/').at(-1), ...[...card.querySelectorAll('.badge, .facts dd')].map((each) => each.textContent)].join(' · ')));
          await find(page, 'Bringt ein Bewerbertag etwas?');
          const [first, ...others] = await facts();
          assert.equal(first, 'bewerbertage-augsburg.html · nicht genannt · Erfahrungsbericht, Rückmeldungen anderer Häuser, Zahlen · erprobt · 9 Punkte');
          assert.ok(others.slice(0, 2).some((hit) => hit.startsWith('muenchner-branchenblick')), `${others}`);
          assert.ok(others.some((hit) => hit.startsWith('taskforces-aschaffenburg.html · läuft so nicht mehr · ')), `${others}`);
          await find(page, 'wenig Personal');
          for (const hit of (await facts()).slice(0, 3)) assert.match(hit, /^\S+ · (gering|überschaubar) · /);
        }));

      test('extracts are cut from the whole text once it has come', () =>
        on(`${LIST}?q=netzwerk`, async (page) => {
          await until(page, () => [...document.querySelectorAll('#ergebnis .card-summary')].some((extract) => extract.textContent.startsWith('… ') && extract.querySelector('mark')));
        }));

      test('facets narrow down, with counts that come true; chips and reset widen again', () =>
        on(LIST, async (page) => {
          const all = await counted(page, 'land', 'bayern');
          assert.equal(all, cases.filter((each) => each.places.some(({ ars }) => ars.startsWith('09'))).length);
          const promised = await counted(page, 'land', 'sachsen');
          await tick(page, 'land', 'sachsen');
          assert.equal((await seen(page)).hits.length, promised);
          assert.equal(await counted(page, 'land', 'bayern'), all, 'the other Länder count as before');
          assert.ok(!(await page.$eval('#eingrenzen', (links) => links.offsetWidth > 0)), 'the plain links have given way');

          const both = await counted(page, 'thema', 'netzwerke');
          await tick(page, 'thema', 'netzwerke');
          assert.equal((await seen(page)).hits.length, both);
          await tick(page, 'land', 'bayern');
          assert.deepEqual((await seen(page)).parameters, ['thema=netzwerke', 'land=bayern', 'land=sachsen']);
          assert.deepEqual((await seen(page)).chips, ['Netzwerke', 'Bayern', 'Sachsen']);
          const zero = await page.$$eval('.facet-none', (labels) => labels.map((label) => [label.offsetWidth > 0 || !label.closest('details[open]'), label.querySelector('.facet-count').textContent]));
          assert.ok(zero.length > 0 && zero.every(([, count]) => count === '0'), 'a value without hits says so');

          await page.click('.chip[aria-label="Netzwerke entfernen"]');
          await until(page, () => document.querySelectorAll('.chip').length === 2 && !document.getElementById('ergebnis').hasAttribute('aria-busy'));
          assert.equal(await page.evaluate(() => document.activeElement.getAttribute('aria-label')), 'Bayern entfernen', 'the focus is not lost');
          assert.deepEqual((await seen(page)).parameters, ['land=bayern', 'land=sachsen']);

          await page.click('.results-reset');
          await until(page, () => document.getElementById('alle-faelle').offsetWidth > 0);
          assert.deepEqual((await seen(page)).parameters, []);
          assert.equal(await counted(page, 'land', 'bayern'), all);
          assert.equal(await page.evaluate(() => document.activeElement.id), 'suche');
        }));

      test('an address that was passed on shows the same; unknown values do no harm', () =>
        on(LIST, async (page) => {
          await find(page, 'jobcenter');
          await tick(page, 'thema', 'netzwerke');
          await page.select('[name="sortierung"]', 'titel');
          await until(page, () => {
            const titles = [...document.querySelectorAll('#ergebnis .card-title')].map((title) => title.textContent.trim());
            return location.search.includes('sortierung=titel') && titles.every((title, index) => index === 0 || titles[index - 1].localeCompare(title, 'de') <= 0);
          });
          const sent = await listed(page);
          assert.deepEqual(sent.titles, [...sent.titles].sort((left, right) => left.localeCompare(right, 'de')), 'by title');
          assert.ok(sent.titles.length > 1);

          const other = await openPage(browser);
          await other.page.goto(page.url());
          await settled(other.page, 'jobcenter');
          assert.deepEqual(await listed(other.page), sent);
          await other.page.goto(`${place()}${LIST}?thema=gibt-es-nicht&land=bayern&sortierung=%3Cb%3E&foo=1&land=%22%3E%3Cimg%20src=x%3E`);
          await settled(other.page);
          assert.deepEqual((await listed(other.page)).chips, ['Bayern']);
          none(other.complaints);
          await other.page.close();
        }));

      test('back and forward go through the choices', () =>
        on(LIST, async (page) => {
          const start = page.url();
          await find(page, 'netzwerk');
          await tick(page, 'thema', 'netzwerke');
          const first = [page.url(), await listed(page)];
          await tick(page, 'land', 'sachsen');
          const second = [page.url(), await listed(page)];
          assert.notDeepEqual(first[1].hits, second[1].hits);

          await travel(page, 'back', first[0]);
          await until(page, (hits) => document.querySelectorAll('#ergebnis .card').length === hits, first[1].hits.length);
          assert.deepEqual(await listed(page), first[1]);
          assert.equal(await page.$eval('input[name="land"][value="sachsen"]', (box) => box.checked), false);
          await travel(page, 'forward', second[0]);
          await until(page, (hits) => document.querySelectorAll('#ergebnis .card').length === hits, second[1].hits.length);
          assert.deepEqual(await listed(page), second[1]);
          await travel(page, 'back', first[0]);
          await travel(page, 'back', `${start}?q=netzwerk`);
          await settled(page, 'netzwerk');
          assert.deepEqual((await listed(page)).chips, []);
        }));

      test('a hit is opened, and the way back leads to the same hits', () =>
        on(LIST, async (page) => {
          await find(page, 'netzwerk');
          await tick(page, 'thema', 'netzwerke');
          const [before, address] = [await listed(page), page.url()];
          await go(page, () => page.click('#ergebnis .card-title a'));
          assert.equal(page.url(), before.hits[0]);
          await travel(page, 'back', address);
          await settled(page, 'netzwerk');
          assert.deepEqual(await listed(page), before);
        }));

      test('misspelt words: the right one is offered', () =>
        on(LIST, async (page) => {
          await find(page, 'Anerkenungsberatung');
          assert.deepEqual((await seen(page)).meant, ['Meinten Sie „Anerkennungsberatung“?']);
          await page.click('.results-meant button');
          await settled(page, 'Anerkennungsberatung');
          assert.deepEqual((await seen(page)).parameters, ['q=Anerkennungsberatung']);
          assert.equal(await page.evaluate(() => document.activeElement.id), 'ergebnis-titel');
        }));

      test('nothing found: ways on, and each leads where it says', () =>
        on(`${LIST}?q=Frauen&land=thueringen`, async (page) => {
          await settled(page, 'Frauen');
          const { title, ways } = await seen(page);
          assert.equal(title, 'Keine Treffer für „Frauen“');
          assert.deepEqual(ways, ['ohne „Thüringen“: 3 Treffer', 'Nachbarland Sachsen: 3 Treffer', 'ohne die Suchwörter, nur mit Ihrer Auswahl: 1 Treffer']);
          const topics = await page.$$eval('.results-none .chips a', (links) => links.map((link) => link.href));
          assert.ok(topics.includes(`${place()}themen/netzwerke.html`));
          const button = async (text) => (await page.evaluateHandle((label) => [...document.querySelectorAll('.ways-on button')].find((each) => each.textContent === label), text)).asElement();
          await (await button(ways[1])).evaluate((element) => element.click());
          await until(page, () => document.querySelectorAll('#ergebnis .card').length === 3);
          assert.deepEqual(await seen(page).then(({ chips, parameters }) => [chips, parameters]), [['Sachsen'], ['q=Frauen', 'land=sachsen']]);

          await travel(page, 'back', `${place()}${LIST}?q=Frauen&land=thueringen`);
          await page.waitForSelector('.ways-on button');
          await (await button(ways[0])).evaluate((element) => element.click());
          await until(page, () => document.querySelectorAll('#ergebnis .card').length === 3);
          assert.deepEqual((await seen(page)).chips, []);
        }));

      test('whatever is typed is only text, and is answered', () =>
        on(LIST, async (page) => {
          const HOSTILE = [
            '<img src=x onerror="document.title=1"><script>document.title=2</script>',
            '"><svg onload=alert(1)>',
            '"Netzwerk Halle',
            '!?…---()[]{}*~^:/\\+&%$§',
            '🙂👩‍👩‍👧‍👦🏳️‍🌈',
            'x'.repeat(10_000),
            Array.from({ length: 300 }, (_, index) => `wort${index}`).join(' '),
          ];
          for (const text of HOSTILE) {
            await page.evaluate((value) => {
              const input = document.getElementById('suche');
              input.value = value;
              input.dispatchEvent(new Event('input', { bubbles: true }));
            }, text);
            await settled(page, text);
            assert.ok(!(await page.$('#ergebnis :is(img, script, svg)')), text.slice(0, 40));
            const { scrollWidth, clientWidth } = await page.evaluate(() => ({ scrollWidth: document.documentElement.scrollWidth, clientWidth: document.documentElement.clientWidth }));
            assert.ok(scrollWidth <= clientWidth, `${text.slice(0, 40)} widens the page`);
          }
          await page.goto(`${place()}${LIST}?q=${encodeURIComponent(HOSTILE[0])}`);
          await settled(page, HOSTILE[0]);
          assert.ok(!(await page.$('#ergebnis :is(img, script, svg)')));
          await page.goto(place() + CASE);
          await page.type('#suche', '<img src=x>netzwerk');
          await until(page, () => [...document.querySelectorAll('form[role="search"] [role="status"]')].some((status) => status.textContent.includes('Treffer')));
          assert.ok(!(await page.$('.suggestions img')));
        }));
    });
  }
}
