// What a page costs a reader: node pages.mjs --site PUBLIC [--rounds N] [--no-lighthouse]
//
// Weight, and the first contentful paint from the disk in Chromium, whose processor is slowed down four times: the median of N
// rounds, each in a tab of its own, the pages in turns. Then Lighthouse over HTTP, offline. Prints JSON.
import { createServer } from "node:http";
import { readFile } from "node:fs/promises";
import { extname, join, posix, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import puppeteer from "puppeteer-core";

const { values: options } = parseArgs({
  options: {
    site: { type: "string" },
    rounds: { type: "string", default: "9" },
    chromium: { type: "string", default: process.env.CHROMIUM ?? "/usr/bin/chromium" },
    "no-lighthouse": { type: "boolean", default: false },
  },
});
const SLOWER = 4;
const ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];
const TYPES = { ".html": "text/html; charset=utf-8", ".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml", ".gz": "application/gzip", ".json": "application/json" };
const CATEGORIES = ["performance", "accessibility", "best-practices"];

const site = resolve(options.site);
const pages = { start: "index.html", list: "praxis/index.html", case: await heaviestCase() };

/** The case with the largest page. */
async function heaviestCase() {
  const { cases } = JSON.parse(await readFile(join(site, "daten/faelle.json"), "utf8"));
  const sizes = await Promise.all(cases.map(async ({ slug }) => [`praxis/${slug}.html`, (await readFile(join(site, `praxis/${slug}.html`))).length]));
  return sizes.sort(([, left], [, right]) => right - left)[0][0];
}

/** Bytes of a page, and of the style sheets and scripts that it names. */
async function weigh(path) {
  const html = await readFile(join(site, path), "utf8");
  const sum = async (pattern) => {
    const files = [...html.matchAll(pattern)].map(([, address]) => join(site, posix.join(posix.dirname(path), address)));
    return (await Promise.all(files.map(async (file) => (await readFile(file)).length))).reduce((left, right) => left + right, 0);
  };
  return {
    html: Buffer.byteLength(html),
    style: await sum(/<link rel="stylesheet" href="([^"]+)"/g),
    script: await sum(/<script src="([^"]+)"/g),
  };
}

async function firstPaint(browser, address) {
  const page = await browser.newPage();
  await page.emulateCPUThrottling(SLOWER);
  await page.goto(address);
  const paint = await page.evaluate(
    () =>
      new Promise((done) => {
        new PerformanceObserver((list) => {
          for (const entry of list.getEntries()) if (entry.name === "first-contentful-paint") done(entry.startTime);
        }).observe({ type: "paint", buffered: true });
      }),
  );
  await page.close();
  return paint;
}

async function served(use) {
  const server = createServer(async (request, response) => {
    const path = decodeURIComponent(new URL(request.url, "http://localhost").pathname);
    try {
      const body = await readFile(join(site, posix.normalize(path)));
      response.setHeader("content-type", TYPES[extname(path)] ?? "application/octet-stream");
      response.end(body);
    } catch {
      response.writeHead(404).end();
    }
  }).listen(0, "127.0.0.1");
  await new Promise((ready) => server.once("listening", ready));
  try {
    return await use(`http://127.0.0.1:${server.address().port}/`);
  } finally {
    server.close();
  }
}

async function lighthouseScores(browser, address) {
  const { default: lighthouse } = await import("lighthouse");
  const { lhr } = await lighthouse(address, { port: Number(new URL(browser.wsEndpoint()).port), onlyCategories: CATEGORIES, logLevel: "error" });
  const scores = Object.fromEntries(CATEGORIES.map((name) => [name, lhr.categories[name].score]));
  const lost = CATEGORIES.flatMap((name) => lhr.categories[name].auditRefs.filter(({ id, weight }) => weight > 0 && lhr.audits[id].score !== null && lhr.audits[id].score < 0.9).map(({ id }) => id));
  return { scores, lost };
}

const measured = Object.fromEntries(await Promise.all(Object.entries(pages).map(async ([name, path]) => [name, { path, weight: await weigh(path), paints: [] }])));
const browser = await puppeteer.launch({ executablePath: options.chromium, args: ARGUMENTS });
try {
  for (let round = -1; round < Number(options.rounds); round += 1) {
    for (const { path, paints } of Object.values(measured)) {
      const paint = await firstPaint(browser, pathToFileURL(join(site, path)).href);
      // The first round warms the browser up.
      if (round >= 0) paints.push(Number(paint.toFixed(1)));
    }
  }
  if (!options["no-lighthouse"]) {
    await served(async (base) => {
      for (const page of Object.values(measured)) page.lighthouse = await lighthouseScores(browser, base + page.path);
    });
  }
} finally {
  await browser.close();
}
console.log(JSON.stringify(measured));
