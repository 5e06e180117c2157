// Every engine with its documented best set-up for German, over the same texts. An engine is
// `{ search(text): slugs, the best first; index, indexAndTexts: bytes as they go over the line; close() }`.

import { execFileSync } from "node:child_process";
import { mkdtemp, readFile, readdir, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { gunzipSync, gzipSync } from "node:zlib";
import lunr from "lunr";
import addGerman from "lunr-languages/lunr.de.js";
import addStemmer from "lunr-languages/lunr.stemmer.support.js";
import MiniSearch from "minisearch";
import * as pagefindIndexer from "pagefind";
import { DEPTH } from "./figures.mjs";

addStemmer(lunr);
addGerman(lunr);

/** Fields of a document and what they count in praxis, body = 1 (search-index/src/schema.rs). */
const WEIGHTS = {
  title: 6,
  short_title: 6,
  places: 5,
  summary: 3,
  organisations: 2.5,
  keywords: 2,
  checklist: 1.5,
  body: 1,
};

/** One text for each field. */
function flat(document) {
  const fields = Object.keys(WEIGHTS).map((field) => [field, [document[field]].flat().join("\n")]);
  return { slug: document.slug, ...Object.fromEntries(fields) };
}

const gzipped = (text) => gzipSync(text, { level: 9 }).length;

// -- MiniSearch ------------------------------------------------------------------------------------------------------

/** Lower case, ß as ss, no diacritics: what its documentation leaves to `processTerm`. */
const folded = (term) => term.toLowerCase().replaceAll("ß", "ss").normalize("NFD").replace(/\p{M}/gu, "");

function miniSearchIndex(texts) {
  const engine = new MiniSearch({ idField: "slug", fields: Object.keys(WEIGHTS), processTerm: folded });
  engine.addAll(texts);
  return engine;
}

export function miniSearch(documents) {
  const texts = documents.map(flat);
  const engine = miniSearchIndex(texts);
  const search = { prefix: true, fuzzy: 0.2, boost: { title: 2 } };
  const index = gzipped(JSON.stringify(engine));
  return {
    search: (text) => engine.search(text, search).map((hit) => hit.id),
    index,
    indexAndTexts: index + gzipped(JSON.stringify(texts)),
    close() {},
  };
}

// -- Lunr ------------------------------------------------------------------------------------------------------------

function lunrIndex(texts) {
  return lunr(function () {
    this.use(lunr.de);
    this.ref("slug");
    for (const [field, boost] of Object.entries(WEIGHTS)) this.field(field, { boost });
    texts.forEach((text) => this.add(text));
  });
}

export function lunrGerman(documents) {
  const texts = documents.map(flat);
  const engine = lunrIndex(texts);
  // Built from terms as its guide shows: the word itself, what starts so, what looks so. A search string of a reader
  // would be taken for a formula („Bewerber:innen“ is an error).
  const search = (text) =>
    engine.query((query) => {
      for (const token of lunr.tokenizer(text)) {
        const term = token.toString().replace(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu, "");
        if (term === "") continue;
        query.term(term, { boost: 100 });
        query.term(term, { boost: 10, usePipeline: false, wildcard: lunr.Query.wildcard.TRAILING });
        query.term(term, { boost: 1, usePipeline: true, editDistance: term.length < 8 ? 1 : 2 });
      }
    });
  const index = gzipped(JSON.stringify(engine));
  return {
    search: (text) => search(text).map((hit) => hit.ref),
    index,
    indexAndTexts: index + gzipped(JSON.stringify(texts)),
    close() {},
  };
}

/** An index as a site would carry it, without the texts. */
export const indexes = {
  minisearch: (documents) => JSON.stringify(miniSearchIndex(documents.map(flat))),
  lunr: (documents) => JSON.stringify(lunrIndex(documents.map(flat))),
};

// -- Pagefind --------------------------------------------------------------------------------------------------------

const escaped = (text) => text.replace(/[&<>]/g, (sign) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;" })[sign]);

/** A page as a site would mark it up. Pagefind's weights are on a quadratic scale; an `h1` has 7 by default. */
function page(document) {
  const text = flat(document);
  const parts = Object.entries(WEIGHTS)
    .filter(([field]) => field !== "title" && text[field] !== "")
    .map(([field, weight]) => {
      const paragraphs = text[field].split("\n").filter(Boolean).map((line) => `<p>${escaped(line)}</p>`);
      return `<section data-pagefind-weight="${Math.sqrt(weight).toFixed(2)}">${paragraphs.join("")}</section>`;
    });
  const title = escaped(text.title);
  return `<!doctype html><html lang="de"><head><title>${title}</title></head><body><main data-pagefind-body><h1>${title}</h1>${parts.join("")}</main></body></html>`;
}

export async function pagefind(documents) {
  const folder = await mkdtemp(join(tmpdir(), "pagefind-"));
  const { index } = await pagefindIndexer.createIndex();
  for (const document of documents) await index.addHTMLFile({ url: `/${document.slug}`, content: page(document) });
  await index.writeFiles({ outputPath: folder });
  await pagefindIndexer.close();
  const size = async (endings) => {
    const files = (await readdir(folder, { recursive: true })).filter((file) => endings.some((end) => file.endsWith(end)));
    const sizes = await Promise.all(files.map(async (file) => (await stat(join(folder, file))).size));
    return sizes.reduce((sum, bytes) => sum + bytes, 0);
  };
  // Its files are gzipped already.
  const words = await size([".pf_index", ".pf_meta"]);
  const texts = await size([".pf_fragment"]);
  const engine = await browserHalf(folder);
  return {
    search: async (text) => {
      const { results } = await engine.search(text);
      const hits = await Promise.all(results.slice(0, DEPTH).map((result) => result.data()));
      return hits.map((hit) => hit.raw_url.slice(1));
    },
    index: words,
    indexAndTexts: words + texts,
    async close() {
      await engine.destroy();
      await rm(folder, { recursive: true });
    },
  };
}

/** The half of Pagefind that searches, which is made for browsers: its module, with files in place of a server. */
async function browserHalf(folder) {
  globalThis.fetch = async (path) => new Response(await readFile(path.split("?")[0]));
  globalThis.document = { currentScript: null, querySelector: () => ({ getAttribute: () => "de" }) };
  globalThis.window = { location: { origin: "" } };
  const engine = await import(pathToFileURL(join(folder, "pagefind.js")));
  await engine.options({ basePath: `${folder}/`, noWorker: true });
  await engine.init("de");
  return engine;
}

// -- praxis ----------------------------------------------------------------------------------------------------------

/** The module that browsers load (themes/handbuch/static/engine.js), here in this thread; `folder` is suche/ of a site. */
export async function praxis(folder) {
  const part = async (name) => gunzipSync(await readFile(join(folder, `${name}.gz`)));
  const { instance } = await WebAssembly.instantiate(await part("engine"));
  const engine = instance.exports;
  const call = (name, input) => {
    const address = engine.allocate(input.length);
    new Uint8Array(engine.memory.buffer, address, input.length).set(input);
    const answer = engine[name](address, input.length);
    const length = new DataView(engine.memory.buffer).getUint32(answer, true);
    const output = JSON.parse(Buffer.from(engine.memory.buffer, answer + 4, length).toString());
    engine.release(answer);
    if (output.error) throw new Error(`${output.error}: ${output.message}`);
    return output;
  };
  call("open", await part("index"));
  call("add_texts", await part("texts"));
  return {
    search: (text) => call("search", Buffer.from(JSON.stringify({ text, limit: DEPTH }))).hits.map((hit) => hit.slug),
    close() {},
  };
}

/** Rank and first hits of each query, from `praxis eval`. */
export function praxisAnswers(program, root, file) {
  const { queries } = JSON.parse(execFileSync(program, ["eval", "--json", "--root", root, file], { encoding: "utf8" }));
  return queries.map(({ rank, found }) => ({ rank: rank ?? Infinity, found }));
}

/** Bytes of a file that is packed already. */
export const bytesOf = async (file) => (await stat(file)).size;
