// A web server as a public body would have it: static files below a sub-path, the 404 page for everything unknown.
import { createServer } from 'node:http';
import { readFile, stat } from 'node:fs/promises';
import { extname, join, normalize } from 'node:path';

const TYPES = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.csv': 'text/csv; charset=utf-8',
  '.xml': 'application/xml',
  '.txt': 'text/plain; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.pdf': 'application/pdf',
};

/** Starts a server. It answers only below its sub-path once `folder` is set, and remembers what it could not answer. */
export async function serve(prefix = '/amt/handbuch/') {
  const state = { folder: undefined, missing: [] };

  const file = async (path) => {
    const inside = normalize(join('/', path));
    const full = join(state.folder, inside);
    const found = await stat(full).catch(() => undefined);
    if (found?.isDirectory()) return path.endsWith('/') || path === '' ? file(`${path}index.html`) : undefined;
    return found && { body: await readFile(full), type: TYPES[extname(full)] ?? 'application/octet-stream' };
  };

  const server = createServer(async (request, response) => {
    const path = decodeURIComponent(new URL(request.url, 'http://x').pathname);
    const found = path.startsWith(prefix) ? await file(path.slice(prefix.length)) : undefined;
    if (found) {
      response.writeHead(200, { 'content-type': found.type, 'x-content-type-options': 'nosniff' });
      response.end(found.body);
      return;
    }
    // Browsers ask the host for this on their own account, for example on the way back to a page; hosts have one.
    if (path === '/favicon.ico') {
      response.writeHead(204).end();
      return;
    }
    state.missing.push(path);
    const page = await file('404.html').catch(() => undefined);
    response.writeHead(404, { 'content-type': 'text/html; charset=utf-8', 'x-content-type-options': 'nosniff' });
    response.end(page?.body ?? '');
  });
  await new Promise((ready) => server.listen(0, '127.0.0.1', ready));

  return {
    /** Address of the site, with a slash at the end. */
    base: `http://127.0.0.1:${server.address().port}${prefix}`,
    /** Paths that were asked for and do not exist. */
    missing: state.missing,
    show(folder) {
      state.folder = folder;
    },
    async stop() {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}
