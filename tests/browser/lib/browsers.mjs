// Debian's Chromium and Firefox, without network, as strict about local files as readers' browsers are.
import { existsSync } from 'node:fs';
import puppeteer from 'puppeteer-core';

export const BROWSERS = ['chromium', 'firefox'];

const PATHS = {
  chromium: process.env.CHROMIUM ?? '/usr/bin/chromium',
  firefox: process.env.FIREFOX ?? '/usr/bin/firefox-esr',
};

/** Nobody listens here, so nothing gets out. Addresses of this machine are reached directly. */
const DEAD = { host: '127.0.0.1', port: 9 };

/** Starts a browser with an empty profile of its own; Firefox puts into `downloads` what a page offers to save. */
export async function launch(name, { downloads } = {}) {
  const executablePath = PATHS[name];
  if (!existsSync(executablePath)) throw new Error(`${executablePath} is missing: run tests/run, or apt-get install it`);
  if (name === 'chromium') {
    return puppeteer.launch({
      executablePath,
      headless: true,
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
        '--disable-dev-shm-usage',
        '--lang=de-DE',
        // Pages that glide move what a click is aimed at.
        '--force-prefers-reduced-motion',
        `--proxy-server=http://${DEAD.host}:${DEAD.port}`,
      ],
    });
  }
  return puppeteer.launch({
    browser: 'firefox',
    executablePath,
    headless: true,
    extraPrefsFirefox: {
      // Drivers switch this off; then everything that readers' browsers refuse on file:// would pass.
      'security.fileuri.strict_origin_policy': true,
      'network.proxy.type': 1,
      'network.proxy.http': DEAD.host,
      'network.proxy.http_port': DEAD.port,
      'network.proxy.ssl': DEAD.host,
      'network.proxy.ssl_port': DEAD.port,
      'ui.prefersReducedMotion': 1,
      'intl.accept_languages': 'de-DE, de',
      'intl.locale.requested': 'de',
      ...(downloads && { 'browser.download.folderList': 2, 'browser.download.dir': downloads, 'browser.download.useDownloadDir': true }),
    },
  });
}

/**
 * Opens a page, in a browser or a profile of one, that notes whatever goes wrong in it.
 * Returns the page, its list of complaints (emptied by whoever reads it), the addresses it asked for, and how often it warned
 * before it was left; the reader leaves all the same.
 */
export async function openPage(browser) {
  const page = await browser.newPage();
  const complaints = [];
  const requests = [];
  const warnings = [];
  page.on('console', (message) => {
    if (['error', 'warn', 'warning', 'assert'].includes(message.type())) complaints.push(`console ${message.type()}: ${message.text()}`);
  });
  page.on('pageerror', (error) => complaints.push(`page error: ${error.message}`));
  page.on('error', (error) => complaints.push(`crash: ${error.message}`));
  page.on('dialog', (dialog) => {
    if (dialog.type() === 'beforeunload') {
      warnings.push(page.url());
      return dialog.accept();
    }
    complaints.push(`dialog: ${dialog.message()}`);
    return dialog.dismiss();
  });
  page.on('request', (request) => requests.push(request.url()));
  page.on('requestfailed', (request) => {
    const reason = request.failure()?.errorText ?? '';
    // Browsers give up what had not come when a page is left or loaded again. What is missing answers with 404, what is
    // forbidden has another reason, and nothing is asked of others.
    const left = /^(NS_BINDING|net::ERR)_ABORTED$/.test(reason) && /^(file|http:\/\/127\.0\.0\.1):/.test(request.url());
    if (!left) complaints.push(`failed request: ${request.url()} ${reason}`);
  });
  page.on('response', (response) => {
    if (response.status() >= 400) complaints.push(`status ${response.status()}: ${response.url()}`);
  });
  await page.evaluateOnNewDocument(() => {
    globalThis.violations = [];
    document.addEventListener('securitypolicyviolation', (event) => {
      globalThis.violations.push(`${event.violatedDirective}: ${event.blockedURI || event.sourceFile}`);
    });
  });
  return { page, complaints, requests, warnings };
}

/** A profile of its own within a browser, so that nothing is left over from before. Chromium saves into `downloads`. */
export const freshProfile = (browser, name, downloads) =>
  browser.createBrowserContext(name === 'chromium' && downloads ? { downloadBehavior: { policy: 'allow', downloadPath: downloads } } : {});

/** Everything that a page has put down on the reader's device: names only, empty if all is well. */
export async function stored(page) {
  return page.evaluate(async () => {
    const found = [];
    const look = async (name, list) => {
      try {
        for (const entry of (await list()) ?? []) found.push(`${name}: ${entry}`);
      } catch {
        // Where a browser refuses to say, it has refused to store as well.
      }
    };
    await look('cookie', () => document.cookie && document.cookie.split(';'));
    await look('localStorage', () => Object.keys(localStorage));
    await look('sessionStorage', () => Object.keys(sessionStorage));
    await look('indexedDB', async () => (await indexedDB.databases()).map((database) => database.name));
    await look('cache', () => globalThis.caches?.keys());
    await look('service worker', async () =>
      (await navigator.serviceWorker?.getRegistrations())?.map((registration) => registration.scope),
    );
    return found;
  });
}

/** Waits until something holds in the page; how long it takes does not matter. */
export const until = (page, condition, ...parameters) => page.waitForFunction(condition, { timeout: 60_000 }, ...parameters);

/** Comes near the transfer check, as a reader does, until its scripts have taken over; then back to where the page was. */
export const live = async (page) => {
  const place = await page.evaluate(() => {
    const { scrollY } = globalThis;
    document.getElementById('teil-pruefliste')?.scrollIntoView({ behavior: 'instant' });
    return scrollY;
  });
  await until(page, () => {
    const parts = [...document.querySelectorAll('[data-live]')];
    return parts.length > 0 && parts.every((part) => !part.hidden);
  });
  await page.evaluate((top) => scrollTo({ top, behavior: 'instant' }), place);
};
