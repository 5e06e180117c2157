// The handbook from the web server it is meant for: Debian's nginx with the configuration that `praxis new server` prints.
import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { BROWSERS, launch, live, openPage } from './lib/browsers.mjs';
import { none } from './lib/none.mjs';
import { LIST, find, seen } from './lib/search.mjs';
import { PRAXIS, buildSite } from './lib/site.mjs';

const run = promisify(execFile);
const BROTLI = '/usr/lib/nginx/modules/ngx_http_brotli_static_module.so';
/** A path without spaces: names in the configuration are plain. */
const TARGET = `/tmp/praxis-nginx-${process.pid}`;

let site;
let server;
let base;
before(async () => {
  const port = await freePort();
  base = `http://127.0.0.1:${port}/`;
  site = await buildSite({ baseUrl: base });
  for (const path of site.files.filter((name) => /\.(html|css|js|json|csv|xml|svg)$/.test(name))) {
    const bytes = await site.bytes(path);
    await writeFile(join(site.folder, `${path}.gz`), gzipSync(bytes));
    await writeFile(join(site.folder, `${path}.br`), brotliCompressSync(bytes));
  }
  await mkdir(TARGET, { recursive: true });
  await symlink(site.folder, join(TARGET, 'current'));
  await start(port);
});
after(async () => {
  if (server && server.exitCode === null) {
    const ended = new Promise((done) => server.once('exit', done));
    server.kill('SIGTERM');
    await ended;
  }
  await site?.remove();
  await rm(TARGET, { recursive: true, force: true });
});

/** A port that nobody listens on. */
async function freePort() {
  const probe = createServer();
  await new Promise((ready) => probe.listen(0, '127.0.0.1', ready));
  const { port } = probe.address();
  await new Promise((done) => probe.close(done));
  return port;
}

/** Starts nginx as an ordinary process with a folder of its own, and waits until it answers. */
async function start(port) {
  const { stdout } = await run(PRAXIS, ['new', 'server', 'nginx', '--behind-proxy', '--root-dir', TARGET]);
  const configuration = stdout
    .replace('listen 80;', `listen 127.0.0.1:${port};`)
    .replace(/ *listen \[::\]:80;\n/, '')
    .replaceAll('/var/log/nginx', TARGET);
  await writeFile(join(TARGET, 'handbuch.conf'), configuration);
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((kind) => `${kind}_temp_path ${TARGET}/${kind};`).join('\n');
  const user = process.getuid() === 0 ? 'user root;' : '';
  await writeFile(
    join(TARGET, 'nginx.conf'),
    `load_module ${BROTLI};\ndaemon off;\n${user}\npid ${TARGET}/pid;\nerror_log stderr warn;\nevents {}\n` +
      `http {\ninclude /etc/nginx/mime.types;\ndefault_type application/octet-stream;\n${temporary}\ninclude handbuch.conf;\n}\n`,
  );
  server = spawn('nginx', ['-p', TARGET, '-c', join(TARGET, 'nginx.conf'), '-e', 'stderr'], { stdio: ['ignore', 'inherit', 'inherit'] });
  let failure;
  server.once('error', (error) => (failure = error));
  for (;;) {
    if (failure) throw new Error(`nginx: ${failure.message}; tests/run installs it`);
    if (server.exitCode !== null) throw new Error(`nginx ended with ${server.exitCode}`);
    if (await fetch(base).then((answer) => answer.ok, () => false)) return;
    await new Promise((later) => setTimeout(later, 50));
  }
}

for (const name of BROWSERS) {
  describe(`the handbook from nginx in ${name}`, () => {
    let browser;
    before(async () => {
      browser = await launch(name);
    });
    after(() => browser?.close());

    const on = async (path, use) => {
      const { page, complaints, requests } = await openPage(browser);
      await page.setViewport({ width: 1280, height: 900 });
      const response = await page.goto(base + path);
      assert.match(response.headers()['content-security-policy'], /frame-ancestors 'self'/);
      await use(page, response);
      none([...complaints, ...(await page.evaluate(() => globalThis.violations))]);
      none(requests.filter((address) => !address.startsWith(base) && !/^(data|blob):/.test(address)));
      await page.close();
    };

    test('search works under the policy of the server', () =>
      on(LIST, async (page) => {
        await find(page, 'Netzwerk');
        const { hits } = await seen(page);
        assert.ok(hits.length > 0, 'no hits');
      }));

    test('the transfer check works, and so does the list', () =>
      on('praxis/netzwerk-halle.html', async (page) => {
        await live(page);
        await (await page.$('.item input[type=radio]')).evaluate((radio) => radio.click());
        await page.goto(`${base}merkliste.html`);
      }));

    test('a clean address shows the page, with all that belongs to it', () =>
      on('praxis/netzwerk-halle', async (page, response) => {
        assert.equal(response.status(), 200);
        const styled = await page.evaluate(() => [...document.styleSheets].every((sheet) => sheet.cssRules.length > 0));
        assert.ok(styled && (await page.evaluate(() => document.styleSheets.length)) > 0, 'no style');
        const links = await page.evaluate(() => [...document.links].map((link) => link.href.replace(/#.*/, '')));
        const inside = [...new Set(links.filter((address) => address.startsWith(base)))];
        const answers = await Promise.all(inside.map(async (address) => [address, (await fetch(address)).status]));
        none(answers.filter(([, status]) => status !== 200).map(String));
      }));
  });
}

test('nginx has written down nothing about readers, and had nothing to complain about', async () => {
  const log = await readFile(join(TARGET, 'handbuch.log'), 'utf8');
  assert.ok(log.includes(`GET /${LIST} 200`), log.slice(0, 400));
  assert.doesNotMatch(log, /127\.0\.0\.1|Mozilla|\?/);
  assert.equal(await readFile(join(TARGET, 'handbuch-error.log'), 'utf8'), '');
});
