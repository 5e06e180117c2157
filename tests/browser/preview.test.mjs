// The preview while a handbook is being written: pages follow the files by themselves, and say what is wrong.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import axe from 'axe-core';
import { BROWSERS, launch, openPage, stored, until } from './lib/browsers.mjs';
import { none } from './lib/none.mjs';
import { PRAXIS, copyOfHandbook } from './lib/site.mjs';

const CASE = 'integrations-netzwerk-schleswig-flensburg';
const TEXT = `content/cases/${CASE}/case.md`;
const DATA = `content/cases/${CASE}/case.yaml`;
const SHEET = 'themes/handbuch/static/handbuch.css';

/** Starts a preview, on a port of its own or on the one given, and waits until it answers. */
async function preview(root, port = 0) {
  const child = spawn(PRAXIS, ['serve', '--root', root, '--port', String(port)], { stdio: ['ignore', 'ignore', 'pipe'] });
  const ended = once(child, 'exit');
  const base = await new Promise((found, failed) => {
    let said = '';
    child.stderr.setEncoding('utf8').on('data', (text) => {
      said += text;
      const address = /Vorschau: (\S+)/.exec(said)?.[1];
      if (address) found(address);
    });
    child.once('exit', () => failed(new Error(said)));
  });
  return {
    base,
    port: Number(new URL(base).port),
    async stop() {
      child.kill('SIGINT');
      const [code] = await ended;
      assert.equal(code, 0, 'a clean end');
    },
  };
}

/** What the overlay says; nothing where there is none. */
const overlay = (page) => page.evaluate(() => [...document.body.children].find((element) => element.shadowRoot)?.shadowRoot.textContent);

const untilOverlay = (page, wanted) =>
  until(page, (text) => [...document.body.children].find((element) => element.shadowRoot)?.shadowRoot.textContent.includes(text), wanted);

const untilNoOverlay = (page) => until(page, () => ![...document.body.children].some((element) => element.shadowRoot));

const untilText = (page, wanted) => until(page, (text) => document.querySelector('main')?.textContent.includes(text), wanted);

for (const name of BROWSERS) {
  describe(`the preview in ${name}`, () => {
    let root;
    let server;
    let browser;
    before(async () => {
      root = await copyOfHandbook();
      server = await preview(root);
      browser = await launch(name);
    });
    after(async () => {
      await browser?.close();
      await server?.stop();
      if (root) await rm(root, { recursive: true, force: true });
    });

    const edit = async (file, change) => {
      const path = join(root, file);
      const before = await readFile(path, 'utf8');
      const changed = change(before);
      assert.notEqual(changed, before);
      await writeFile(path, changed);
    };

    /** Opens the case, does something, and looks that nothing went wrong, but for what the test expects, and nothing was stored. */
    const onCase = async (use, isExpected = () => false) => {
      const { page, complaints } = await openPage(browser);
      await page.setViewport({ width: 1280, height: 900 });
      await page.goto(`${server.base}praxis/${CASE}.html`);
      await use(page);
      const unexpected = complaints.filter((complaint) => !isExpected(complaint));
      none([...unexpected, ...(await page.evaluate(() => globalThis.violations)), ...(await stored(page))]);
      await page.close();
    };

    test('an edit changes the open page, which stays where it was', () =>
      onCase(async (page) => {
        await page.evaluate(() => scrollTo({ top: 1500, behavior: 'instant' }));
        const place = await page.evaluate(() => scrollY);
        assert.ok(place > 1000, `${place}`);
        await edit(TEXT, (text) => `${text}\nEin Satz für ${name}.\n`);
        await untilText(page, `Ein Satz für ${name}.`);
        await until(page, (wanted) => document.readyState === 'complete' && Math.abs(scrollY - wanted) < 2, place);
      }));

    test('an error lies over the last good page until it is mended', () =>
      onCase(async (page) => {
        const before = await page.$eval('main', (main) => main.textContent);
        await page.evaluate(() => (globalThis.isKept = true));
        await edit(DATA, (text) => text.replace(/^status:/m, 'stand:'));
        await untilOverlay(page, DATA);
        const text = await overlay(page);
        for (const wanted of ['zu sehen ist die letzte Fassung ohne Fehler', `${DATA}:`, 'stand', 'Hilfe:']) assert.ok(text.includes(wanted), `${wanted}: ${text}`);
        assert.equal(await page.$eval('main', (main) => main.textContent), before);
        await page.evaluate(axe.source);
        const { violations } = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ['violations'] }));
        none(violations.map(({ id, help, nodes }) => `${id}: ${help}: ${nodes[0].target}`));
        assert.ok(await page.evaluate(() => globalThis.isKept), 'not loaded again');

        // Whoever wants to see what is under it, can; a page that is opened now says the same.
        await page.evaluate(() => [...document.body.children].find((element) => element.shadowRoot).shadowRoot.querySelector('button').click());
        await untilNoOverlay(page);
        await page.goto(`${server.base}index.html`);
        await untilOverlay(page, DATA);
        await page.evaluate(() => (globalThis.isOld = true));
        await edit(DATA, (text) => text.replace(/^stand:/m, 'status:'));
        await until(page, () => !globalThis.isOld && document.readyState === 'complete');
        await untilNoOverlay(page);
      }));

    test('style sheets are swapped in place', () =>
      onCase(async (page) => {
        const sheets = () => page.$$eval('link[rel="stylesheet"]', (links) => links.map((link) => link.href.replace(/\?.*/, '')));
        const before = await sheets();
        await page.evaluate(() => (globalThis.isKept = true));
        for (const width of [5, 6, 7]) await edit(SHEET, (text) => `${text}\nmain { outline: ${width}px solid rgb(1 2 3); }\n`);
        await until(page, () => getComputedStyle(document.querySelector('main')).outlineWidth === '7px');
        await until(page, (count) => document.querySelectorAll('link[rel="stylesheet"]').length === count, before.length);
        assert.deepEqual(await sheets(), before);
        assert.ok(await page.evaluate(() => globalThis.isKept), 'not loaded again');
      }));

    test('a preview that is started again brings its pages up to date', () =>
      onCase(
        async (page) => {
          await server.stop();
          await edit(TEXT, (text) => `${text}\nInzwischen, in ${name}.\n`);
          server = await preview(root, server.port);
          await untilText(page, `Inzwischen, in ${name}.`);
        },
        // That nobody answers meanwhile is what the test is about.
        (complaint) => /_praxis\/events|ERR_(CONNECTION_REFUSED|INCOMPLETE_CHUNKED_ENCODING)/.test(complaint),
      ));

    test('an address that does not exist becomes a page when it does', () =>
      onCase(
        async (page) => {
          const response = await page.goto(`${server.base}themen/neu-${name}.html`);
          assert.equal(response.status(), 404);
          const topic = await readFile(join(root, 'content/topics/netzwerke.md'), 'utf8');
          const other = topic.replace(/^title:.*$/m, `title: Neu in ${name}`).replace(/- id: /g, `- id: ${name}-`);
          await writeFile(join(root, `content/topics/neu-${name}.md`), other);
          await until(page, (title) => document.title.startsWith(title), `Neu in ${name}`);
        },
        (complaint) => /404/.test(complaint),
      ));
  });
}
