// Accessibility: axe on every template and state, light, dark and in forced colours, narrow and wide; reflow; keyboard; reading
// without scripts.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import axe from 'axe-core';
import { MODES, addProbes, show, tab } from './lib/access.mjs';
import { freshProfile, launch, openPage } from './lib/browsers.mjs';
import { none } from './lib/none.mjs';
import { buildSite } from './lib/site.mjs';
import { faces } from './lib/templates.mjs';

const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22a', 'wcag22aa', 'best-practice'];
const LONG = process.env.PRAXIS_LONG === '1';

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

const open = async (path, { width = 1280, scripts = true } = {}) => {
  const profile = await freshProfile(browser, 'chromium');
  const { page } = await openPage(profile);
  page.once('close', () => profile.close());
  await page.setJavaScriptEnabled(scripts);
  await show(page, { width });
  await page.goto(site.address(path));
  return page;
};

/** Rules that depend on colours. */
const COLOURS = ['color-contrast', 'link-in-text-block'];

/** What axe has to say about a page as it is shown now. Only colours differ between light and dark; PRAXIS_LONG=1 asks for everything. */
const violations = async (page, { scheme = 'light', forced = false } = {}) => {
  const { violations: found } = await page.evaluate((options) => globalThis.axe.run(document, { ...options, resultTypes: ['violations'] }), {
    ...(scheme === 'dark' && !forced && !LONG
      ? { runOnly: COLOURS }
      // In forced colours axe asks for a colour that Chromium does not paint; `access.forced` asks for the right one.
      : { runOnly: { type: 'tag', values: TAGS }, rules: { 'target-size': { enabled: true }, 'color-contrast': { enabled: !forced } } }),
  });
  return found.map(({ id, help, nodes }) => `${id}: ${help}: ${nodes.length} ×, first ${nodes[0].target} ${nodes[0].any[0]?.message ?? ''}`);
};

describe('in every template and every state', () => {
  /** Every page to look at; with PRAXIS_LONG=1 every page of the handbook. */
  const found = { axe: [], targets: [], motion: [], forced: [] };
  before(async () => {
    const looked = new Set(looks.map(({ path }) => path));
    const others = LONG ? site.pages.filter((path) => !looked.has(path)).map((path) => ({ name: path, path, prepare() {} })) : [];
    for (const { name, path, prepare } of [...looks, ...others]) {
      const page = await open(path);
      await prepare(page);
      await page.evaluate(axe.source);
      await addProbes(page);
      // One mode after the other; what was opened or answered stays as it is.
      for (const mode of MODES) {
        await show(page, mode);
        const note = (kind, problems) => found[kind].push(...problems.map((what) => `${name}, ${mode.name}: ${what}`));
        note('axe', await violations(page, mode));
        if (mode.scheme === 'light' && !mode.forced) note('targets', await page.evaluate(() => globalThis.access.targets()));
      }
      // Last, because the focus opens and closes things.
      for (const kind of ['motion', 'forced']) found[kind].push(...(await page.evaluate((which) => globalThis.access[which](), kind)).map((what) => `${name}: ${what}`));
      await page.close();
    }
  });

  test('axe finds nothing: light, dark and in forced colours, narrow and wide', () => none(found.axe));

  test('targets are 24 px large or more, those of main actions 44 px', () => none(found.targets));

  test('nothing moves where readers want less motion', () => none(found.motion));

  test('in forced colours the focus can be seen on everything, and controls have edges', () => none(found.forced));
});

test('the rules above find what is wrong', async () => {
  const page = await open('index.html');
  await page.evaluate(axe.source);
  await addProbes(page);
  await page.evaluate(() => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(`
      .faint { color: #eee; background: #fff } .tiny { width: 20px; height: 20px; padding: 0; border: 0 } main .button { min-height: 40px; height: 40px }
      .moving { transition: color 1s } .bare:focus { outline: none }`);
    document.adoptedStyleSheets = [sheet];
    document.querySelector('main').insertAdjacentHTML(
      'beforeend',
      '<p class="faint">hell auf hell</p><input class="moving"><h6>tief</h6><button class="tiny bare" type="button">x</button><button class="tiny" type="button">y</button>',
    );
  });
  assert.deepEqual((await violations(page)).map((what) => what.split(':')[0]).sort(), ['color-contrast', 'heading-order', 'label', 'target-size']);
  const probe = (name) => page.evaluate((which) => globalThis.access[which](), name);
  const said = async (name, ...patterns) => {
    const all = await probe(name);
    for (const pattern of patterns) assert.ok(all.some((what) => pattern.test(what)), `${name}: ${pattern} in ${all.join('; ')}`);
  };
  await said('targets', /tiny.* 20 × 20 px/, /button.* 40 px/);
  await said('motion', /moving/);
  await show(page, { forced: true });
  await said('forced', /bare.*no mark of the focus/, /tiny.*no edge/);
  await page.close();
});

/** Things that say by their look what they are or what was chosen: where, how to get there, which one, and what takes the look away. */
const SHOWN = [
  ['an answer', 'case.html', 'answered', '.answer:has(:checked)', (element) => { element.querySelector('input').checked = false; }],
  ['a chosen case', 'case.html', 'answered', '[data-select]', (element) => element.setAttribute('aria-pressed', String(element.ariaPressed !== 'true'))],
  ['a settled point', 'case.html', 'answered', '.bar .part-settled', (element) => element.classList.remove('part-settled')],
  ['an open point, not a settled one', 'case.html', 'answered', '.bar .part-open', (element) => element.classList.replace('part-open', 'part-settled')],
  ['a ticked value', 'cases.html', 'narrow', '.facet-value:has(:checked)', (element) => { element.querySelector('input').checked = false; }],
  ['a found word', 'cases.html', 'narrow', '#ergebnis mark', (element) => element.replaceWith(element.textContent)],
  ['the suggestion that is on', 'start.html', 'suggest', '[role="option"][aria-selected="true"]', (element) => element.setAttribute('aria-selected', 'false')],
  ['a case to compare', 'compare.html', 'choose', '.choice:has(:checked)', (element) => { element.querySelector('input').checked = false; }],
  ['the part of the handbook', 'cases.html', 'unfold', '.main-nav [aria-current]', (element) => element.removeAttribute('aria-current')],
  ['a link in a text', 'page.html', undefined, '.prose p a', (element) => { element.style.textDecoration = 'none'; }],
  ['an open part', 'case.html', 'answered', '.more[open] > summary', (element) => { element.parentElement.open = false; }],
];

test('in forced colours, what is chosen looks other than what is not', async () => {
  const problems = [];
  const pages = new Map();
  for (const [what, template, state, selector, undo] of SHOWN) {
    const look = looks.find(({ name, prepare }) => name.startsWith(`${template}:`) && (!state || prepare.name === state));
    assert.ok(look, `${template}, ${state}`);
    if (!pages.has(look)) {
      const page = await open(look.path);
      await look.prepare(page);
      await show(page, { forced: true });
      pages.set(look, page);
    }
    const page = pages.get(look);
    const element = await page.$(selector);
    if (!element) {
      problems.push(`${what}: there is no ${selector}`);
      continue;
    }
    await element.scrollIntoView();
    const clip = await element.evaluate((each) => {
      const AROUND = 6;
      const { x, y, width, height } = each.getBoundingClientRect();
      return { x: Math.max(0, x + scrollX - AROUND), y: Math.max(0, y + scrollY - AROUND), width: width + 2 * AROUND, height: height + 2 * AROUND };
    });
    const chosen = await page.screenshot({ clip });
    if (!chosen.equals(await page.screenshot({ clip }))) problems.push(`${what}: ${selector} does not keep still`);
    await element.evaluate(undo);
    if (chosen.equals(await page.screenshot({ clip }))) problems.push(`${what}: ${selector} looks the same without it`);
  }
  for (const page of pages.values()) await page.close();
  none(problems);
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

test('by keyboard: every stop can be seen, is marked, is not covered, and the next one follows', async () => {
  const STOPS = LONG ? 2000 : 80;
  const problems = [];
  // 320 × 256 px is a window of 1280 × 1024 px at 400 % (WCAG 1.4.10).
  const modes = [{ width: 320, height: 256, scheme: 'dark' }, { width: 1280, height: 900, scheme: 'light' }];
  for (const { name, path, prepare } of looks.filter((look) => !look.path.startsWith('druck'))) {
    const page = await open(path);
    await prepare(page);
    for (const mode of modes) {
      await show(page, mode);
      await addProbes(page);
      await page.evaluate(() => document.activeElement.blur());
      const found = new Set();
      for (let stop = 0; stop < STOPS; stop += 1) {
        const reached = await tab(page);
        if (!reached) break;
        for (const wrong of reached.wrong) found.add(`${name}, ${mode.width} px: ${reached.what}: ${wrong}`);
      }
      problems.push(...found);
    }
    await page.close();
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
