// On paper: a case with its checklist, the checklist alone, the print edition of everything.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';
import { launch, live, openPage } from './lib/browsers.mjs';
import { none } from './lib/none.mjs';
import { buildSite, largestCase, scratch } from './lib/site.mjs';
import { planned } from './lib/templates.mjs';

const run = promisify(execFile);

let site;
let cases;
let browser;
let folder;
/** Words of the navigation, which nobody needs on paper. */
let navigation;
before(async () => {
  site = await buildSite();
  cases = await site.cases();
  folder = await scratch();
  browser = await launch('chromium');
  const { page } = await openPage(browser);
  await page.goto(site.address('praxis/index.html'));
  navigation = await page.$$eval('.main-nav a, .footer-nav a, .skip-link, .footer-nav h2', (all) => all.map((each) => each.textContent.trim()));
  await page.close();
});
after(async () => {
  await browser?.close();
  await site?.remove();
  if (folder) await rm(folder, { recursive: true, force: true });
});

/** Text as it was written: printing adds line breaks, hyphens at their ends and ligatures. */
const plain = (text) =>
  text.normalize('NFKC').replaceAll('\u00ad', '').replace(/[-‐]\s*\n\s*/g, '').replace(/[-‐\s]+/g, '').toLowerCase();

/** Prints a page, and answers with the text of each sheet. */
async function print(page, name) {
  const path = join(folder, `${name}.pdf`);
  await page.pdf({ path, format: 'A4', margin: { top: '15mm', bottom: '15mm', left: '15mm', right: '15mm' }, preferCSSPageSize: true, timeout: 120_000 });
  const { stdout } = await run('pdftotext', ['-enc', 'UTF-8', path, '-'], { maxBuffer: 64_000_000 });
  const sheets = stdout.split('\f');
  return sheets.slice(0, -1);
}

const openCase = async (slug) => {
  const { page, complaints } = await openPage(browser);
  // The dialog of the browser stays closed; everything before and after it happens.
  await page.evaluateOnNewDocument(() => {
    globalThis.printed = 0;
    globalThis.print = () => {
      globalThis.printed += 1;
    };
  });
  await page.goto(site.address(`praxis/${slug}.html`));
  // What comes later moves the buttons.
  await live(page);
  return { page, complaints };
};

const missing = (sheets, parts) => {
  const text = plain(sheets.join('\n'));
  return parts.filter((part) => !text.includes(plain(part)));
};

/** Entries of the navigation that stand on a line of their own, as they would if it were printed, and are no words of the page. */
const printedNavigation = async (page, sheets) => {
  const own = await page.$$eval('main *', (all) => all.map((each) => each.textContent.trim()));
  const lines = new Set(sheets.flatMap((sheet) => sheet.split('\n').map((line) => line.trim())));
  return navigation.filter((entry) => lines.has(entry) && !own.includes(entry));
};

describe('the checklist alone', () => {
  test('every checklist fits on two sheets, the largest included', async () => {
    const problems = [];
    for (const { slug, title, checklist } of cases.filter((each) => each.checklist?.length)) {
      const { page, complaints } = await openCase(slug);
      await page.click('button[data-print="pruefliste"]');
      assert.equal(await page.evaluate(() => globalThis.printed), 1, 'the button prints');
      const sheets = await print(page, `pruefliste-${slug}`);
      if (sheets.length > 2) problems.push(`${slug}: ${checklist.length} items on ${sheets.length} sheets`);
      problems.push(...missing(sheets, [title, ...checklist.map((item) => item.text)]).map((part) => `${slug}: not printed: ${part}`));
      problems.push(...(await printedNavigation(page, sheets)).map((entry) => `${slug}: navigation printed: ${entry}`));
      problems.push(...complaints.map((complaint) => `${slug}: ${complaint}`));
      await page.close();
    }
    none(problems);
  });

  test('it has empty boxes and lines to write on, and the rest of the page stays away', async () => {
    const { slug, summary, checklist } = largestCase(cases);
    const { page } = await openCase(slug);
    await page.click('button[data-print="pruefliste"]');
    await page.emulateMediaType('print');
    const items = await page.$$eval('.checklist .item', (all) =>
      all.map((item) => {
        const boxes = [...item.querySelectorAll('.box')].filter((box) => {
          const { width, height, borderTopWidth, content } = getComputedStyle(box, '::before');
          return box.offsetWidth > 0 && content !== 'none' && parseFloat(width) > 5 && parseFloat(height) > 5 && parseFloat(borderTopWidth) > 0;
        });
        const lines = [...item.querySelectorAll('.pencil-lines span')].filter((line) => line.offsetWidth > 10);
        return { id: item.id, kind: item.className, boxes: boxes.length, answers: item.querySelectorAll('.box').length, lines: lines.length };
      }),
    );
    assert.equal(items.length, checklist.length);
    none(items.filter(({ boxes, answers }) => boxes !== answers).map(({ id }) => `${id}: a box is not drawn`));
    none(items.filter(({ boxes, lines }) => boxes === 0 && lines === 0).map(({ id }) => `${id}: nothing to fill in`));
    const ticked = items.filter(({ kind }) => /requirement|success-factor|obstacle/.test(kind));
    assert.ok(ticked.length > 0);
    none(ticked.filter(({ boxes }) => boxes < 2).map(({ id }) => `${id}: nothing to tick`));

    const sheets = await print(page, `kaestchen-${slug}`);
    assert.deepEqual(missing(sheets, [summary]), [summary], 'the summary is not part of it');
    const [first] = sheets;
    assert.match(first, /vorhanden/, 'answers to tick');
    await page.close();
  });

  test('afterwards the page prints as a whole again', async () => {
    const { slug, summary } = largestCase(cases);
    const { page } = await openCase(slug);
    await page.click('button[data-print="pruefliste"]');
    await page.evaluate(() => dispatchEvent(new Event('afterprint')));
    assert.deepEqual(missing(await print(page, `danach-${slug}`), [summary]), []);
    await page.close();
  });
});

test('a whole case on paper: everything to read, nothing to click', async () => {
  const { slug, title, summary, checklist, figures } = largestCase(cases);
  const { page } = await openCase(slug);
  await page.click('button[data-print=""]');
  const sheets = await print(page, slug);
  none(missing(sheets, [title, summary, ...checklist.map((item) => item.text), ...figures.map(({ label }) => label)]));
  none(await printedNavigation(page, sheets));
  const buttons = await page.$$eval('button', (all) => all.map((button) => button.textContent.trim()));
  const lines = new Set(sheets.join('\n').split('\n').map((line) => line.trim()));
  none(buttons.filter((label) => label && lines.has(label)));
  await page.close();
});

test('the print edition holds every case', async () => {
  const { page } = await openPage(browser);
  await page.goto(site.address('druck.html'));
  const sheets = await print(page, 'druck');
  none(missing(sheets, cases.flatMap(({ title, summary, checklist }) => [title, summary, ...(checklist ?? []).map((item) => item.text)])));
  none(sheets.flatMap((sheet, index) => (sheet.trim() ? [] : [`sheet ${index + 1} is empty`])));
  await page.close();
});

describe('as a file for screen readers', () => {
  /** Everything that has to come in this order: headings and points of the checklist that are printed. */
  const order = (page) =>
    page.$$eval('h1, h2, h3, h4, .item-text', (all) => all.filter((each) => each.checkVisibility() && !each.closest('.visually-hidden, details:not([open])')).map((each) => each.textContent.trim()));

  for (const [what, path, prepare] of [
    ['a case', (slug) => `praxis/${slug}.html`, live],
    ['a checklist', (slug) => `praxis/${slug}.html`, async (page) => { await live(page); await page.click('button[data-print="pruefliste"]'); }],
    ['the joint plan', () => 'merkliste.html', planned],
    ['the print edition', () => 'druck.html'],
  ]) {
    test(`${what}: tagged, with title, language, bookmarks, and in reading order`, async () => {
      const { slug } = largestCase(cases);
      const { page } = await openPage(browser);
      await page.evaluateOnNewDocument(() => { globalThis.print = () => {}; });
      await page.goto(site.address(path(slug)));
      await prepare?.(page);
      await page.emulateMediaType('print');
      const expected = await order(page);
      assert.ok(expected.length > 2);
      const file = join(folder, `gelesen-${what}.pdf`);
      await page.pdf({ path: file, format: 'A4', preferCSSPageSize: true, tagged: true, outline: true, timeout: 120_000 });
      const bytes = await readFile(file, 'latin1');
      const { stdout: information } = await run('pdfinfo', [file]);
      assert.match(information, /^Tagged: +yes$/m);
      assert.match(information, new RegExp(`^Title: +${(await page.title()).replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}$`, 'm'));
      for (const part of ['/StructTreeRoot', '/Lang (de)', '/Outlines']) assert.ok(bytes.includes(part), part);

      // What the tags say is what is read aloud; what the page draws is what is copied and searched.
      const { stdout: tagged } = await run('pdfinfo', ['-struct-text', file], { maxBuffer: 64_000_000 });
      const { stdout: drawn } = await run('pdftotext', ['-enc', 'UTF-8', '-raw', file, '-'], { maxBuffer: 64_000_000 });
      const spoken = [...tagged.matchAll(/^\s*"(.*)"$/gm)].map(([, text]) => text).join('');
      for (const [kind, text] of [['tags', plain(spoken)], ['text', plain(drawn)]]) {
        let from = 0;
        for (const part of expected) {
          const found = text.indexOf(plain(part), from);
          assert.ok(found >= 0, `${kind}: „${part}“ does not follow`);
          from = found + plain(part).length;
        }
      }
      await page.close();
    });
  }
});
