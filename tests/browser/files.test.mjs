// What can be told from the files alone: addresses, names, markup, data, size.
import assert from 'node:assert/strict';
import { readFile, readdir, rm } from 'node:fs/promises';
import { join, posix } from 'node:path';
import { after, before, describe, test } from 'node:test';
import Ajv2020 from 'ajv/dist/2020.js';
import { HtmlValidate } from 'html-validate';
import rules from './htmlvalidate.mjs';
import { addresses, brokenLinks, elements } from './lib/html.mjs';
import { none } from './lib/none.mjs';
import { FORMER, REPOSITORY, buildSite, copyWithFormerAddress } from './lib/site.mjs';
import { TEMPLATES } from './lib/templates.mjs';

const BASE_URL = 'https://handbuch.example.org/amt/praxis/';
const KILOBYTE = 1024;
/** What a page may weigh before a reader does anything. */
const KILOBYTES = { page: 60, style: 40, script: 25 };
/** The page on which plans are made is a program of its own. */
const PLANNER = 'merkliste.html';
const PLANNER_KILOBYTES = { style: 44, script: 78 };
const CSP =
  "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data:; connect-src 'self'; " +
  "worker-src 'self' blob:; frame-src 'self'; form-action 'self'; base-uri 'none'";

for (const [kind, baseUrl] of [
  ['without an address', undefined],
  ['with a former address, published at an address', BASE_URL],
]) {
  describe(`the handbook ${kind}`, () => {
    let root;
    let site;
    /** Elements by path. */
    const pages = new Map();
    /** Pages proper: all but those that only lead to another. */
    let proper;

    before(async () => {
      if (baseUrl) root = await copyWithFormerAddress();
      site = await buildSite({ root: root ?? REPOSITORY, baseUrl });
      for (const path of site.pages) pages.set(path, elements(await site.text(path)));
      proper = [...pages].filter(([, all]) => !all.some(({ attributes }) => attributes['http-equiv'] === 'refresh'));
    });
    after(async () => {
      await site?.remove();
      if (root) await rm(root, { recursive: true, force: true });
    });

    const problemsOf = (look) => proper.flatMap(([path, all]) => [look(path, all) ?? []].flat().map((problem) => `${path}: ${problem}`));
    const named = (all, name) => all.filter((element) => element.name === name);
    const meta = (all, key, value) => named(all, 'meta').find(({ attributes }) => attributes[key] === value)?.attributes.content;

    test('every link leads to a file, and every fragment to a place in it', () => {
      assert.ok(pages.size > 100, `${pages.size} pages`);
      none(brokenLinks(pages, new Set(site.files), baseUrl ?? site.base));
    });

    test('styles and data name only files that exist', async () => {
      const problems = [];
      const files = new Set(site.files);
      for (const path of site.files.filter((name) => name.endsWith('.css'))) {
        for (const [, address] of (await site.text(path)).matchAll(/url\(\s*["']?([^"')]*)/g)) {
          const target = new URL(address, site.base + path);
          const known = target.protocol === 'data:' || files.has(decodeURIComponent(target.href.slice(site.base.length)));
          if (!known) problems.push(`${path}: ${address}`);
        }
      }
      for (const { slug, page } of await site.cases()) {
        if (!files.has(`daten/${page}`.replace('daten/../', ''))) problems.push(`${slug}: ${page}`);
      }
      none(problems);
    });

    test('no script that a browser refuses on file://, nothing from other hosts', async () => {
      const problems = [];
      for (const path of site.files.filter((name) => /\.(js|css|svg)$/.test(name))) {
        const text = await site.text(path);
        for (const [wrong] of text.matchAll(/\bimport\s*\(|^\s*import\s|\beval\s*\(|new Function\b|@import\b|sourceMappingURL/gm)) {
          problems.push(`${path}: ${wrong}`);
        }
        // Names of XML vocabularies look like addresses; nobody calls them.
        for (const [address] of text.replace(/http:\/\/(www\.w3\.org|purl\.org\/dc)\//g, '').matchAll(/https?:\/\/[^\s"')]*/g)) problems.push(`${path}: ${address}`);
      }
      for (const [path, all] of pages) {
        for (const { name, attributes } of all) {
          if (name === 'script' && attributes.type === 'module') problems.push(`${path}: script of type module`);
          if ('integrity' in attributes || 'crossorigin' in attributes) problems.push(`${path}: <${name}> with integrity or crossorigin`);
          if (['iframe', 'object', 'embed', 'base'].includes(name)) problems.push(`${path}: <${name}>`);
        }
        for (const { element, attributes, address } of addresses(all)) {
          if (element !== 'a' && attributes.rel !== 'canonical' && /^(https?:)?\/\//.test(address) && !(baseUrl && address.startsWith(baseUrl))) {
            problems.push(`${path}: <${element}> ${address}`);
          }
        }
      }
      none(problems);
    });

    test('every page has the content security policy, and nothing inline', () => {
      none(
        problemsOf((path, all) => {
          const problems = [];
          const policy = meta(all, 'http-equiv', 'Content-Security-Policy');
          if (policy !== CSP) problems.push(`policy ${policy}`);
          if (meta(all, 'name', 'referrer') !== 'no-referrer') problems.push('referrer');
          const first = all.findIndex(({ attributes }) => attributes['http-equiv'] === 'Content-Security-Policy');
          if (all.slice(0, first).some(({ name }) => ['script', 'link', 'style', 'img'].includes(name))) problems.push('policy comes too late');
          for (const { name, attributes, text } of all) {
            if (name === 'style') problems.push('<style>');
            if (name === 'script' && !attributes.src && attributes.type !== 'application/ld+json') problems.push(`inline script ${text().slice(0, 40)}`);
            for (const key of Object.keys(attributes)) {
              if (key === 'style' || /^on[a-z]+$/.test(key)) problems.push(`<${name} ${key}>`);
            }
          }
          return problems;
        }),
      );
    });

    test('redirects have a policy, too', () => {
      for (const [, all] of pages) assert.match(meta(all, 'http-equiv', 'Content-Security-Policy') ?? '', /^default-src 'none'/);
      assert.equal(pages.has(`praxis/${FORMER.slug}.html`), Boolean(root));
      assert.equal(pages.size - proper.length, root ? 1 : 0);
    });

    test('every page names its icon, or browsers look for one at the root of the host', () => {
      none([...pages].filter(([, all]) => !named(all, 'link').some(({ attributes }) => attributes.rel === 'icon')).map(([path]) => path));
    });

    test('names are plain, short, and differ by more than case', () => {
      const problems = site.files.filter((path) => !/^[a-z0-9][a-z0-9._-]*(\/[a-z0-9][a-z0-9._-]*)*$/.test(path) && path !== '.praxis-files');
      problems.push(...site.files.filter((path) => path.length >= 120));
      const lower = site.files.map((path) => path.toLowerCase());
      problems.push(...lower.filter((path, index) => lower.indexOf(path) !== index));
      none(problems);
    });

    test('nothing is published that is not meant to be', () => {
      const known = /\.(html|css|js|svg|png|jpg|jpeg|webp|pdf|json|csv|txt|xml)$|^suche\/(engine|index|texts)\.gz$|^\.praxis-files$/;
      none(site.files.filter((path) => !known.test(path)));
    });

    test('html-validate has nothing to say', async () => {
      const validator = new HtmlValidate(rules);
      const problems = [];
      for (const path of site.pages) {
        const report = await validator.validateString(await site.text(path), path);
        for (const { messages } of report.results) {
          problems.push(...messages.map((message) => `${path}:${message.line}:${message.column} ${message.ruleId}: ${message.message}`));
        }
      }
      none(problems);
    });

    test('one h1 a page; titles differ and name the handbook', () => {
      const titles = new Map();
      const problems = problemsOf((path, all) => {
        const wrong = [];
        const title = named(all, 'title')[0]?.text() ?? '';
        if (titles.has(title)) wrong.push(`same title as ${titles.get(title)}: ${title}`);
        titles.set(title, path);
        if (path !== 'index.html' && !/\S – Gute Praxis$/.test(title)) wrong.push(`title ${title}`);
        if (named(all, 'h1').length !== 1) wrong.push(`${named(all, 'h1').length} h1`);
        if (named(all, 'html')[0].attributes.lang !== 'de') wrong.push('language');
        if (!(meta(all, 'name', 'description') ?? '').trim()) wrong.push('no description');
        return wrong;
      });
      none(problems);
    });

    test('tables say what they are', () => {
      none(
        problemsOf((path, all) => {
          const tables = named(all, 'table').length;
          const captions = named(all, 'caption').filter((caption) => caption.text().trim()).length;
          const regions = all.filter(({ attributes }) => attributes.class?.includes('table-scroll') && attributes['aria-label']).length;
          const loose = named(all, 'th').filter(({ attributes, text }) => text().trim() && !attributes.scope);
          // A table in a text has no caption of its own, but stands in a named region.
          return [tables > captions + regions ? `${tables} tables, ${captions} captions, ${regions} regions` : [], loose.map(() => 'th without scope')].flat();
        }),
      );
    });

    test('the duties of a public body are one click away on every page', () => {
      none(
        problemsOf((path, all) => {
          const links = named(all, 'a').map(({ attributes }) => attributes.href ?? '');
          const wanted = ['impressum.html', 'datenschutz.html', 'barrierefreiheit.html', 'leichte-sprache.html'];
          const missing = wanted.filter((page) => !links.some((href) => href.endsWith(page)));
          if (!links.some((href) => href.startsWith('mailto:'))) missing.push('feedback');
          return missing;
        }),
      );
    });

    test('links to the web are told from links inside, and give nothing away', () => {
      none(
        problemsOf((path, all) =>
          named(all, 'a')
            .filter(({ attributes }) => /^https:/.test(attributes.href ?? '') && !(baseUrl && attributes.href.startsWith(baseUrl)))
            .filter(({ attributes }) => !/\bnoopener\b/.test(attributes.rel ?? '') || !/\bexternal\b/.test(`${attributes.class} ${attributes.rel}`))
            .map(({ attributes }) => attributes.href),
        ),
      );
    });

    test('the imprint names the law in force', async () => {
      const imprint = await site.text('impressum.html');
      assert.match(imprint, /§\s*5\s+DDG|DDG[^.]*§\s*5|§\s*5[^.]*Digitale-Dienste-Gesetz/);
      assert.match(imprint, /§\s*18\b[^.]*(MStV|Medienstaatsvertrag)/);
      assert.doesNotMatch(imprint, /\b(TMG|RStV|Telemediengesetz)\b/);
    });

    test('JSON-LD can be read and speaks schema.org', () => {
      let count = 0;
      none(
        problemsOf((path, all) =>
          named(all, 'script')
            .filter(({ attributes }) => attributes.type === 'application/ld+json')
            .flatMap(({ text }) => {
              count += 1;
              try {
                const data = JSON.parse(text());
                const wrong = emptyValues(data).map((place) => `empty ${place}`);
                if (!/^https:\/\/schema\.org\/?$/.test(data['@context'])) wrong.push(`@context ${data['@context']}`);
                if (!data['@type'] && !data['@graph']) wrong.push('no @type');
                return wrong;
              } catch (error) {
                return [error.message];
              }
            }),
        ),
      );
      assert.ok(count > 0, 'there is none at all');
    });

    test('the data keep to their schema', async () => {
      const schema = JSON.parse(await site.text('daten/faelle.schema.json'));
      const data = JSON.parse(await site.text('daten/faelle.json'));
      const ajv = new Ajv2020({ allErrors: true, strict: true, formats: { double: true, uint8: true, uint32: true } });
      ajv.validate(schema, data);
      none((ajv.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`));
      assert.equal(data.$schema, 'faelle.schema.json');
      const pagesOfCases = site.pages.filter((path) => /^praxis\/(?!index)[^/]+\.html$/.test(path));
      assert.ok(data.cases.length > 0 && data.cases.length <= pagesOfCases.length, 'every case has a page');
    });

    test('the table for spreadsheets has a row for every case', async () => {
      const bytes = await site.bytes('daten/faelle.csv');
      const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: false }).decode(bytes);
      const [header, ...rows] = records(text);
      const cases = await site.cases();
      assert.equal(rows.length, cases.length);
      for (const row of rows) assert.equal(row.length, header.length, row[0]);
      const description = JSON.parse(await site.text('daten/faelle.csv-metadata.json'));
      const columns = description.tableSchema.columns.map((column) => [column.titles].flat()[0] ?? column.name);
      assert.deepEqual(header, columns);
    });

    test('pages keep within their weight', async () => {
      const size = async (path) => (await site.bytes(path)).length;
      const sum = async (paths) => (await Promise.all(paths.map(size))).reduce((left, right) => left + right, 0);
      const faults = [];
      for (const path of site.pages) {
        const html = await site.text(path);
        const under = (address) =>
          address.startsWith('/') ? address.slice(new URL(BASE_URL).pathname.length) : posix.join(posix.dirname(path), address);
        const named = (pattern) => [...html.matchAll(pattern)].map(([, address]) => under(address));
        // What is loaded later, because a reader searches or comes near a checklist, is not counted.
        const weights = {
          style: await sum(named(/<link rel="stylesheet" href="([^"]+)"/g)),
          script: await sum(named(/<script src="([^"]+)"/g)),
          ...(/^praxis\/(?!index|seite-)/.test(path) && { page: await size(path) }),
        };
        const budgets = path === PLANNER ? PLANNER_KILOBYTES : KILOBYTES;
        for (const [what, bytes] of Object.entries(weights)) {
          if (bytes > budgets[what] * KILOBYTE) faults.push(`${path}: ${what} ${bytes} bytes, budget ${budgets[what]} KB`);
        }
      }
      none(faults);
      assert.ok((await sum(site.files.filter((path) => /^assets\/plan-[^/]+\.js$/.test(path)))) < 80 * KILOBYTE, 'scripts of plans');
    });
  });
}

test('every template of a page is looked at by the other tests', async () => {
  const folder = join(REPOSITORY, 'themes/handbuch/templates');
  const templates = [];
  for (const name of await readdir(folder)) {
    const text = await readFile(join(folder, name), 'utf8');
    // Others are parts of pages.
    if (/\{%-?\s*extends/.test(text) || name === 'redirect.html') templates.push(name);
  }
  assert.deepEqual(Object.keys(TEMPLATES).sort(), templates.sort(), 'name a page for every template in lib/templates.mjs');
});

/** Places in a JSON value where nothing stands. */
function emptyValues(value, place = '') {
  if (value === null || value === '' || value === undefined) return [place];
  if (Array.isArray(value)) return value.length ? value.flatMap((entry, index) => emptyValues(entry, `${place}/${index}`)) : [place];
  return typeof value === 'object' ? Object.entries(value).flatMap(([key, entry]) => emptyValues(entry, `${place}/${key}`)) : [];
}

/** Rows of a table with semicolons, as RFC 4180 quotes them. */
function records(text) {
  const rows = [[]];
  const cell = /("(?:[^"]|"")*"|[^;\r\n]*)(;|\r?\n|$)/gy;
  while (cell.lastIndex < text.length) {
    const [, raw, end] = cell.exec(text);
    rows.at(-1).push(raw.startsWith('"') ? raw.slice(1, -1).replaceAll('""', '"') : raw);
    if (end !== ';' && cell.lastIndex < text.length) rows.push([]);
  }
  return rows;
}
