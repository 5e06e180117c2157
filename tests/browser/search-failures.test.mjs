// When the search cannot work: damaged or missing files, no WebAssembly, no JavaScript. The list says so, the rest goes on.
import assert from 'node:assert/strict';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { crc32, gunzipSync, gzipSync } from 'node:zlib';
import { BROWSERS, launch, openPage, stored, until } from './lib/browsers.mjs';
import { none } from './lib/none.mjs';
import { LIST } from './lib/search.mjs';
import { serve } from './lib/server.mjs';
import { buildSite } from './lib/site.mjs';

/** Place of the format version in an index. */
const VERSION = 8;

/** Place of the checksum, and of what it is taken over. */
const CHECKSUM = 12;
const CHECKED = 16;

const withVersion = (change) => (index) => {
  index.writeUInt32LE(change(index.readUInt32LE(VERSION)), VERSION);
  return index;
};

/** What can happen to the index, by what the page then says. */
const DAMAGES = {
  corrupt: (index) => {
    index[index.length >> 1] ^= 1;
    return index;
  },
  truncated: (index) => index.subarray(0, index.length >> 1),
  foreign: () => Buffer.from('GIF89a, and no index at all'),
  newer: withVersion((version) => version + 1),
  older: withVersion((version) => version - 1),
  // A right checksum over wrong content: the engine may stop in the middle of it.
  unusable: (index) => {
    index.fill(0, index.length >> 1);
    index.writeUInt32LE(crc32(index.subarray(CHECKED)), CHECKSUM);
    return index;
  },
};

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

/** Puts something else in the place of a part of the search, in both forms in which it is there, for as long as `use` takes. */
const replaced = async (part, packed, use) => {
  const files = [`suche/${part}.gz`, `suche/${part}.js`].map((path) => join(site.folder, path));
  const originals = await Promise.all(files.map((file) => readFile(file)));
  try {
    if (packed) {
      await writeFile(files[0], packed);
      await writeFile(files[1], originals[1].toString().replace(/"[^"]*"\);/, `"${packed.toString('base64')}");`));
    } else {
      await Promise.all(files.map((file) => rm(file)));
    }
    await use();
  } finally {
    await Promise.all(files.map((file, index) => writeFile(file, originals[index])));
    server.missing.splice(0);
  }
};

for (const name of BROWSERS) {
  for (const [way, place] of [
    ['from disk', () => site.base],
    ['on the web', () => server.base],
  ]) {
    describe(`search that cannot work in ${name}, ${way}`, () => {
      let browser;
      before(async () => {
        browser = await launch(name);
      });
      after(() => browser?.close());

      /** The list says what is wrong, in the words meant for it, and stays whole; suggestions stay closed. */
      const fails = async (code, { prepare = () => {}, allowed = () => false } = {}) => {
        const { page, complaints } = await openPage(browser);
        await prepare(page);
        await page.goto(`${place()}${LIST}?q=netzwerk&land=bayern`);
        await page.waitForSelector('#suche-fehler .notice');
        const { text, expected, others, links, cards, facets, rail } = await page.evaluate((wanted) => {
          const visible = (selector) => [...document.querySelectorAll(selector)].filter((element) => element.offsetWidth > 0);
          const lines = [...document.getElementById('suche-hinweis').content.querySelectorAll('[data-code]')];
          const notice = document.querySelector('#suche-fehler .notice');
          return {
            text: notice.textContent,
            expected: lines.find((line) => line.dataset.code === wanted).textContent,
            others: lines.filter((line) => line.dataset.code !== wanted).map((line) => line.textContent),
            links: [...notice.querySelectorAll('a')].map((link) => link.getAttribute('href')),
            cards: visible('#alle-faelle .card').length,
            facets: visible('#facetten').filter((element) => getComputedStyle(element).visibility === 'visible').length,
            rail: visible('#eingrenzen a').length,
          };
        }, code);
        assert.ok(expected.length > 20);
        assert.ok(text.includes(expected), `says ${text}`);
        none(others.filter((other) => text.includes(other)));
        assert.ok(links.includes('../themen/index.html') && links.includes('../regionen/index.html'));
        assert.equal(cards, cases.length, 'every case is there');
        assert.equal(facets, 0, 'no boxes that do nothing');
        assert.ok(rail > 10, 'but the plain links');

        await page.goto(`${place()}praxis/netzwerk-halle.html`);
        await page.type('#suche', 'netz');
        await page.evaluate(() => new Promise((later) => setTimeout(later, 500)));
        assert.equal(await page.$eval('#suche', (input) => input.getAttribute('aria-expanded')), 'false');
        await Promise.all([page.waitForNavigation(), page.keyboard.press('Enter')]);
        assert.equal(page.url(), `${place()}${LIST}?q=netz`);
        await page.waitForSelector('#suche-fehler .notice');
        none([...complaints.filter((complaint) => !allowed(complaint)), ...(await page.evaluate(() => globalThis.violations)), ...(await stored(page))]);
        await page.close();
      };

      for (const [code, damage] of Object.entries(DAMAGES)) {
        test(`${code} index`, async () => {
          const index = gunzipSync(await site.bytes('suche/index.gz'));
          await replaced('index', gzipSync(damage(index)), () => fails(code));
        });
      }

      test('an index that was cut off on its way', async () => {
        const packed = await site.bytes('suche/index.gz');
        await replaced('index', packed.subarray(0, packed.length >> 1), () =>
          // Firefox writes to the console that the stream ended early, although that is dealt with.
          fails('corrupt', { allowed: (complaint) => complaint.includes('ReadableStream') }),
        );
      });

      test('a damaged engine', () => replaced('engine', gzipSync(Buffer.from('no module')), () => fails('unsupported')));

      // Browsers themselves write to the console that a file is not there.
      const gone = (complaint) => /404|ERR_FILE_NOT_FOUND|suche\/(engine|index)\.|assets\/engine\.js/.test(complaint);

      for (const part of ['engine', 'index']) {
        test(`${part} missing`, () => replaced(part, undefined, () => fails('missing', { allowed: gone })));
      }

      test('engine.js missing', async () => {
        const file = join(site.folder, 'assets/engine.js');
        const original = await readFile(file);
        await rm(file);
        try {
          await fails('missing', { allowed: gone });
        } finally {
          await writeFile(file, original);
          server.missing.splice(0);
        }
      });

      test('WebAssembly switched off', () =>
        fails('unsupported', { prepare: (page) => page.evaluateOnNewDocument(() => delete globalThis.WebAssembly) }));
    });
  }
}

test('a slow engine: the page says that it is loading, and then answers', async () => {
  const browser = await launch('chromium');
  try {
    const { page, complaints } = await openPage(browser);
    const held = [];
    let isHeld = true;
    await page.setRequestInterception(true);
    page.on('request', (request) => (isHeld && request.url().includes('/suche/') ? held.push(request) : request.continue()));
    await page.goto(`${server.base}${LIST}`);
    await page.type('#suche', 'netzwerk');
    await page.waitForSelector('.search-progress progress');
    assert.match(await page.$eval('.search-progress', (progress) => progress.textContent), /geladen/);
    assert.equal(await page.$eval('#alle-faelle', (list) => list.offsetWidth > 0), true, 'the list can be read meanwhile');
    isHeld = false;
    for (const request of held) await request.continue();
    await until(page, () => document.querySelectorAll('#ergebnis .card').length > 0);
    assert.equal(await page.$('.search-progress progress'), null);
    none(complaints);
  } finally {
    await browser.close();
  }
});

describe('without JavaScript', () => {
  for (const [way, place] of [
    ['from disk', () => site.base],
    ['on the web', () => server.base],
  ]) {
    test(`${way}: Enter leads to the list, which says what to do instead`, async () => {
      const browser = await launch('chromium');
      try {
        const { page } = await openPage(browser);
        await page.setJavaScriptEnabled(false);
        await page.goto(`${place()}praxis/netzwerk-halle.html`);
        await page.type('#suche', 'netz');
        await Promise.all([page.waitForNavigation(), page.keyboard.press('Enter')]);
        assert.equal(page.url(), `${place()}${LIST}?q=netz`);
        const notice = await page.$eval('noscript .notice', (element) => ({ text: element.innerText, isSeen: element.offsetWidth > 0 }));
        assert.ok(notice.isSeen);
        assert.match(notice.text, /JavaScript/);
        const [cards, boxes, links] = await page.evaluate(() =>
          ['#alle-faelle .card', '#facetten', '#eingrenzen a'].map((selector) => [...document.querySelectorAll(selector)].filter((element) => element.offsetWidth > 0).length),
        );
        assert.equal(cards, cases.length);
        assert.equal(boxes, 0);
        assert.ok(links > 10);
      } finally {
        await browser.close();
      }
    });
  }
});
