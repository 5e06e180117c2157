// What only a published handbook has: the 404 page at any depth, the sitemap, robots.txt, redirects of former addresses.
import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import { after, before, describe, test } from 'node:test';
import { BROWSERS, launch, openPage, until } from './lib/browsers.mjs';
import { none } from './lib/none.mjs';
import { serve } from './lib/server.mjs';
import { FORMER, buildSite, copyWithFormerAddress } from './lib/site.mjs';

let root;
let site;
let server;
before(async () => {
  root = await copyWithFormerAddress();
  server = await serve();
  site = await buildSite({ root, baseUrl: server.base });
  server.show(site.folder);
});
after(async () => {
  await server?.stop();
  await site?.remove();
  if (root) await rm(root, { recursive: true, force: true });
});

for (const name of BROWSERS) {
  describe(`a published handbook in ${name}`, () => {
    let browser;
    before(async () => {
      browser = await launch(name);
    });
    after(() => browser?.close());

    test('the 404 page works at a deep address', async () => {
      const { page, complaints } = await openPage(browser);
      const deep = `${server.base}praxis/vogtland/2025/gibt-es-nicht.html`;
      const response = await page.goto(deep);
      assert.equal(response.status(), 404);
      const { links, headers, violations } = await page.evaluate(() => ({
        links: [...document.links].map((link) => link.href),
        headers: document.styleSheets.length,
        violations: globalThis.violations,
      }));
      // The one complaint is about the address itself.
      none([...complaints, ...violations].filter((complaint) => !complaint.includes('404') || !/status 404: .*gibt-es-nicht|Failed to load resource/.test(complaint)));
      assert.ok(headers >= 1, 'has a style sheet');
      const problems = [];
      for (const link of new Set(links.map((address) => address.replace(/#.*$/, '')))) {
        if (/^(mailto|https):/.test(link) || link === deep) continue;
        const answer = await fetch(link);
        if (answer.status !== 200) problems.push(`${link}: ${answer.status}`);
      }
      none(problems);
      assert.deepEqual([...new Set(server.missing.splice(0))], [new URL(deep).pathname]);
      assert.ok(links.includes(`${server.base}index.html`), 'leads home');
      await page.close();
    });

    for (const [way, place] of [
      ['from disk', () => site.base],
      ['on the web', () => server.base],
    ]) {
      test(`${way}: a former address leads to the case`, async () => {
        const { page, complaints } = await openPage(browser);
        await page.goto(`${place()}praxis/${FORMER.slug}.html`).catch(() => {
          // A browser may say that another page has taken over before this one was there.
        });
        const target = `${place()}praxis/${FORMER.leadsTo}.html`;
        await until(page, (address) => location.href === address && document.readyState === 'complete', target);
        none(complaints.filter((complaint) => !/abort/i.test(complaint)));
        await page.close();
      });
    }
  });
}

test('the sitemap is well-formed, and names every page once', async () => {
  const browser = await launch('chromium');
  try {
    const page = await browser.newPage();
    const { error, namespace, locations, dates } = await page.evaluate(
      (text) => {
        const sitemap = new DOMParser().parseFromString(text, 'application/xml');
        const texts = (name) => [...sitemap.getElementsByTagName(name)].map((element) => element.textContent);
        return {
          error: sitemap.querySelector('parsererror')?.textContent,
          namespace: sitemap.documentElement.namespaceURI,
          locations: texts('loc'),
          dates: texts('lastmod'),
        };
      },
      await site.text('sitemap.xml'),
    );
    assert.equal(error, undefined);
    assert.equal(namespace, 'http://www.sitemaps.org/schemas/sitemap/0.9');
    none(dates.filter((date) => !/^\d{4}(-\d\d(-\d\d)?)?$/.test(date)));
    none(locations.filter((address, index) => locations.indexOf(address) !== index));
    const problems = [];
    for (const address of locations) {
      if (!address.startsWith(server.base)) problems.push(`${address}: elsewhere`);
      else if ((await fetch(address)).status !== 200) problems.push(`${address}: does not exist`);
    }
    none(problems);

    // Everything that may be found is in it, at the address that the page itself calls its own.
    const missing = [];
    for (const path of site.pages) {
      const html = await site.text(path);
      const canonical = /<link rel="canonical" href="([^"]*)"/.exec(html)?.[1];
      const hidden = /<meta name="robots" content="noindex">/.test(html);
      if (!hidden && !locations.includes(canonical)) missing.push(`${path}: ${canonical} is not in the sitemap`);
      if (hidden && locations.includes(canonical)) missing.push(`${path}: is in the sitemap, but not to be found`);
    }
    none(missing);
  } finally {
    await browser.close();
  }
});

test('robots.txt names the sitemap', async () => {
  assert.match(await site.text('robots.txt'), new RegExp(`^Sitemap: ${server.base}sitemap\\.xml$`, 'm'));
});
