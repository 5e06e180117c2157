// Reads pages as a browser does, without one: elements, identifiers, addresses.
import { parse } from 'parse5';

/** Every element of a page, in order, as `{ name, attributes, text() }`. */
export function elements(html) {
  const found = [];
  const visit = (node) => {
    if (node.tagName) {
      const attributes = Object.fromEntries(node.attrs.map(({ name, value }) => [name, value]));
      found.push({ name: node.tagName, attributes, text: () => textOf(node) });
    }
    for (const child of node.childNodes ?? []) visit(child);
    if (node.content) visit(node.content);
  };
  visit(parse(html));
  return found;
}

const textOf = (node) =>
  node.nodeName === '#text' ? node.value : (node.childNodes ?? []).map(textOf).join('');

/** Every address that a page names, with the element that names it. */
export function addresses(all) {
  const found = [];
  for (const { name, attributes } of all) {
    for (const key of ['href', 'src', 'action', 'formaction', 'poster', 'data', 'cite', 'background', 'xlink:href']) {
      if (attributes[key] !== undefined) found.push({ element: name, attributes, address: attributes[key] });
    }
    for (const part of attributes.srcset?.split(',') ?? []) {
      found.push({ element: name, attributes, address: part.trim().split(/\s+/)[0] });
    }
    if (name === 'meta' && attributes['http-equiv']?.toLowerCase() === 'refresh') {
      const address = /url=(.*)$/i.exec(attributes.content)?.[1];
      if (address !== undefined) found.push({ element: name, attributes, address });
    }
  }
  return found;
}

/** Names within a page that a fragment can lead to. */
export function anchors(all) {
  const ids = all.map(({ attributes }) => attributes.id);
  const names = all.filter(({ name }) => name === 'a').map(({ attributes }) => attributes.name);
  return new Set([...ids, ...names].filter((id) => id !== undefined));
}

/**
 * Checks every address of every page of a site that lies at `base`. Answers with what is wrong, in words.
 * Full addresses inside the site are for its own canonical address and for the 404 page, which is shown at any depth.
 * @param {Map<string, ReturnType<typeof elements>>} pages elements by path
 * @param {Set<string>} files every path of the site
 * @param {string} base where the site lies, with a slash at the end
 */
export function brokenLinks(pages, files, base) {
  const targets = new Map([...pages].map(([path, all]) => [path, anchors(all)]));
  const problems = [];
  for (const [path, all] of pages) {
    const found = addresses(all);
    const canonical = found.find(({ attributes }) => attributes.rel === 'canonical')?.address;
    for (const { element, address } of found) {
      const mayBeFull = path === '404.html' || (canonical !== undefined && address === canonical);
      const problem = broken(address, { path, files, targets, base, mayBeFull });
      if (problem) problems.push(`${path}: <${element}> ${JSON.stringify(address)}: ${problem}`);
    }
  }
  return problems;
}

function broken(address, { path, files, targets, base, mayBeFull }) {
  if (address === '') return 'empty';
  if (address !== address.trim()) return 'space around it';
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(address)?.[1].toLowerCase();
  if (scheme === 'mailto') return /^mailto:[^@?\s]+@[^@?\s]+\.[a-z]+(\?|$)/.test(address) ? undefined : 'no e-mail address';
  if (scheme === 'data') return undefined;
  const full = new URL(address, base + path);
  const inside = full.href.startsWith(base);
  if (scheme && inside && !mayBeFull) return 'full address inside the site';
  if (scheme && !inside) return scheme === 'https' ? undefined : `scheme ${scheme}`;
  if (!scheme && !mayBeFull && /^[/\\]/.test(address)) return 'absolute';
  if (!inside) return 'leaves the site';
  let file = decodeURIComponent(full.href.slice(base.length).replace(/[?#].*$/s, ''));
  // A full address may stand for the index of a folder; a relative one has to name a file, for file:// has no index.
  if (scheme && (file === '' || file.endsWith('/'))) file += 'index.html';
  if (!files.has(file)) return `there is no ${file || 'file name'}`;
  const fragment = decodeURIComponent(full.hash.slice(1));
  if (fragment && targets.has(file) && !targets.get(file).has(fragment)) return `${file} has no #${fragment}`;
  return undefined;
}
