// How long the search in the browser takes: node latency.mjs --site PUBLIC [--queries FILE]... [--rounds N]
//
// Opens the list of cases of a built site from the disk in Chromium (a fresh profile each round), loads engine and index as
// the page does, and asks queries. Prints milliseconds: until the engine is ready, until the first answer, and the answers
// of all queries as median, 95th percentile and longest, after the texts for extracts have come. A query counts from the call
// in the page to its promise, so the
// way to the worker and back is part of it. Queries: those of the files, their beginnings as they are typed, and facets.
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import puppeteer from 'puppeteer-core';

const { values } = parseArgs({
  options: {
    site: { type: 'string' },
    queries: { type: 'string', multiple: true, default: ['../../eval/queries.tsv'] },
    rounds: { type: 'string', default: '5' },
    chromium: { type: 'string', default: process.env.CHROMIUM ?? '/usr/bin/chromium' },
  },
});
const page_url = pathToFileURL(resolve(values.site, 'praxis/index.html')).href;

const texts = values.queries
  .flatMap((file) => readFileSync(file, 'utf8').split('\n'))
  .filter((line) => line && !line.startsWith('#'))
  .map((line) => line.split('\t')[0]);
const typed = texts.filter((_, index) => index % 4 === 0).map((text) => text.slice(0, 5));
const filtered = ['', 'Beratung'].flatMap((text) => [
  { text, filters: { state: ['bayern'] } },
  { text, filters: { state: ['bayern', 'sachsen'], 'legal-scope': ['sgb-ii'] }, sort: 'title' },
  { text, sort: 'newest', offset: 40 },
]);
const queries = [...texts, ...typed].map((text) => ({ text })).concat(filtered);

const percentile = (sorted, share) => sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)];
const shown = (number) => number.toFixed(1).padStart(8);
console.log(`${queries.length} queries a round\n   ready    first   median      p95  longest`);
for (let round = 0; round < Number(values.rounds); round += 1) {
  const browser = await puppeteer.launch({
    executablePath: values.chromium,
    args: ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
  });
  const page = await browser.newPage();
  await page.goto(page_url);
  const { ready, first, all, found } = await page.evaluate(async (asked) => {
    const begun = performance.now();
    await HandbookField.open();
    const opened = performance.now();
    const texts = new Promise((resolve) => HandbookSearch.onTexts(resolve));
    await HandbookSearch.search({ limit: 20, completions: 4, ...asked[0] });
    const answered = performance.now();
    // Loaded last, and one of a kind: it would stand among the slowest queries.
    await texts;
    const times = [];
    let hits = 0;
    for (const query of asked) {
      const before = performance.now();
      const results = await HandbookSearch.search({ limit: 20, completions: 4, ...query });
      times.push(performance.now() - before);
      hits += results.hits.length;
    }
    return { ready: opened - begun, first: answered - begun, all: times, found: hits };
  }, queries);
  await browser.close();
  if (found === 0) throw new Error('no query found anything');
  const sorted = all.toSorted((left, right) => left - right);
  console.log([ready, first, percentile(sorted, 0.5), percentile(sorted, 0.95), sorted.at(-1)].map(shown).join(' '));
}
