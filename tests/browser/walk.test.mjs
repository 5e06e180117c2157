// Walks through the whole handbook by its links: from disk and below a sub-path of a web server, in both browsers.
import { after, before, describe, test } from 'node:test';
import { BROWSERS, launch, live, openPage, stored } from './lib/browsers.mjs';
import { none } from './lib/none.mjs';
import { serve } from './lib/server.mjs';
import { buildSite } from './lib/site.mjs';

let site;
let server;
before(async () => {
  site = await buildSite();
  server = await serve();
  server.show(site.folder);
});
after(async () => {
  await server?.stop();
  await site?.remove();
});

const WAYS = [
  ['from disk', () => site.base],
  ['below a sub-path', () => server.base],
];

for (const name of BROWSERS) {
  describe(`the whole handbook in ${name}`, () => {
    let browser;
    before(async () => {
      browser = await launch(name);
    });
    after(() => browser?.close());

    for (const [way, place] of WAYS) {
      test(`${way}: every page is reached by links, is quiet, stays at home and stores nothing`, async () => {
        const base = place();
        const { page, complaints, requests } = await openPage(browser);
        const problems = [];
        const seen = new Set(['index.html']);
        const visit = async (path) => {
          await page.goto(base + path, { waitUntil: 'load' });
          if (await page.$('[data-live]')) await live(page);
          const found = await page.evaluate(() => ({
            links: [...document.links].map((link) => link.href),
            violations: globalThis.violations,
            styled: [...document.styleSheets].every((sheet) => !sheet.disabled) && document.styleSheets.length > 0,
            plain: [...document.images].filter((image) => image.complete && !image.naturalWidth).map((image) => image.src),
            policy: document.querySelector('meta[http-equiv="Content-Security-Policy"]') !== null,
            background: getComputedStyle(document.querySelector('.site-header') ?? document.body).display,
          }));
          const wrong = [...complaints.splice(0), ...found.violations.map((violation) => `refused by the policy: ${violation}`)];
          if (!found.styled) wrong.push('no style sheet');
          if (!found.policy) wrong.push('no policy');
          wrong.push(...found.plain.map((source) => `picture not shown: ${source}`));
          wrong.push(...(await stored(page)).map((entry) => `stored: ${entry}`));
          wrong.push(...requests.splice(0).filter((address) => !address.startsWith(base) && !/^(data|blob):/.test(address)).map((address) => `asked for ${address}`));
          problems.push(...wrong.map((what) => `${path}: ${what}`));
          return found.links;
        };

        const queue = ['index.html'];
        for (let path = queue.shift(); path; path = queue.shift()) {
          for (const link of await visit(path)) {
            const target = decodeURIComponent(link.replace(/[?#].*$/s, ''));
            const inside = target.startsWith(decodeURIComponent(base)) ? target.slice(decodeURIComponent(base).length) : undefined;
            if (inside?.endsWith('.html') && !seen.has(inside)) {
              seen.add(inside);
              queue.push(inside);
            }
          }
        }
        // Nothing links to the page for unknown addresses, and to the one that pages talk to.
        for (const path of ['404.html', 'hub.html']) {
          await visit(path);
          seen.add(path);
        }
        problems.push(...site.pages.filter((path) => !seen.has(path)).map((path) => `${path}: no link leads there`));
        problems.push(...server.missing.splice(0).map((path) => `asked for ${path}, which does not exist`));
        none(problems);
        await page.close();
      });
    }
  });
}
