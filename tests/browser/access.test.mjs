// Accessibility: axe on every template, light and dark, narrow and wide; reflow; keyboard; reading without scripts.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import axe from 'axe-core';
import { freshProfile, launch, openPage } from './lib/browsers.mjs';
import { none } from './lib/none.mjs';
import { buildSite } from './lib/site.mjs';
import { faces } from './lib/templates.mjs';

const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22a', 'wcag22aa', 'best-practice'];
const SCHEMES = ['light', 'dark'];
const WIDTHS = [320, 1280];

let site;
let cases;
let looks;
let browser;
before(async () => {
  site = await buildSite();
  cases = await site.cases();
  looks = faces(cases);
  browser = await launch('chromium');
});
after(async () => {
  await browser?.close();
  await site?.remove();
});

const open = async (path, { width = 1280, scheme = 'light', scripts = true } = {}) => {
  const profile = await freshProfile(browser, 'chromium');
  const { page } = await openPage(profile);
  page.once('close', () => profile.close());
  await page.setJavaScriptEnabled(scripts);
  await page.emulateMediaFeatures([
    { name: 'prefers-color-scheme', value: scheme },
    { name: 'prefers-reduced-motion', value: 'reduce' },
  ]);
  await page.setViewport({ width, height: 900 });
  await page.goto(site.address(path));
  return page;
};

describe('axe finds nothing', () => {
  for (const scheme of SCHEMES) {
    for (const width of WIDTHS) {
      test(`${scheme}, ${width} px`, async () => {
        const problems = [];
        for (const { name, path, prepare } of looks) {
          const page = await open(path, { width, scheme });
          await prepare(page);
          await page.evaluate(axe.source);
          const { violations } = await page.evaluate(
            (tags) =>
              globalThis.axe.run(document, {
                runOnly: { type: 'tag', values: tags },
                rules: { 'target-size': { enabled: true } },
                resultTypes: ['violations'],
              }),
            TAGS,
          );
          for (const { id, help, nodes } of violations) {
            problems.push(`${name}: ${id}: ${help}: ${nodes.length} ×, first ${nodes[0].target} ${nodes[0].any[0]?.message ?? ''}`);
          }
          await page.close();
        }
        none(problems);
      });
    }
  }
});

/** What sticks out of the window to the right. */
const sticksOut = (page) =>
  page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement;
    if (scrollWidth <= clientWidth) return [];
    const inScroller = (element) => element.closest('.table-scroll, pre') !== null;
    const wide = [...document.querySelectorAll('main *, header *, footer *')]
      .filter((element) => element.getBoundingClientRect().right > clientWidth + 1 && !inScroller(element))
      .slice(0, 3)
      .map((element) => `<${element.localName} class="${element.className}">`);
    return [`${scrollWidth} px wide in ${clientWidth} px: ${wide.join(', ')}`];
  });

test('no page scrolls sideways at 320 px', async () => {
  const page = await open('index.html', { width: 320 });
  const problems = [];
  for (const path of site.pages) {
    await page.goto(site.address(path));
    problems.push(...(await sticksOut(page)).map((what) => `${path}: ${what}`));
  }
  none(problems);
  await page.close();
});

test('wider text spacing loses nothing (WCAG 1.4.12)', async () => {
  const problems = [];
  for (const { name, path, prepare } of looks) {
    const page = await open(path, { width: 320 });
    await page.evaluate(() => {
      const sheet = new CSSStyleSheet();
      sheet.replaceSync('* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important } p { margin-bottom: 2em !important }');
      document.adoptedStyleSheets = [sheet];
    });
    await prepare(page);
    problems.push(...(await sticksOut(page)).map((what) => `${name}: ${what}`));
    // Text that its own box cuts off.
    const cut = await page.evaluate(() =>
      [...document.querySelectorAll('main *, header *, footer *')]
        .filter((element) => {
          const style = getComputedStyle(element);
          // Text for screen readers only is cut off to a single pixel, on purpose.
          const clips = /hidden|clip/.test(style.overflowX + style.overflowY) && element.clientWidth > 1;
          return clips && (element.scrollWidth > element.clientWidth + 1 || element.scrollHeight > element.clientHeight + 1);
        })
        .map((element) => `<${element.localName} class="${element.className}"> cuts off ${element.textContent.trim().slice(0, 40)}`),
    );
    problems.push(...cut.map((what) => `${name}: ${what}`));
    await page.close();
  }
  none(problems);
});

test('by keyboard: every stop can be seen, is marked, and is not covered', async () => {
  const STOPS = 80;
  const problems = [];
  for (const { name, path, prepare } of looks.filter((look) => !look.path.startsWith('druck'))) {
    for (const width of WIDTHS) {
      const page = await open(path, { width });
      await prepare(page);
      await page.evaluate(() => document.activeElement.blur());
      const marked = new Set();
      for (let stop = 0; stop < STOPS; stop += 1) {
        await page.keyboard.press('Tab');
        const found = await page.evaluate(() => {
          const element = document.activeElement;
          if (element === document.body || element === document.documentElement) return undefined;
          const boxes = [...element.getClientRects()];
          const style = getComputedStyle(element);
          const inView = boxes.find((box) => box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth);
          const over = inView && document.elementFromPoint(
            Math.min(innerWidth - 1, Math.max(0, (Math.max(0, inView.left) + Math.min(innerWidth, inView.right)) / 2)),
            Math.min(innerHeight - 1, Math.max(0, (Math.max(0, inView.top) + Math.min(innerHeight, inView.bottom)) / 2)),
          );
          const outline = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 1;
          const wrong = [];
          if (!inView) wrong.push('out of sight');
          else if (!over || !(element.contains(over) || over.contains(element) || over.closest('label')?.contains(element))) wrong.push(`covered by <${over?.localName} class="${over?.className}">`);
          if (!outline && style.boxShadow === 'none') wrong.push('no mark of the focus');
          return { what: `<${element.localName} class="${element.className}"> ${element.textContent.trim().slice(0, 30)}`, wrong };
        });
        if (!found) break;
        for (const wrong of found.wrong) {
          const problem = `${name}, ${width} px: ${found.what}: ${wrong}`;
          if (!marked.has(problem)) problems.push(problem);
          marked.add(problem);
        }
      }
      await page.close();
    }
  }
  none(problems);
});

describe('without scripts', () => {
  /** What a reader sees, without the differences that line breaks and hyphenation make. */
  const seen = (page) => page.evaluate(() => document.body.innerText).then(plain);
  const plain = (text) => text.replaceAll('\u00ad', '').replace(/\s+/g, ' ').toLowerCase();

  test('every case can be read in full, with its checklist', async () => {
    const problems = [];
    for (const { slug, title, summary, organisations, checklist, figures } of cases) {
      const page = await open(`praxis/${slug}.html`, { scripts: false });
      const text = await seen(page);
      const wanted = [title, summary, ...organisations.map(({ name }) => name), ...figures.map(({ label }) => label), ...(checklist ?? []).map((item) => item.text)];
      problems.push(...wanted.filter((part) => !text.includes(plain(part.trim()))).map((part) => `${slug}: ${part}`));
      const dead = await page.$$eval('button', (buttons) => buttons.filter((button) => button.offsetWidth > 0 && !button.form?.hasAttribute('action')).map((button) => button.textContent));
      problems.push(...dead.map((label) => `${slug}: button without a script behind it: ${label}`));
      await page.close();
    }
    none(problems);
  });

  test('lists, comparison and print edition show every case', async () => {
    const problems = [];
    const list = await open('praxis/index.html', { scripts: false });
    const links = await list.$$eval('main a', (all) => all.filter((link) => link.offsetWidth > 0).map((link) => link.href));
    problems.push(...cases.filter(({ slug }) => !links.includes(site.address(`praxis/${slug}.html`))).map(({ slug }) => `praxis/index.html: ${slug}`));
    await list.close();

    const compare = await open('vergleich.html', { scripts: false });
    const columns = await compare.$$eval('#vergleich thead [data-case]', (cells) => cells.filter((cell) => cell.offsetWidth > 0).map((cell) => cell.dataset.case));
    assert.deepEqual(columns.sort(), cases.map(({ slug }) => slug).sort());
    assert.equal(await compare.$eval('#auswahl', (form) => form.offsetHeight), 0, 'a form that does nothing is not shown');
    await compare.close();

    const print = await open('druck.html', { scripts: false });
    const text = await seen(print);
    problems.push(...cases.flatMap(({ slug, summary, checklist }) => [summary, ...(checklist ?? []).map((item) => item.text)].filter((part) => !text.includes(plain(part.trim()))).map((part) => `druck.html: ${slug}: ${part}`)));
    await print.close();
    none(problems);
  });

  test('every list that a case names leads back to it', async () => {
    const problems = [];
    const lists = new Map();
    const page = await open('index.html', { scripts: false });
    const shown = (selector) => page.$$eval(selector, (links) => links.filter((link) => link.offsetWidth > 0).map((link) => link.href));
    for (const { slug } of cases) {
      const address = site.address(`praxis/${slug}.html`);
      await page.goto(address);
      const named = await shown('.profile a');
      if (named.length === 0) problems.push(`${slug}: names no list`);
      for (const list of named) lists.set(list, [...(lists.get(list) ?? []), address]);
    }
    for (const [list, expected] of lists) {
      await page.goto(list);
      const links = await shown('main a');
      problems.push(...expected.filter((address) => !links.includes(address)).map((address) => `${list} does not show ${address}`));
    }
    none(problems);
    await page.close();
  });

  test('a term leads to its explanation', async () => {
    const page = await open('job-turbo.html', { scripts: false });
    const terms = await page.$$eval('a.term', (all) => all.map((term) => term.href));
    assert.ok(terms.length > 0);
    await page.goto(terms[0]);
    assert.equal(await page.evaluate(() => document.querySelector(':target')?.tagName), 'DT');
    await page.close();
  });
});
