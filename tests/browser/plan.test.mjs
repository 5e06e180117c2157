// From reading a case to a plan: answering, keeping, handing on, merging, printing. From disk and on the web, in both browsers.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { cp, mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { BROWSERS, freshProfile, launch, live, openPage, stored, until } from './lib/browsers.mjs';
import { none } from './lib/none.mjs';
import { HANDBOOK, MORNING, NOON, entry, saved } from './lib/plan.mjs';
import { serve } from './lib/server.mjs';
import { PRAXIS, REPOSITORY, buildSite, copyWithManyCases, scratch } from './lib/site.mjs';

const run = promisify(execFile);

const CASE = 'praxis/stellenboerse-vogtland.html';
const OTHER = 'praxis/bewerbertage-augsburg.html';
const LIST = 'merkliste.html';
const KEY = 'praxis-plan.gute-praxis';

let site;
let server;
let folder;
let cases;
before(async () => {
  site = await buildSite();
  server = await serve();
  server.show(site.folder);
  folder = await scratch();
  cases = await site.cases();
});
after(async () => {
  await server?.stop();
  await site?.remove();
  if (folder) await rm(folder, { recursive: true, force: true });
});

/** A file with a plan, for the page to open. */
const planFile = async (name, content) => {
  const path = join(folder, name);
  await writeFile(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
};

/** Waits until something holds outside of the page. */
const eventually = async (condition, what) => {
  for (let attempt = 0; attempt < 300; attempt += 1) {
    const found = await condition();
    if (found) return found;
    await new Promise((later) => setTimeout(later, 100));
  }
  return assert.fail(`it never happened: ${what}`);
};

// What a reader does

const click = (page, selector) => page.$eval(selector, (element) => element.click());
const words = (page, selector) => page.$eval(selector, (element) => element.textContent.trim());
const radio = (id, code) => `input[name="${id}"][value="${code}"]`;
const items = (page) => page.$$eval('.item', (all) => all.map(({ id }) => id));
const ids = (slug) => cases.find((each) => each.slug === slug).checklist.map(({ id }) => id);
const write = async (page, id, field, text) => {
  await page.$eval(`#${id} .more`, (details) => { details.open = true; });
  await page.type(`#${id} [data-field="${field}"]`, text);
};
/** An item of a kind, on the page that is open. */
const itemOf = (page, kind) => page.$eval(`.item.kind-${kind}`, ({ id }) => id);
const keep = async (page) => {
  await click(page, '#plan-behalten [data-do="keep"]');
  await until(page, () => document.querySelector('#plan-behalten [data-do="forget"]').hidden === false);
};
const forget = async (page) => {
  await click(page, '#plan-behalten [data-do="forget"]');
  await until(page, () => document.getElementById('plan-loeschen').open);
  await click(page, '#plan-loeschen button[value="yes"]');
  await until(page, () => document.querySelector('#plan-behalten [data-do="keep"]').hidden === false);
};
const follow = (page, selector) => Promise.all([page.waitForNavigation(), click(page, selector)]);

/** Everything that any page of the handbook has put down, the frame that local pages share included. */
const storedAnywhere = async (page) => {
  const found = await stored(page);
  for (const frame of page.frames().slice(1)) found.push(...(await frame.evaluate(() => Object.keys(localStorage).map((key) => `frame: ${key}`))));
  return [...new Set(found.map((name) => name.replace(/^(frame|localStorage): /, '')))];
};

/** Nothing is left anywhere. Browsers tell the processes of other frames of a deletion a little later. */
const nothingLeft = async (page) => {
  await eventually(async () => (await storedAnywhere(page)).length === 0, 'nothing is stored');
  assert.deepEqual(await storedAnywhere(page), []);
};

/** What is kept, as text. */
const keptText = async (page) => {
  const [, hub] = page.frames();
  return (hub ?? page).evaluate((key) => localStorage.getItem(key), KEY);
};
/** Waits until a text is kept, and the page has heard of it: it would let its reader leave without a warning. */
const settled = async (page, text) => {
  await eventually(async () => (await keptText(page))?.includes(text), `${text} is kept`);
  await until(page, () => dispatchEvent(new Event('beforeunload', { cancelable: true })));
};

for (const name of BROWSERS) {
  for (const [way, place] of [
    ['from disk', () => site.base],
    ['on the web', () => server.base],
  ]) {
    describe(`a plan in ${name}, ${way}`, () => {
      let browser;
      let downloads;
      let profile;
      before(async () => {
        downloads = join(folder, `Ablage ${name} ${way}`);
        await mkdir(downloads, { recursive: true });
        browser = await launch(name, { downloads });
      });
      after(() => browser?.close());

      /** Opens a page of the handbook for one test; nothing may go wrong in it, and nothing may stay on the device. */
      const on = async (path, use) => {
        profile = await freshProfile(browser, name, downloads);
        try {
          const opened = await openPage(profile);
          const { page, complaints } = opened;
          await page.setViewport({ width: 1280, height: 900 });
          await page.goto(place() + path);
          await live(page);
          await use(page, opened);
          none([...complaints, ...(await page.evaluate(() => globalThis.violations)), ...(await storedAnywhere(page))]);
        } finally {
          await profile.close();
        }
      };
      const another = async (path) => {
        const { page } = await openPage(profile);
        await page.goto(place() + path);
        await live(page);
        return page;
      };
      const download = async (pattern) => {
        const name_ = await eventually(async () => (await readdir(downloads)).find((each) => pattern.test(each)), `a file ${pattern}`);
        const path = join(downloads, name_);
        const content = await eventually(async () => { const bytes = await readFile(path); return bytes.length ? bytes : undefined; }, `content of ${name_}`);
        await rm(path);
        return content;
      };

      test('answers are summed up in words, said aloud and stored nowhere; a reload starts anew', () =>
        on(CASE, async (page, { warnings }) => {
          const id = await itemOf(page, 'requirement');
          const dimension = await page.$eval(`#${id}`, (item) => item.dataset.dimension);
          const state = `p[data-standing="${dimension}"]`;
          const before_ = await words(page, state);
          assert.match(before_, /^\d ohne Antwort$/);
          await click(page, radio(id, 'missing'));
          assert.match(await words(page, state), /^1 offen/);
          assert.match(await words(page, '#plan-status'), /: 1 offen.*Merkliste/);
          assert.equal(await words(page, `.strip [data-standing="${dimension}"]`), await words(page, state));
          assert.equal(await page.$$eval(`[data-bar="${dimension}"] .part-open`, (parts) => parts.length), 1);
          await click(page, radio(id, 'present'));
          assert.match(await words(page, state), /^1 geklärt/);
          await click(page, `#${id} [data-undo]`);
          assert.equal(await words(page, state), before_);
          await click(page, radio(id, 'partial'));
          await write(page, id, 'note', 'Räume im Bürgerhaus');
          assert.deepEqual(await storedAnywhere(page), []);

          // A browser warns only readers who have touched the page.
          await page.click('h1');
          await page.reload();
          await live(page);
          assert.equal(await page.$('.item input:checked'), null);
          assert.equal(await page.$eval(`#${id} textarea`, (note) => note.value), '');
          assert.ok(warnings.length <= 1);
        }));

      test('a case is put on the list and taken off it', () =>
        on(CASE, async (page) => {
          const button = 'button[data-select]';
          assert.equal(await page.$eval(button, (each) => each.getAttribute('aria-pressed')), 'false');
          await click(page, button);
          assert.equal(await page.$eval(button, (each) => each.getAttribute('aria-pressed')), 'true');
          assert.match(await words(page, 'a[data-selection]'), /^1 Beispiel auf der Merkliste/);
          await click(page, button);
          assert.match(await words(page, 'a[data-selection]'), /^0 Beispiele/);
        }));

      test('without keeping, the plan goes along to the list, to another case and back', () =>
        on(CASE, async (page) => {
          const id = await itemOf(page, 'obstacle');
          await click(page, radio(id, 'open'));
          await write(page, id, 'role', 'Teamleitung');
          await until(page, () => document.querySelector('a[data-selection]').href.includes('#plan='));
          await follow(page, 'a[data-selection]');
          await live(page);
          await until(page, (item) => document.getElementById(item), id);
          assert.equal(new URL(page.url()).hash, '', 'nothing of it stays in the address');
          assert.ok(await page.$eval(radio(id, 'open'), (each) => each.checked));
          assert.equal(await page.$eval(`#${id} [data-field="role"]`, (field) => field.value), 'Teamleitung');
          assert.match(await words(page, '#plan-behalten [data-state]'), /Nichts ist gespeichert/);

          await page.$eval('#plan-profil details', (details) => { details.open = true; });
          await page.select('#plan-profil select[name="state"]', 'bayern');
          await page.$eval('#plan-aehnlich', (details) => { details.open = true; });
          await until(page, () => document.querySelector('#plan-aehnlich li a')?.href.includes('#plan='));
          const link = `#plan-aehnlich a[href*="${OTHER}"]`;
          await follow(page, link);
          await live(page);
          assert.match(await words(page, 'a[data-selection]'), /^1 Beispiel/);
          assert.match(await words(page, '[data-yours="state"]'), /Bayern.*gleiches Land/s);
          assert.deepEqual(await storedAnywhere(page), []);
        }));

      test('kept on the device: there after a reload and on other pages; deleted, nothing is left', () =>
        on(CASE, async (page, { warnings }) => {
          const id = await itemOf(page, 'requirement');
          assert.match(await words(page, '#plan-behalten'), /speichert dieser Browser Ihre Merkliste, Antworten, Notizen/);
          assert.deepEqual(await storedAnywhere(page), []);
          await click(page, radio(id, 'missing'));
          assert.deepEqual(await storedAnywhere(page), []);
          await keep(page);
          assert.deepEqual(await storedAnywhere(page), [KEY]);
          await write(page, id, 'note', 'mit der Kammer klären');
          await settled(page, 'mit der Kammer klären');
          await page.reload();
          await until(page, (selector) => document.querySelector(selector)?.checked, radio(id, 'missing'));
          assert.equal(await page.$eval(`#${id} textarea`, (note) => note.value), 'mit der Kammer klären');
          assert.ok(await page.$eval(`#${id} .more`, (details) => details.open), 'what is filled in is to be seen');
          assert.deepEqual(warnings, [], 'nothing can be lost');

          await page.goto(place() + OTHER);
          await until(page, () => /^1 Beispiel/.test(document.querySelector('a[data-selection]').textContent));
          assert.ok(!(await page.$eval('a[data-selection]', (link) => link.href)).includes('#plan='), 'nothing has to go along');
          await page.goto(place() + LIST);
          await until(page, (item) => document.getElementById(item), id);

          await click(page, '#plan-behalten [data-do="forget"]');
          await until(page, () => document.getElementById('plan-loeschen').open);
          await click(page, '#plan-loeschen button[value="no"]');
          assert.deepEqual(await storedAnywhere(page), [KEY], 'not without a yes');
          await forget(page);
          await nothingLeft(page);
          assert.equal(await page.$('.item'), null);
          await page.goto(place() + CASE);
          await live(page);
          assert.equal(await page.$('.item input:checked'), null);
        }));

      test('where the device is full, the page says so and works on', () =>
        on(CASE, async (page) => {
          const [first, second] = [await itemOf(page, 'requirement'), await itemOf(page, 'obstacle')];
          await click(page, radio(first, 'missing'));
          await keep(page);
          const [, hub] = page.frames();
          await (hub ?? page).evaluate(() => { Storage.prototype.setItem = () => { throw new DOMException('voll', 'QuotaExceededError'); }; });
          await click(page, radio(second, 'open'));
          await until(page, () => /nicht merken.*als Datei/.test(document.getElementById('plan-problem').textContent));
          assert.ok(await page.$eval(radio(second, 'open'), (each) => each.checked));
          await click(page, '#plan-behalten [data-do="file"]');
          assert.equal(JSON.parse(await download(/\.json$/)).answers.length, 2);
          await forget(page);
          await nothingLeft(page);
        }));

      test('two tabs: each change stays, the last one to an item holds, deleting counts for both', () =>
        on(CASE, async (page) => {
          const [first, second] = [await itemOf(page, 'requirement'), await itemOf(page, 'obstacle')];
          await click(page, radio(first, 'missing'));
          await keep(page);
          const tab = await another(CASE);
          await until(tab, (selector) => document.querySelector(selector).checked, radio(first, 'missing'));
          await click(tab, radio(second, 'open'));
          // Browsers let hidden tabs rest, and tell a change to the processes of other tabs a little later.
          await page.bringToFront();
          await until(page, (selector) => document.querySelector(selector).checked, radio(second, 'open'));
          await click(page, radio(first, 'partial'));
          await tab.bringToFront();
          await until(tab, (selector) => document.querySelector(selector).checked, radio(first, 'partial'));
          await page.bringToFront();
          await page.reload();
          await until(page, (selector) => document.querySelector(selector).checked, radio(second, 'open'));
          assert.ok(await page.$eval(radio(first, 'partial'), (each) => each.checked));
          await forget(page);
          await tab.bringToFront();
          await until(tab, () => document.querySelector('#plan-behalten [data-do="keep"]').hidden === false);
          await click(tab, radio(second, 'solved'));
          await until(tab, () => document.querySelector('#plan-status').textContent !== '');
          // Nothing comes back without a click.
          await nothingLeft(tab);
          await tab.close();
        }));

      test('two tabs at the same moment: what either of them changes stays', () =>
        on(CASE, async (page) => {
          const [first, ...others] = await page.$$eval('.item:has(.answer)', (all) => all.map(({ id }) => id));
          const answered = `#${first} .answer input`;
          await click(page, answered);
          await keep(page);
          const tab = await another(CASE);
          await until(tab, (selector) => document.querySelector(selector).checked, answered);
          for (let round = 0; round < 4; round += 1) {
            const pair = others.slice(2 * round, 2 * round + 2);
            await Promise.all([page, tab].map((each, place_) => click(each, `#${pair[place_]} .answer input`)));
            await eventually(async () => {
              const { answers } = JSON.parse(await keptText(page));
              return pair.every((id) => answers.some(({ item }) => item === id));
            }, `both of ${pair} are kept`);
          }
          await tab.close();
          await forget(page);
        }));

      test('saved as a file that the program accepts; opened again; merged with choices', () =>
        on(CASE, async (page) => {
          const id = await itemOf(page, 'requirement');
          await click(page, radio(id, 'missing'));
          await write(page, id, 'note', 'Größe; „Räume“ <b>nicht fett</b>');
          await click(page, '#plan-behalten [data-do="file"]');
          const text = (await download(/^plan-\d{4}-\d\d-\d\d\.json$/)).toString('utf8');
          const plan = JSON.parse(text);
          assert.equal(plan.format, 'praxis-plan');
          assert.equal(plan.answers[0].answer, 'missing');
          const path = await planFile('mein plan.json', text);
          await run(PRAXIS, ['transfer', 'check', '--root', REPOSITORY, path]);

          const tab = await another(LIST);
          await (await tab.$('#plan-datei')).uploadFile(path);
          await until(tab, (item) => document.getElementById(item), id);
          assert.equal(await tab.$eval(`#${id} textarea`, (note) => note.value), 'Größe; „Räume“ <b>nicht fett</b>');
          assert.equal(await tab.$('.item b:not([data-line])'), null, 'a note is text');

          const [, other] = await items(tab);
          const theirs = { ...plan, institution: 'Andere', answers: [{ ...plan.answers[0], answer: 'present', note: 'haben wir', changed: '2100-01-01T00:00:00Z' }, entry(other, { case: plan.cases[0].slug, note: 'neu' })], own: [] };
          await (await tab.$('#plan-datei')).uploadFile(await planFile('deren plan.json', theirs));
          await until(tab, () => !document.getElementById('plan-eingang').hidden);
          assert.equal(await tab.evaluate(() => document.activeElement.id), 'plan-eingang-titel');
          const shown = await words(tab, '#plan-eingang');
          for (const part of ['deren plan.json', 'Andere', 'fehlt', 'vorhanden · haben wir']) assert.ok(shown.includes(part), `${part} in ${shown}`);
          const choices = await tab.$$eval('#plan-eingang fieldset input', (all) => all.map(({ value, checked }) => [value, checked]));
          assert.deepEqual(choices, [['mine', false], ['theirs', true]], 'the newer one is chosen until the reader decides');
          assert.ok(await tab.$eval(radio(id, 'missing'), (each) => each.checked), 'nothing happens before the click');
          await click(tab, '#plan-eingang input[value="mine"]');
          await click(tab, '#plan-eingang [data-do="merge"]');
          await until(tab, (item) => document.querySelector(`#${item} textarea`)?.value === 'neu', other);
          assert.ok(await tab.$eval(radio(id, 'missing'), (each) => each.checked), 'my answer');
          await tab.close();
        }));

      test('hostile files are refused or cleaned, in words, and change nothing', () =>
        on(LIST, async (page) => {
          await (await page.$('#plan-datei')).uploadFile(await planFile('eigen.json', saved({ institution: 'Wir', own: [{ item: 'eigen-1', dimension: 'raum', text: 'Saal buchen', answer: 'open', note: '', role: '', due: '', changed: MORNING }] })));
          await until(page, () => document.getElementById('eigen-1'));
          const state = () => page.evaluate(() => [document.getElementById('plan-gemeinsam').textContent, document.querySelector('#plan-besprechung input').value].join());
          const before_ = await state();
          for (const [what, content, message] of [
            ['fassung', saved({ version: 99 }), /Fassung 99.*Nichts wurde übernommen/s],
            ['typen', saved({ answers: 'alle' }), /kein lesbarer Plan/],
            ['liste', [], /kein lesbarer Plan/],
            ['unsinn', '{"format":', /kein lesbarer Plan/],
            ['leer', '', /kein lesbarer Plan/],
            ['gross', `${JSON.stringify(saved())}${' '.repeat(1024 * 1024)}`, /zu groß/],
            ['fremd', saved({ handbook: { ...HANDBOOK, key: 'x', title: '<i>Anderes</i>' } }), /anderen Handbuch: <i>Anderes<\/i>/],
          ]) {
            await page.$eval('#plan-problem', (place_) => { place_.textContent = ''; });
            await (await page.$('#plan-datei')).uploadFile(await planFile(`${what}.json`, content));
            await until(page, () => document.getElementById('plan-problem').textContent !== '');
            assert.match(await words(page, '#plan-problem'), message, what);
            assert.equal(await page.$eval('#plan-problem', (place_) => place_.children.length), 0, 'a message is text');
            assert.equal(await state(), before_, what);
          }

          const script = '<img src=x onerror="globalThis.hacked = 1"><script>globalThis.hacked = 1</script>';
          const text = JSON.stringify(saved({
            institution: script,
            cases: [{ slug: 'stellenboerse-vogtland', title: script }, { slug: 'gibt-es-nicht', title: script }],
            answers: [...ids('stellenboerse-vogtland').slice(0, 2).map((id) => entry(id, { case: 'stellenboerse-vogtland', note: script, role: script, text: script })), entry('weg-01', { case: 'gibt-es-nicht', note: script, text: script }), { item: 5 }],
          })).replace('"version"', '"__proto__":{"hacked":1},"constructor":{"prototype":{"hacked":1}},"version"');
          await (await page.$('#plan-datei')).uploadFile(await planFile('boese.json', text));
          await until(page, () => !document.getElementById('plan-eingang').hidden);
          assert.match(await words(page, '#plan-problem'), /1 Eintrag war nicht lesbar/);
          await click(page, '#plan-eingang [data-do="replace"]');
          await until(page, () => document.getElementById('weg-01'));
          assert.ok((await words(page, '#weg-01')).includes(script), 'shown as it was written');
          assert.equal(await page.evaluate(() => globalThis.hacked ?? {}.hacked), undefined);
          assert.equal(await page.$('main img, main script'), null);
          assert.match(await words(page, '#plan-faelle li:nth-child(2)'), /gibt es in der jetzigen Ausgabe nicht mehr/);
        }));

      test('as a link: opened elsewhere it shows the plan, and asks where there is one', () =>
        on(CASE, async (page) => {
          const id = await itemOf(page, 'requirement');
          await click(page, radio(id, 'missing'));
          await until(page, () => document.querySelector('a[data-selection]').href.includes('#plan='));
          await follow(page, 'a[data-selection]');
          await until(page, (item) => document.getElementById(item), id);
          await click(page, '[data-take="link"]');
          await until(page, () => !document.getElementById('plan-link').hidden);
          const address = await words(page, '#plan-link .copyable');
          assert.ok(address.startsWith(`${place()}${LIST}#plan=`), address);
          assert.match(await words(page, '#plan-link [data-length]'), /^Der Link hat \d+ Zeichen\.$/);
          assert.equal(await page.$eval('#plan-link [data-file]', (hint) => hint.hidden), way === 'on the web');

          const tab = await another(address.slice(place().length));
          await until(tab, (selector) => document.querySelector(selector)?.checked, radio(id, 'missing'));
          assert.ok(await tab.$eval('#plan-eingang', (inbox) => inbox.hidden), 'nothing here that it could replace');
          await click(tab, radio(id, 'partial'));
          await keep(tab);
          await tab.goto('about:blank');
          await tab.goto(address);
          await until(tab, () => document.getElementById('plan-eingang')?.hidden === false);
          assert.ok(await tab.$eval(radio(id, 'partial'), (each) => each.checked), 'what is kept stays until the reader decides');
          await click(tab, '#plan-eingang [data-do="leave"]');
          assert.ok(await tab.$eval(radio(id, 'partial'), (each) => each.checked));
          await forget(tab);
          await tab.close();

          await write(page, id, 'note', Array.from({ length: 400 }, (_, number) => ((number * 7919) % 4096).toString(36)).join(' '));
          for (const each of (await items(page)).filter((other) => other !== id)) await page.$eval(`#${each} textarea`, (note, text) => { note.value = text; note.dispatchEvent(new Event('input', { bubbles: true })); }, crypto.randomUUID().repeat(4));
          await click(page, '[data-take="link"]');
          await until(page, () => /2\.000 Zeichen/.test(document.querySelector('#plan-link [data-length]').textContent));

          const broken = await another(`${LIST}#plan=kaputt`);
          await until(broken, () => !document.getElementById('plan-problem').hidden);
          assert.match(await words(broken, '#plan-problem'), /kein lesbarer Plan/);
          await broken.close();
        }));

      test('table and text document are offered to save', () =>
        on(LIST, async (page) => {
          await (await page.$('#plan-datei')).uploadFile(await planFile('p.json', saved({ institution: 'Jobcenter Köln', cases: [{ slug: 'stellenboerse-vogtland', title: '' }], answers: [entry(ids('stellenboerse-vogtland')[0], { case: 'stellenboerse-vogtland', answer: '', note: '=HYPERLINK("x")', due: '2026-12-15' })] })));
          await until(page, () => document.querySelector('.item'));
          await click(page, '[data-take="csv"]');
          const csv = (await download(/^plan-[\d-]+\.csv$/)).toString('utf8');
          assert.ok(csv.startsWith('\ufeffDimension;Art;Punkt;Beispiel;Antwort;Stand;Notiz;'));
          assert.ok(csv.includes(`"'=HYPERLINK(""x"")"`));
          assert.ok(csv.includes(';15.12.2026;'));
          assert.equal(csv.trim().split('\r\n').length, ids('stellenboerse-vogtland').length + 1);
          await click(page, '[data-take="odt"]');
          const odt = await download(/^plan-[\d-]+\.odt$/);
          const path = join(folder, `${name} ${way}.odt`);
          await writeFile(path, odt);
          const settings = `-env:UserInstallation=${pathToFileURL(join(folder, `office ${name} ${way}`)).href}`;
          await run('soffice', [settings, '--headless', '--convert-to', 'pdf', '--outdir', folder, path], { timeout: 180_000 });
          const { stdout } = await run('pdftotext', ['-enc', 'UTF-8', path.replace(/odt$/, 'pdf'), '-']);
          const text = stdout.replace(/\s+/g, '');
          for (const part of ['GemeinsamerPlan', 'JobcenterKöln', '=HYPERLINK("x")', '15.12.2026']) assert.ok(text.includes(part), part);
        }));

      test('the own institution: what is for others is folded with the reason; similar cases come first, all are there', () =>
        on('praxis/move-vogtland.html', async (page) => {
          const id = await page.$eval('.item[data-settlements]', (item) => item.id);
          await page.$eval('#plan-profil details', (details) => { details.open = true; });
          await page.select('#plan-profil select[name="state"]', 'sachsen');
          await page.select('#plan-profil select[name="form"]', 'zkt');
          await click(page, '#plan-profil input[value="grossstadt"]');
          assert.match(await words(page, '#plan-profil summary'), /Sachsen, zkT, Großstadt/);
          assert.match(await words(page, '[data-yours="form"]'), /zkT\s*anders/);
          assert.match(await words(page, '[data-yours="state"]'), /Sachsen, Regionaldirektion Sachsen\s*gleiches Land/);
          assert.match(await words(page, '[data-yours="settlement"]'), /Großstadt\s*anders/);
          assert.ok(await page.$eval(`#${id}`, (item) => item.closest('details.unfit') && !item.closest('details').open), 'folded');
          assert.match(await words(page, `#${id} .remark`), /^Gilt für: .*ländlicher Kreis.*Ihre Angabe: Großstadt/);
          assert.match(await words(page, 'details.unfit > summary'), /^1 Punkt gilt für andere Häuser$/);
          await click(page, '#plan-profil input[value="laendlich-duenn"]');
          assert.equal(await page.$('details.unfit'), null);
          assert.ok(await page.$eval(`#${id}`, (item) => item.offsetHeight > 0));

          await until(page, () => document.querySelector('a[data-selection]').href.includes('#plan='));
          await follow(page, 'a[data-selection]');
          await until(page, () => document.querySelector('#plan-aehnlich li'));
          const similar = await page.$$eval('#plan-aehnlich li.similar', (list) => list.map((each) => [each.querySelector('a').textContent, [...each.querySelectorAll('.reasons li')].map((reason) => reason.textContent)]));
          assert.equal(similar.length, cases.length, 'nothing is hidden');
          const weights = similar.map(([, reasons]) => reasons.filter((reason) => /^gleich/.test(reason)).length);
          assert.ok(weights[0] > 0 && weights.at(-1) === 0, `${weights}`);
          none(similar.filter(([, reasons]) => reasons.length === 0).map(([title]) => `${title}: no reason`));
        }));

      test('a topic leads to a plan of its cases, and a reload does not choose them again', () =>
        on(LIST, async (page) => {
          await page.goto(`${place()}themen/zusammenarbeit-ag-s.html`);
          await follow(page, '#teil-faelle ~ .head-links a');
          await live(page);
          const chosen = () => page.$$eval('#plan-faelle [data-name] a', (links) => links.map((link) => link.pathname.split('/').at(-1)).sort());
          await until(page, () => document.querySelector('#plan-punkte .item'));
          const expected = cases.filter(({ topics }) => topics.includes('Zusammenarbeit mit dem AG-S')).map(({ slug }) => `${slug}.html`).sort();
          assert.ok(expected.length > 1);
          assert.deepEqual(await chosen(), expected);
          assert.equal(new URL(page.url()).search, '');
          await page.goto(`${place()}${LIST}?faelle=gibt-es-nicht,__proto__,${CASE.slice(7, -5)}`);
          await until(page, () => document.querySelector('#plan-punkte .item'));
          assert.deepEqual(await chosen(), [CASE.slice(7)]);
        }));

      test('the joint plan: points of two cases, own ones, order, filter', () =>
        on(LIST, async (page) => {
          const plan = saved({ cases: ['stellenboerse-vogtland', 'bewerbertage-augsburg'].map((slug) => ({ slug, title: slug })) });
          await (await page.$('#plan-datei')).uploadFile(await planFile('zwei.json', plan));
          const expected = [...ids('stellenboerse-vogtland'), ...ids('bewerbertage-augsburg')].sort();
          await until(page, (count) => document.querySelectorAll('#plan-punkte .item').length === count, expected.length);
          assert.deepEqual((await items(page)).sort(), expected);
          const together = await page.$$eval('.items-side', (lists) => lists.map((list) => [...list.querySelectorAll('.item')].map((item) => [item.className, item.getBoundingClientRect().top])));
          assert.ok(together.length > 0);
          none(together.filter((list) => new Set(list.map(([kind]) => kind)).size !== 1).map((list) => `kinds mixed: ${list}`));
          assert.ok(together.some((list) => list[0][1] === list[1][1]), 'side by side');

          await page.$eval('#plan-raum details.own', (details) => { details.open = true; });
          await page.type('#plan-raum details.own textarea', 'Saal im Rathaus buchen');
          await click(page, '#plan-raum details.own button');
          const own = await page.$eval('#plan-raum .kind-own', (item) => item.id);
          assert.equal(await words(page, `#${own} .item-text`), 'Saal im Rathaus buchen');
          assert.equal(await page.evaluate(() => document.activeElement.name), own, 'the new point has the focus');
          await page.$eval(`#${own} .more`, (details) => { details.open = true; });
          await page.$eval(`#${own} [data-field="text"]`, (field) => { field.value = ''; field.dispatchEvent(new Event('input', { bubbles: true })); });
          assert.equal(await words(page, `#${own} .item-text`), 'Saal im Rathaus buchen', 'never without words');
          await page.$eval(`#${own} [data-field="text"]`, (field) => { field.value = 'Saal im Bürgerhaus'; field.dispatchEvent(new Event('input', { bubbles: true })); });
          assert.equal(await words(page, `#${own} .item-text`), 'Saal im Bürgerhaus');

          await click(page, radio(own, 'settled'));
          assert.ok(await page.$(`#${own}`), 'it does not vanish under the hand');
          await click(page, '#plan-filter input[value="all"]');
          await click(page, '#plan-filter input[value="open"]');
          assert.equal(await page.$(`#${own}`), null, 'settled');
          await click(page, '#plan-filter input[value="all"]');
          await page.$eval(`#${own} .more`, (details) => { details.open = true; });
          await click(page, `#${own} .own-tools button`);
          assert.equal(await page.$(`#${own}`), null, 'removed');

          const order = () => page.$$eval('#plan-faelle li [data-name]', (names) => names.map((each) => each.textContent));
          const [first, second] = await order();
          await click(page, '#plan-faelle li:first-child [data-do="down"]');
          assert.deepEqual(await order(), [second, first]);
          assert.ok(await page.evaluate(() => document.activeElement.matches('#plan-faelle li:nth-child(2) button')), 'the focus goes along');
          await click(page, '#plan-faelle li:first-child [data-do="remove"]');
          assert.deepEqual(await order(), [first]);
          assert.deepEqual((await items(page)).sort(), ids('stellenboerse-vogtland').sort());
        }));

      test('in another edition: changed words are shown beside the old ones, removed items stay', () =>
        on(CASE, async (page) => {
          const [first, second] = ids('stellenboerse-vogtland');
          await page.goto(place() + LIST);
          await live(page);
          const slug = 'stellenboerse-vogtland';
          await (await page.$('#plan-datei')).uploadFile(await planFile('alt.json', saved({ handbook: { ...HANDBOOK, edition: '2024-01' }, cases: [{ slug, title: '' }], answers: [entry(first, { case: slug, answer: 'open', note: 'n', text: 'So hieß es früher.', changed: MORNING }), entry('vog-alt-01', { case: slug, text: 'Diesen Punkt gab es einmal.', note: 'bleibt' })] })));
          await until(page, () => document.getElementById('vog-alt-01'));
          const check = async () => {
            assert.match(await words(page, `#${first} .remark`), /geändert, seit Sie geantwortet haben \(22\. November 2026\).*So hieß es früher\./s);
            assert.match(await words(page, '#plan-entfallen'), /Diesen Punkt gab es einmal\./);
            assert.equal(await page.$eval('#vog-alt-01 textarea', (note) => note.value), 'bleibt');
            assert.equal(await page.$(`#${second} .remark`), null);
          };
          await check();
          await until(page, () => document.querySelector('#plan-faelle a').href.includes('#plan='));
          await follow(page, '#plan-faelle a');
          await live(page);
          await until(page, () => document.getElementById('vog-alt-01'));
          await check();
          await click(page, `#${first} .remark button`);
          assert.equal(await page.$(`#${first} .remark`), null, 'the answer holds');
        }));

      test('by keyboard alone: answer, take back, keep, delete', () =>
        on(CASE, async (page) => {
          const id = await itemOf(page, 'requirement');
          const focused = () => page.evaluate(() => document.activeElement.value || document.activeElement.textContent.trim());
          await page.focus(radio(id, 'present'));
          await page.keyboard.press(' ');
          await page.keyboard.press('ArrowRight');
          assert.equal(await focused(), 'partial');
          assert.ok(await page.$eval(radio(id, 'partial'), (each) => each.checked));
          await page.keyboard.press('Tab');
          assert.equal(await focused(), 'Antwort zurücknehmen');
          await page.keyboard.press('Enter');
          assert.equal(await page.$(`${`#${id}`} input:checked`), null);
          assert.equal(await page.evaluate(() => document.activeElement.name), id, 'the focus stays with the item');
          await page.keyboard.press(' ');
          await page.keyboard.press('Tab');
          await page.keyboard.press('Tab');
          await page.keyboard.press('Enter');
          await page.keyboard.press('Tab');
          await page.keyboard.type('Notiz');
          await page.keyboard.press('Tab');
          await page.keyboard.type('Leitung');
          await page.keyboard.press('Enter');
          assert.equal(await page.$eval(`#${id} [data-field="role"]`, (field) => field.value), 'Leitung', 'Enter sends nothing off');
          await page.focus('#plan-behalten [data-do="keep"]');
          await page.keyboard.press('Enter');
          await until(page, () => document.activeElement.dataset.do === 'forget');
          await page.keyboard.press('Enter');
          await until(page, () => document.getElementById('plan-loeschen').open);
          await page.keyboard.press('Escape');
          await until(page, () => !document.getElementById('plan-loeschen').open);
          assert.equal(await page.evaluate(() => document.activeElement.dataset.do), 'forget');
          await page.keyboard.press('Enter');
          await until(page, () => document.getElementById('plan-loeschen').open);
          assert.equal(await focused(), 'no', 'the harmless answer comes first');
          await page.keyboard.down('Shift');
          await page.keyboard.press('Tab');
          await page.keyboard.up('Shift');
          await page.keyboard.press('Enter');
          await until(page, () => document.activeElement.dataset.do === 'keep');
        }));
    });
  }
}

describe('the scripts of the transfer check come when they are needed', () => {
  const SCRIPT = /\/(plan-(?!near)[^/]+|pruefpunkte\/index)\.js$/;

  /** Opens the case on the web; `hold` keeps the scripts of the plan back until it is called. */
  const on = async (use) => {
    const browser = await launch('chromium');
    try {
      const { page, complaints } = await openPage(browser);
      await page.setViewport({ width: 1280, height: 900 });
      const asked = [];
      const held = [];
      let isHeld = false;
      await page.setRequestInterception(true);
      page.on('request', (request) => {
        if (SCRIPT.test(request.url())) asked.push(request.url());
        if (isHeld && SCRIPT.test(request.url())) held.push(request);
        else request.continue();
      });
      const hold = () => {
        isHeld = true;
        return async () => {
          isHeld = false;
          for (const request of held.splice(0)) await request.continue();
        };
      };
      await use(page, { asked, hold });
      none(complaints);
    } finally {
      await browser.close();
    }
  };
  const quiet = (page) => page.evaluate(() => new Promise((later) => setTimeout(later, 600)));

  test('not while the reader is at the beginning of the page; as soon as the checklist comes near', () =>
    on(async (page, { asked }) => {
      await page.goto(server.base + CASE);
      await quiet(page);
      assert.deepEqual(asked, []);
      assert.equal(await page.$eval('[data-select]', (button) => button.offsetWidth > 0), true, 'the case can be chosen');
      await live(page);
      assert.ok(asked.length > 5, `${asked}`);
    }));

  test('at once where a plan is kept', () =>
    on(async (page, { asked }) => {
      await page.goto(server.base + CASE);
      await live(page);
      await keep(page);
      asked.splice(0);
      await page.goto(server.base + OTHER);
      await until(page, () => document.querySelector('#teil-pruefliste').classList.contains('live'));
      assert.ok(asked.length > 5, `${asked}`);
      await forget(page);
    }));

  test('a case is chosen with the first click, however late they come', () =>
    on(async (page, { hold }) => {
      const release = hold();
      await page.goto(server.base + CASE);
      await page.click('[data-select]');
      await release();
      await until(page, () => document.querySelector('[data-select]').ariaPressed === 'true');
    }));

  test('what a reader answers before they have come stays', () =>
    on(async (page, { hold }) => {
      const release = hold();
      await page.goto(server.base + CASE);
      const id = await itemOf(page, 'requirement');
      await click(page, radio(id, 'missing'));
      await click(page, radio(id, 'present'));
      await write(page, id, 'note', 'Wer macht das?');
      await release();
      await live(page);
      assert.ok(await page.$eval(radio(id, 'present'), ({ checked }) => checked));
      assert.equal(await page.$eval(`#${id} [data-field="note"]`, ({ value }) => value), 'Wer macht das?');
      assert.equal(await page.$eval('[data-select]', ({ ariaPressed }) => ariaPressed), 'true', 'its case is on the list');
      assert.match(await words(page, `.dimension:has(#${id}) .standing`), /1 geklärt/);
    }));
});

test('what takes a plan along comes with the first click; where it does not come, the page says so and asks again', async () => {
  const browser = await launch('chromium');
  try {
    const { page, requests } = await openPage(browser);
    const asked = () => requests.filter((address) => /plan-(csv|odt|transfer)\.js$/.test(address)).length;
    await page.goto(`${server.base}${LIST}?faelle=stellenboerse-vogtland`);
    await until(page, () => document.querySelector('#plan-punkte .item'));
    assert.equal(asked(), 0);
    let isDown = true;
    await page.setRequestInterception(true);
    page.on('request', (request) => (isDown && request.url().endsWith('/plan-odt.js') ? request.abort() : request.continue()));
    await click(page, '[data-take="link"]');
    await until(page, () => /ließ sich nicht laden/.test(document.getElementById('plan-problem').textContent));
    isDown = false;
    await click(page, '[data-take="link"]');
    await until(page, () => !document.getElementById('plan-link').hidden);
    assert.ok(await page.$eval('#plan-problem', ({ hidden }) => hidden));
    const before_ = asked();
    await click(page, '[data-take="csv"]');
    assert.equal(asked(), before_, 'once is enough');
  } finally {
    await browser.close();
  }
});

test('a handbook of another name keeps apart, and so does another page that speaks to the frame', async () => {
  const browser = await launch('chromium');
  try {
    const { page } = await openPage(browser);
    await page.goto(site.address(CASE));
    await live(page);
    await click(page, radio(await itemOf(page, 'requirement'), 'missing'));
    await keep(page);
    // Somebody who does not know the number gets no answer from the frame.
    const answered = await page.evaluate(() => new Promise((done) => {
      addEventListener('message', ({ data }) => data.id === 'fremd' && done(true));
      frames[0].postMessage({ action: 'get', nonce: 'geraten', key: 'praxis-plan.gute-praxis', id: 'fremd' }, '*');
      setTimeout(() => done(false), 500);
    }));
    assert.equal(answered, false);

    const copy = join(folder, 'Zweites Handbuch');
    await cp(site.folder, copy, { recursive: true });
    const index = join(copy, 'daten/pruefpunkte/index.js');
    await writeFile(index, (await readFile(index, 'utf8')).replace('"key":"gute-praxis"', '"key":"anderes"'));
    const other = await browser.newPage();
    await other.goto(pathToFileURL(join(copy, CASE)).href);
    await live(other);
    assert.equal(await other.$('.item input:checked'), null);
    assert.match(await words(other, '#plan-behalten [data-state]'), /Nichts ist gespeichert/);
  } finally {
    await browser.close();
  }
});

test('choosing among many cases loads their places, and the items of the chosen ones alone', async () => {
  const root = await copyWithManyCases(90);
  const many = await buildSite({ root });
  const browser = await launch('chromium');
  try {
    const { page, complaints, requests } = await openPage(browser);
    const loaded = () => requests.flatMap((address) => /pruefpunkte\/(\w+)\.js$/.exec(address)?.[1] ?? []).sort();
    await page.goto(many.address('praxis/index.html'));
    await follow(page, 'a[href$="merkliste.html#plan-profil"]');
    await live(page);
    assert.ok(await page.$eval('#plan-profil details', (details) => details.open), 'the three questions are open');
    await page.select('#plan-profil select[name="state"]', 'thueringen');
    await click(page, '#plan-profil input[value="laendlich-duenn"]');
    await until(page, () => /Job-Event Wartburgkreis/.test(document.querySelector('#plan-aehnlich li')?.textContent));
    assert.match(await words(page, '#plan-aehnlich li'), /Aufwand: nicht genannt.*gleiches Land: Thüringen.*gleicher Siedlungstyp/s);
    assert.deepEqual(loaded(), ['index', 'rahmen']);

    const efforts = () => page.$$eval('#plan-aehnlich [data-effort]', (all) => all.map(({ textContent }) => textContent));
    assert.notEqual((await efforts())[0], 'gering');
    await page.select('#plan-aehnlich select', 'effort');
    await until(page, () => document.querySelector('#plan-aehnlich [data-effort]').textContent === 'gering');
    const known = ['gering', 'überschaubar', 'in Stufen wählbar', 'erheblich', 'nicht genannt'];
    const places = (await efforts()).map((effort) => known.indexOf(effort));
    assert.deepEqual(places, [...places].sort(), 'where the source names none comes last');
    await page.select('#plan-aehnlich select', '');
    await until(page, () => /Job-Event Wartburgkreis/.test(document.querySelector('#plan-aehnlich li')?.textContent));

    await page.focus('#plan-aehnlich li button');
    await page.keyboard.press('Enter');
    await until(page, () => document.querySelector('#plan-punkte .item'));
    assert.equal(await page.evaluate(() => document.activeElement.dataset.slug), 'job-event-wartburgkreis', 'the focus stays');
    assert.equal(await page.evaluate(() => document.activeElement.getAttribute('aria-pressed')), 'true');
    assert.equal(loaded().length, 3, `${loaded()}`);
    await click(page, '#plan-aehnlich [data-more]');
    await until(page, () => document.querySelectorAll('#plan-aehnlich li.similar').length === 40);
    assert.equal(loaded().length, 3, `${loaded()}`);
    none(complaints);
  } finally {
    await browser.close();
    await many.remove();
    await rm(root, { recursive: true, force: true });
  }
});

describe('on paper', () => {
  let browser;
  before(async () => {
    browser = await launch('chromium');
  });
  after(() => browser?.close());

  const print = async (page, name) => {
    const path = join(folder, `${name}.pdf`);
    await page.pdf({ path, format: 'A4', preferCSSPageSize: true });
    const { stdout } = await run('pdftotext', ['-layout', '-enc', 'UTF-8', path, '-']);
    return stdout.split('\f').slice(0, -1);
  };
  const open = async (path) => {
    const { page } = await openPage(browser);
    await page.evaluateOnNewDocument(() => { globalThis.print = () => {}; });
    await page.goto(site.address(path));
    await live(page);
    return page;
  };

  test('every checklist, filled in, fits on two sheets and says what was answered', async () => {
    const problems = [];
    for (const { slug } of cases.filter((each) => each.checklist?.length)) {
      const page = await open(`praxis/${slug}.html`);
      await page.evaluate(() => {
        for (const item of document.querySelectorAll('.checklist .item')) {
          item.querySelectorAll('input[type=radio]')[1]?.click();
          for (const [field, value] of [['note', 'Mit dem Arbeitgeber-Service besprechen; Räume im Bürgerhaus anfragen.'], ['role', 'Teamleitung Markt und Integration'], ['due', '2026-12-15']]) {
            const control = item.querySelector(`[data-field=${field}]`);
            control.value = value;
            control.dispatchEvent(new Event('input', { bubbles: true }));
          }
        }
      });
      await click(page, 'button[data-print="pruefliste"]');
      const sheets = await print(page, `ausgefuellt-${slug}`);
      const text = sheets.join(' ').replace(/\s+/g, ' ');
      const wanted = (await items(page)).length;
      if (sheets.length > 2) problems.push(`${slug}: ${wanted} items on ${sheets.length} sheets`);
      const dates = text.match(/15\. Dezember|15\. De/g)?.length;
      if (dates !== wanted) problems.push(`${slug}: ${dates} of ${wanted} dates`);
      const crosses = text.match(/×/g)?.length ?? 0;
      const answers = await page.$$eval('.item input:checked', (all) => all.length);
      if (crosses !== answers) problems.push(`${slug}: ${crosses} crosses for ${answers} answers`);
      await page.close();
    }
    none(problems);
  });

  test('the joint plan has its heading, and no point is torn in two', async () => {
    const page = await open(LIST);
    const chosen = ['stellenboerse-vogtland', 'bewerbertage-augsburg', 'stufenweise-qualifizierung-rheinland-pfalz'];
    const plan = saved({
      institution: 'Jobcenter Köln',
      date: '2026-12-01',
      cases: chosen.map((slug) => ({ slug, title: '' })),
      answers: chosen.flatMap((slug) => ids(slug).map((id) => entry(id, { case: slug, answer: '', note: `Anfang-${id}`, role: `Ende-${id}`, text: '', changed: NOON }))),
    });
    await (await page.$('#plan-datei')).uploadFile(await planFile('drucken.json', plan));
    await until(page, () => document.querySelector('#plan-punkte .item'));
    await click(page, '#plan-filter input[value="all"]');
    const printed = await print(page, 'plan');
    assert.match(printed[0], /Jobcenter Köln .* 1\. Dezember 2026$/m, 'in one line');
    const sheets = printed.map((sheet) => sheet.replace(/[-\s]+/g, ''));
    assert.match(sheets[0], /Merklisteundgemeinsamer.*JobcenterKöln.*1\.Dezember2026/);
    assert.ok(sheets.length > 1);
    const text = (id) => cases.flatMap((each) => each.checklist ?? []).find((each) => each.id === id).text.replace(/[-\s]+/g, '').slice(0, 20);
    const problems = chosen.flatMap(ids).filter((id) => !sheets.some((sheet) => sheet.includes(text(id)) && sheet.includes(`Anfang${id.replaceAll('-', '')}`)));
    none(problems.map((id) => `${id}: torn or missing`));
    for (const unwanted of ['Alsdateispeichern', 'Linkerstellen', 'Ähnlichheißt', 'EigenenPunkt', 'AufdiesemGerät']) assert.ok(!sheets.join('').includes(unwanted), unwanted);
    await page.close();
  });

  test('without scripts, what was filled in is printed, and the rest has lines to write on', async () => {
    const { page } = await openPage(browser);
    await page.setJavaScriptEnabled(false);
    await page.goto(site.address(CASE));
    await page.click('.kind-requirement .answer:nth-child(2)');
    await page.click('.kind-requirement .more summary');
    await page.type('.kind-requirement textarea', 'ohne Skript notiert');
    const text = (await print(page, 'ohne-skript')).join('');
    assert.match(text, /×/);
    assert.match(text, /ohne Skript notiert/);
    assert.ok(text.match(/zuständige Rolle/g).length >= ids('stellenboerse-vogtland').length);
    await page.close();
  });
});
