// Compares computed styles of two builds, element by element.
import { pathToFileURL } from 'node:url';
import { existsSync, readdirSync } from 'node:fs';
import puppeteer from 'puppeteer-core';
const browser = await puppeteer.launch({ executablePath: process.env.CHROMIUM, args: ['--no-sandbox', '--disable-gpu', '--allow-file-access-from-files'] });
const A = '/tmp/bench/site-before', B = '/tmp/bench/site-after';
const pages = ['index.html','praxis/index.html','praxis/netzwerk-halle.html','praxis/stufenweise-qualifizierung-rheinland-pfalz.html','themen/index.html','themen/netzwerke.html','regionen/index.html','regionen/sachsen.html','zielgruppen/gefluechtete.html','transfer.html','vergleich.html','merkliste.html','glossar.html','literatur.html','druck.html','luecken.html','neu.html','ueber.html','404.html','offline.html'].filter((p) => existsSync(A + '/' + p));
console.log(pages.length, 'pages');
const page = await browser.newPage();
const snap = () => page.evaluate(() => [...document.body.querySelectorAll('*')].filter((e) => !['SCRIPT','LINK','TEMPLATE'].includes(e.tagName)).map((e) => {
  const of = (pseudo) => { const s = getComputedStyle(e, pseudo); let t = ''; if (pseudo && s.content === 'none') return ''; for (const p of s) t += p + ':' + s.getPropertyValue(p) + ';'; return t; };
  return [e.tagName + '.' + e.className + '#' + e.id, of(), of('::before'), of('::after')];
}));
const modes = [
  [1280, 'screen', []], [320, 'screen', []], [1280, 'print', []],
  [1000, 'screen', [{ name: 'forced-colors', value: 'active' }, { name: 'prefers-contrast', value: 'more' }]],
];
let bad = 0;
for (const path of pages) for (const [width, media, features] of modes) {
  await page.setViewport({ width, height: 900 });
  await page.emulateMediaType(media);
  await page.emulateMediaFeatures(features).catch(() => {});
  const got = [];
  for (const site of [A, B]) {
    await page.goto(pathToFileURL(`${site}/${path}`).href);
    await page.evaluate(() => new Promise((r) => setTimeout(r, 250)));
    if (await page.$('[data-live]')) await page.waitForFunction(() => document.querySelector('[data-live]').hidden === false);
    for (const d of await page.$$('details')) await d.evaluate((e) => { e.open = true; });
    got.push(await snap());
  }
  const [x, y] = got;
  if (x.length !== y.length) { console.log(path, width, media, 'elements', x.length, y.length); bad++; }
  let shown = 0;
  x.forEach((e, i) => { if (!y[i]) return; for (const j of [1, 2, 3]) if (e[j] !== y[i][j] && shown++ < 3) { bad++; const a = e[j].split(';'), b = y[i][j].split(';'); console.log(path, width, media, JSON.stringify(features[0]?.name ?? ''), e[0], j, a.filter((v, k) => v !== b[k]).slice(0, 4).join('; '), '=>', b.filter((v, k) => v !== a[k]).slice(0, 4).join('; ')); } });
}
console.log('differences', bad);
await browser.close();
