// The offline edition as a reader gets it: downloaded, unpacked, opened by double click.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFile, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { BROWSERS, launch, live, openPage, stored, until } from './lib/browsers.mjs';
import { brokenLinks, elements } from './lib/html.mjs';
import { none } from './lib/none.mjs';
import { LIST, find, seen } from './lib/search.mjs';
import { PRAXIS, REPOSITORY, scratch } from './lib/site.mjs';

const run = promisify(execFile);

/** Programs that readers unpack with, each into a folder. */
const UNPACKERS = {
  unzip: (zip, to) => run('unzip', ['-q', zip, '-d', to]),
  'zipfile of Python': (zip, to) => run('python3', ['-m', 'zipfile', '-e', zip, to]),
  '7-Zip': (zip, to) => run('7zz', ['x', '-bd', `-o${to}`, zip]),
};

let home;
let zip;
/** Address of the unpacked edition by program, with a slash at the end. */
const bases = {};
before(async () => {
  home = await scratch();
  await run(PRAXIS, ['bundle', '--quiet', '--root', REPOSITORY, '--out', join(home, 'zip')]);
  const names = await readdir(join(home, 'zip'));
  zip = names.find((name) => name.endsWith('.zip'));
  for (const [name, unpack] of Object.entries(UNPACKERS)) {
    const to = join(home, `entpackt mit ${name}`);
    await unpack(join(home, 'zip', zip), to);
    bases[name] = `${pathToFileURL(join(to, zip.replace(/\.zip$/, ''))).href}/`;
  }
});
after(() => rm(home, { recursive: true, force: true }));

test('every link in the edition leads to a file in it', async () => {
  const folder = new URL(bases.unzip);
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile())
    .map((entry) => pathToFileURL(join(entry.parentPath ?? entry.path, entry.name)).href.slice(bases.unzip.length));
  const pages = new Map();
  for (const path of files.filter((name) => name.endsWith('.html'))) pages.set(path, elements(await readFile(new URL(path, folder), 'utf8')));
  assert.ok(pages.size > 100, `${pages.size} pages`);
  none(brokenLinks(pages, new Set(files), bases.unzip));
});

for (const name of BROWSERS) {
  describe(`the offline edition in ${name}`, () => {
    let browser;
    before(async () => {
      browser = await launch(name);
    });
    after(() => browser?.close());

    /** Opens a page of the edition; nothing may go wrong, leave the disk or be kept. */
    const on = async (program, path, use) => {
      const { page, complaints, requests } = await openPage(browser);
      await page.setViewport({ width: 1280, height: 900 });
      await page.goto(bases[program] + path);
      await use(page);
      none([...complaints, ...(await page.evaluate(() => globalThis.violations))]);
      none(requests.filter((address) => !/^(file|data|blob):/.test(address)));
      none(await stored(page));
      await page.close();
    };

    for (const program of Object.keys(UNPACKERS)) {
      test(`unpacked with ${program}: search finds, and a hit opens`, () =>
        on(program, LIST, async (page) => {
          await find(page, 'Netzwerk');
          const { hits } = await seen(page);
          assert.ok(hits.length > 0 && hits.every((address) => address.startsWith(bases[program])), `${hits}`);
          await page.goto(hits[0]);
          assert.equal(await page.$$eval('h1', (all) => all.length), 1);
        }));

      test(`unpacked with ${program}: the transfer check answers`, () =>
        on(program, 'praxis/netzwerk-halle.html', async (page) => {
          await live(page);
          const before = await page.$eval('[data-live]', (element) => element.textContent);
          const first = await page.$('.item input[type=radio]');
          await first.evaluate((radio) => radio.click());
          await until(page, (text) => document.querySelector('[data-live]').textContent !== text, before);
        }));
    }

    test('offline.html says which edition it is', () =>
      on('unzip', 'offline.html', async (page) => {
        const text = await page.$eval('main', (main) => main.textContent);
        assert.match(text, /Sie lesen die Offline-Fassung vom \d+\. \S+ \d{4}\./);
        assert.doesNotMatch(text, /Laden Sie/);
      }));
  });
}
