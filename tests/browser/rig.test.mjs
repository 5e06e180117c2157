// Tests the tests: what they are to find, they find. Otherwise a browser that hides a mistake would pass for a good page.
import assert from 'node:assert/strict';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { BROWSERS, launch, openPage, stored } from './lib/browsers.mjs';
import { brokenLinks, elements } from './lib/html.mjs';
import { scratch } from './lib/site.mjs';

let folder;
before(async () => {
  folder = await scratch();
});
after(() => rm(folder, { recursive: true, force: true }));

const write = async (name, text) => {
  const path = join(folder, name);
  await writeFile(path, text);
  return pathToFileURL(path).href;
};

for (const name of BROWSERS) {
  describe(`${name} is watched`, () => {
    let browser;
    before(async () => {
      browser = await launch(name);
    });
    after(() => browser?.close());

    const on = async (text, look) => {
      const address = await write('seite.html', `<!doctype html><meta charset="utf-8"><title>Probe</title>${text}`);
      const watched = await openPage(browser);
      await watched.page.goto(address);
      await look(watched);
      await watched.page.close();
    };

    test('errors of scripts are noticed', () =>
      on('<script>setTimeout(() => missing())</script><script>console.error("so nicht")</script>', async ({ page, complaints }) => {
        await page.waitForFunction(() => true);
        await waitFor(() => complaints.some((complaint) => complaint.includes('missing')) && complaints.some((complaint) => complaint.includes('so nicht')));
      }));

    test('a request to another host is noticed, and gets nowhere', () =>
      on('<script src="http://fremd.example.org/a.js"></script>', async ({ requests, complaints }) => {
        await waitFor(() => requests.some((address) => address.includes('fremd.example.org')));
        await waitFor(() => complaints.some((complaint) => complaint.includes('fremd.example.org')));
      }));

    test('what the policy refuses is noticed', () =>
      on(`<meta http-equiv="Content-Security-Policy" content="default-src 'none'"><p style="color: red">x</p><img src="a.png" alt="">`, async ({ page }) => {
        await waitFor(async () => (await page.evaluate(() => globalThis.violations)).length > 0);
      }));

    test('a local file may not read another, as for readers', async () => {
      await write('daten.txt', 'x');
      await on('<script>globalThis.answer = fetch("daten.txt").then(() => "read", () => "refused")</script>', async ({ page }) => {
        assert.equal(await page.evaluate(() => globalThis.answer), 'refused');
      });
    });

    test('what is stored is noticed', () =>
      on('<script>try { localStorage.setItem("merkliste", "1") } catch {}</script>', async ({ page }) => {
        assert.deepEqual(await stored(page), ['localStorage: merkliste']);
        await page.evaluate(() => localStorage.clear());
      }));
  });
}

test('broken addresses are noticed', () => {
  const check = (...links) => {
    const html = `<p id="da">${links.map((href) => `<a href="${href}">x</a>`).join('')}</p>`;
    const pages = new Map([['a/b.html', elements(html)], ['c.html', elements('<i id="ort"></i>')]]);
    return brokenLinks(pages, new Set([...pages.keys(), 'd.css']), 'file:///site/').map((problem) => problem.replace(/^.*": /, ''));
  };
  assert.deepEqual(check('../c.html#ort', '#da', 'b.html', '../d.css', 'https://example.org/', 'mailto:post@example.org?subject=x', '../c.html?faelle=a'), []);
  assert.deepEqual(check('c.html'), ['there is no a/c.html']);
  assert.deepEqual(check('../c.html#weg'), ['c.html has no #weg']);
  assert.deepEqual(check('/c.html'), ['absolute']);
  assert.deepEqual(check('//example.org/c.html'), ['absolute']);
  assert.deepEqual(check('../../c.html'), ['leaves the site']);
  assert.deepEqual(check('../'), ['there is no file name']);
  assert.deepEqual(check('http://example.org/'), ['scheme http']);
  assert.deepEqual(check('javascript:alert(1)'), ['scheme javascript']);
  assert.deepEqual(check('file:///site/c.html'), ['full address inside the site']);
  assert.deepEqual(check(''), ['empty']);
  assert.deepEqual(check('mailto:jemand'), ['no e-mail address']);
  assert.deepEqual(check('../C.html'), ['there is no C.html']);
});

async function waitFor(condition) {
  for (let attempt = 0; attempt < 600; attempt += 1) {
    if (await condition()) return;
    await new Promise((later) => setTimeout(later, 100));
  }
  assert.fail('it never happened');
}
