// Scripts in every field of a handbook, and in a plan that a stranger sent: readers see them as words, nothing runs, and no
// page asks another host. From disk as published, and over http without the policy of the pages, so that it is the markup
// that holds.
import assert from 'node:assert/strict';
import { cp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { BROWSERS, launch, live, openPage, until } from './lib/browsers.mjs';
import { elements } from './lib/html.mjs';
import { none } from './lib/none.mjs';
import { entry, saved } from './lib/plan.mjs';
import { LIST, find, seen } from './lib/search.mjs';
import { serve } from './lib/server.mjs';
import { REPOSITORY, buildSite, scratch } from './lib/site.mjs';

/** Pages that are opened in browsers: every template once, and whatever a script works on. */
const OPENED = [
  'index.html',
  LIST,
  'praxis/job-messe-musterstadt.html',
  'themen/vermittlung.html',
  'hintergrund.html',
  'glossar.html',
  'literatur.html',
  'vergleich.html',
  'transfer.html',
  'merkliste.html',
  'luecken.html',
  'regionen/index.html',
  'druck.html',
  'neu.html',
];

const POLICY = /<meta http-equiv="Content-Security-Policy"[^>]*>/;

let root;
let site;
let bare;
let server;
before(async () => {
  root = await scratch();
  for (const from of ['minimal', 'hostile/script']) await cp(join(REPOSITORY, 'tests/sites', from), root, { recursive: true });
  site = await buildSite({ root, today: '2026-11-22' });
  bare = await scratch();
  await cp(site.folder, bare, { recursive: true });
  for (const path of site.pages) {
    const page = await site.text(path);
    assert.match(page, POLICY, path);
    await writeFile(join(bare, path), page.replace(POLICY, ''));
  }
  server = await serve();
  server.show(bare);
});
after(async () => {
  await server?.stop();
  await site?.remove();
  for (const folder of [root, bare]) if (folder) await rm(folder, { recursive: true, force: true });
});

test('no field becomes markup', async () => {
  const problems = [];
  let words = 0;
  for (const path of site.pages) {
    const page = await site.text(path);
    words += page.includes('&lt;script&gt;pwned=1') || page.includes('onerror=pwned=1') ? 1 : 0;
    for (const { name, attributes, text } of elements(page)) {
      const say = (what) => problems.push(`${path}: <${name}> ${what}`);
      for (const [key, value] of Object.entries(attributes)) {
        if (key.startsWith('on') || key === 'style' || key === 'srcdoc') say(`${key}=${value}`);
        if (['href', 'src', 'action'].includes(key) && /^\s*(javascript|data|vbscript):/i.test(value)) say(`${key}=${value}`);
      }
      if (name === 'script' && attributes.type === 'application/ld+json') JSON.parse(text());
      else if (name === 'script' && (!attributes.src || text() !== '' || !/^(\.\.\/)*(assets|daten)\/[\w/-]+\.js$/.test(attributes.src))) say(`src=${attributes.src} ${text()}`);
      if (['iframe', 'object', 'embed', 'base'].includes(name)) say('is there');
      if (name === 'img' && attributes.src === 'x') say('is there');
    }
  }
  none(problems);
  assert.ok(words > 20, `the words stand on ${words} pages`);
});

for (const name of BROWSERS) {
  describe(`hostile content in ${name}`, () => {
    let browser;
    before(async () => {
      browser = await launch(name);
    });
    after(() => browser?.close());

    test('what these tests look for can be seen', async () => {
      const { page } = await openPage(browser);
      await page.goto(`${server.base}index.html`);
      await page.evaluate(() => { document.body.innerHTML = '"><img src=x onerror=pwned=1>'; });
      await until(page, () => globalThis.pwned === 1);
      await page.close();
    });

    for (const [way, place] of [
      ['from disk', () => site.base],
      ['over http without a policy', () => server.base],
    ]) {
      /** Opens a page, does something there, and fails if a script ran or another host was asked. */
      const on = async (path, act = () => {}) => {
        const { page, complaints, requests } = await openPage(browser);
        await page.goto(`${place()}${path}`, { waitUntil: 'load' });
        await act(page);
        none(complaints.map((complaint) => `${path}: ${complaint}`));
        none(requests.filter((address) => !address.startsWith(place()) && !/^(data|blob):/.test(address)));
        assert.equal(await page.evaluate(() => globalThis.pwned), undefined, path);
        await page.close();
      };

      test(`${way}: no page runs what authors wrote`, async () => {
        for (const path of OPENED) {
          await on(path, async (page) => {
            // Explanations of terms are shown on request.
            for (const term of (await page.$$('a.term')).slice(0, 2)) await term.evaluate((element) => element.focus());
            for (const part of await page.$$('details')) await part.evaluate((element) => { element.open = true; });
          });
        }
      });

      test(`${way}: extracts of the search are words`, () =>
        on(LIST, async (page) => {
          await find(page, 'pwned');
          const { hits, marks } = await seen(page);
          assert.equal(hits.length, 2);
          assert.ok(marks.length > 0);
          assert.equal(await page.$('#ergebnis script, #ergebnis img'), null);
          await find(page, '"><img src=x onerror=pwned=1>');
          assert.equal(await page.$('#ergebnis script, #ergebnis img'), null);
        }));

      test(`${way}: a hostile plan is shown as it was written`, () =>
        on('merkliste.html', async (page) => {
          const script = '"><img src=x onerror="globalThis.pwned = 1"><script>globalThis.pwned = 1</script>';
          const slug = 'job-messe-musterstadt';
          const plan = saved({
            handbook: JSON.parse(await readFile(join(bare, 'daten/pruefpunkte/index.js'), 'utf8').then((text) => text.slice(text.indexOf('{'), text.lastIndexOf('}') + 1))).handbook,
            institution: script,
            cases: [{ slug, title: script }, { slug: 'gibt-es-nicht', title: script }],
            answers: [entry('messe-02', { case: slug, dimension: 'aufwand', text: script, note: script, role: script })],
            own: [{ item: 'eigen-1', dimension: 'aufwand', text: script, answer: 'open', note: script, role: script, due: '', changed: '2026-11-22T08:00:00.000Z' }],
          });
          const path = join(bare, `${name} ${way}.json`);
          await writeFile(path, JSON.stringify(plan));
          await live(page);
          await (await page.$('#plan-datei')).uploadFile(path);
          await until(page, () => document.getElementById('eigen-1'));
          assert.ok((await page.$eval('main', (main) => main.textContent)).includes('<script>globalThis.pwned'));
          assert.equal(await page.$('main img, main script'), null);
        }));
    }
  });
}
