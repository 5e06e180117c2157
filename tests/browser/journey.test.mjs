// What somebody does who uses the keyboard alone, and what somebody hears who cannot see the page.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { addProbes, tab } from './lib/access.mjs';
import { BROWSERS, freshProfile, launch, live, openPage, until } from './lib/browsers.mjs';
import { none } from './lib/none.mjs';
import { buildSite } from './lib/site.mjs';

let site;
before(async () => {
  site = await buildSite();
});
after(() => site?.remove());

const found = (page) => until(page, () => document.querySelector('#ergebnis:not([hidden], [aria-busy])'));

for (const name of BROWSERS) {
  describe(name, () => {
    let browser;
    before(async () => {
      browser = await launch(name);
    });
    after(() => browser?.close());

    const on = async (path, use) => {
      const profile = await freshProfile(browser, name);
      try {
        const { page, complaints } = await openPage(profile);
        await page.evaluateOnNewDocument(() => {
          globalThis.printed = 0;
          globalThis.print = () => { globalThis.printed += 1; };
        });
        await page.setViewport({ width: 1280, height: 900 });
        await page.goto(site.address(path));
        await use(page);
        none(complaints);
      } finally {
        await profile.close();
      }
    };

    test('search, filter, case, transfer check, plan and print, by keyboard alone', () =>
      on('index.html', async (page) => {
        const problems = [];
        // A page that is still scrolling shows the focus a moment later.
        const arrive = async () => {
          await addProbes(page);
          await page.evaluate(() => { document.documentElement.style.scrollBehavior = 'auto'; });
        };
        const press = (key) => page.keyboard.press(key);
        /** Presses Tab until it comes to something; each stop on the way has to be in order. */
        const go = async (selector) => {
          const MOST = 250;
          for (let stops = 0; stops < MOST; stops += 1) {
            const stop = await tab(page);
            if (!stop) await arrive();
            else problems.push(...stop.wrong.map((wrong) => `on the way to ${selector}: ${stop.what}: ${wrong}`));
            if (await page.evaluate((wanted) => document.activeElement.matches(wanted), selector)) return;
          }
          assert.fail(`${selector} is not reached by keyboard`);
        };
        const follow = async () => {
          await Promise.all([page.waitForNavigation(), press('Enter')]);
          await arrive();
        };
        await arrive();

        await go('#suche');
        await page.keyboard.type('Netzwrk');
        await follow();
        await found(page);
        assert.match(page.url(), /praxis\/index\.html\?q=Netzwrk$/);

        await go('.facets details:has([name="thema"]) > summary');
        if (!(await page.evaluate(() => document.activeElement.parentElement.open))) await press('Enter');
        await go('[name="thema"]');
        const value = await page.evaluate(() => document.activeElement.value);
        await press(' ');
        await page.waitForSelector('.chip');
        await found(page);
        assert.equal(await page.evaluate(() => document.activeElement.value), value, 'the focus stays on the box');
        assert.match(page.url(), new RegExp(`thema=${value}`));

        await go('#ergebnis .card-title a');
        await follow();
        await live(page);

        await go('.item input[type="radio"]');
        await press(' ');
        await press('ArrowRight');
        assert.ok(await page.evaluate(() => document.activeElement.checked));
        const answered = await page.evaluate(() => document.activeElement.name);
        assert.match(await page.$eval('#plan-status', (status) => status.textContent), /Merkliste/);
        await go('#plan-behalten a[href*="merkliste"]');
        await until(page, () => document.activeElement.href.includes('#plan='));
        await follow();
        await live(page);

        await go('#plan-filter input');
        await press('ArrowRight');
        await page.waitForSelector(`#${answered} input:checked`);
        await go('#plan-drucken');
        await press('Enter');
        assert.equal(await page.evaluate(() => globalThis.printed), 1);
        none([...new Set(problems)]);
      }));

    /** Notes what the live regions of a page say from now on. They have to be there before they say anything. */
    const listen = (page) =>
      page.evaluate(() => {
        globalThis.said = [];
        for (const region of document.querySelectorAll('[role="status"], [role="alert"], [aria-live]')) {
          new MutationObserver(() => {
            const text = region.textContent.trim();
            if (text) globalThis.said.push(text);
          }).observe(region, { childList: true, subtree: true, characterData: true, attributes: true });
        }
      });
    /** What was said, once nothing is said any more. */
    const heard = async (page) => {
      const REST = 1500;
      await until(page, () => globalThis.said.length > 0);
      await new Promise((later) => setTimeout(later, REST));
      return page.evaluate(() => globalThis.said.splice(0));
    };

    test('hits are announced once, and the focus stays', () =>
      on('praxis/index.html', async (page) => {
        await until(page, () => document.querySelector('.facets input'));
        await listen(page);
        await page.type('#suche', 'netzwerk');
        await found(page);
        const [typed, ...more] = await heard(page);
        assert.match(typed, /^\d+ Treffer für „netzwerk“$/);
        assert.deepEqual(more, []);
        await page.evaluate(() => { for (const details of document.querySelectorAll('.facets details')) details.open = true; });
        await page.focus('[name="thema"]');
        await page.keyboard.press(' ');
        const ticked = await heard(page);
        assert.equal(ticked.length, 1, ticked.join(' | '));
        assert.match(ticked[0], /^\d+ Treffer/);
        assert.equal(await page.evaluate(() => document.activeElement.name), 'thema');
      }));

    test('an answer, a choice and a comparison are announced once', () =>
      on('praxis/stellenboerse-vogtland.html', async (page) => {
        await live(page);
        await listen(page);
        for (const selector of ['.item input[type="radio"]', '[data-select]']) {
          await page.focus(selector);
          await page.keyboard.press(' ');
          const said = await heard(page);
          assert.equal(said.length, 1, said.join(' | '));
        }
        await page.goto(site.address('vergleich.html'));
        await listen(page);
        await page.focus('[name="faelle"]');
        await page.keyboard.press(' ');
        const said = await heard(page);
        assert.equal(said.length, 1, said.join(' | '));
      }));

    test('an error is announced in words', () =>
      on('merkliste.html', async (page) => {
        await live(page);
        await listen(page);
        await page.evaluate(() => {
          const files = new DataTransfer();
          files.items.add(new File(['kein Plan'], 'brief.json', { type: 'application/json' }));
          const input = document.getElementById('plan-datei');
          input.files = files.files;
          input.dispatchEvent(new Event('change'));
        });
        const said = await heard(page);
        assert.equal(new Set(said).size, 1, said.join(' | '));
        assert.match(said[0], /kein lesbarer Plan/);
        assert.equal(await page.$eval('#plan-problem', (problem) => problem.getAttribute('role')), 'alert');
      }));
  });
}
