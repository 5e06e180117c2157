// The search engine: loads the WebAssembly module and the index once, and asks them in a worker, so that a page never
// waits for them. Over http(s) both are fetched; from a disk, where browsers forbid that, they come as scripts.
//
//   HandbookSearch.open(onProgress)  loads everything; resolves to {cases}. onProgress gets {loaded, total} in bytes.
//   HandbookSearch.search(query)     resolves to the results; query and results are those of the crate search-index.
//   HandbookSearch.onTexts(callback) calls back when the texts have come, which are loaded last: until then extracts are
//                                    cut from the summaries, afterwards from everything.
//
// Both reject with an Error with a `code`: unsupported, missing, foreign, truncated, corrupt, newer, older, unusable.
'use strict';

const HandbookSearch = (() => {
  const folder = `${document.currentScript.dataset.root}suche/`;
  const fromDisk = location.protocol === 'file:';
  // Names under which scripts hand over what they carry.
  const awaited = {};
  let worker;
  let opened;
  let asked = 0;
  const waiting = new Map();
  const listeners = [];

  const failure = (code, message) => Object.assign(new Error(message || code), { code });

  // What runs in the worker. It knows nothing of the page: its source goes there as text.
  function work() {
    const text = new TextDecoder();
    const bytes = new TextEncoder();
    let engine;

    const failed = (code, error) => {
      throw Object.assign(new Error(String(error)), { code });
    };

    // Newer browsers do it themselves, and much faster.
    const decoded = (text) => Uint8Array.fromBase64?.(text) ?? Uint8Array.from(atob(text), (char) => char.charCodeAt(0));

    const unpacked = async (part) => {
      const packed = typeof part === 'string' ? decoded(part) : new Uint8Array(part);
      // A server may have unpacked it on the way.
      if (packed[0] !== 0x1f || packed[1] !== 0x8b) return packed;
      const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream('gzip'));
      return new Uint8Array(await new Response(stream).arrayBuffer());
    };

    const call = (name, input) => {
      const address = engine.allocate(input.length);
      new Uint8Array(engine.memory.buffer, address, input.length).set(input);
      const answer = engine[name](address, input.length);
      const length = new DataView(engine.memory.buffer).getUint32(answer, true);
      const output = JSON.parse(text.decode(new Uint8Array(engine.memory.buffer, answer + 4, length)));
      engine.release(answer);
      return output.error ? failed(output.error, output.message) : output;
    };

    const search = (query) => call('search', bytes.encode(JSON.stringify(query)));

    // Browsers compile a module while it is used: the first dozen queries take up to ten times as long as later ones. So it
    // practises while nobody asks, with titles of cases as they are and with letters missing.
    const PRACTICE = 16;
    /** Milliseconds after which it has practised enough; in a large handbook every query takes longer. */
    const ENOUGH = 500;
    /** Milliseconds after a question in which the next one may come. */
    const QUIET = 20;
    let askedAt;
    const quiet = async () => {
      do await new Promise((resolve) => setTimeout(resolve)); while (performance.now() - askedAt < QUIET);
    };
    const practise = async () => {
      await quiet();
      const end = performance.now() + ENOUGH;
      const titles = search({ text: '', limit: PRACTICE }).hits.map(({ title }) => title.map(({ text }) => text).join(''));
      for (const text of titles.flatMap((title) => [title, title.replace(/(\p{L}{4})\p{L}/gu, '$1')])) {
        await quiet();
        if (performance.now() > end) return;
        search({ text, limit: PRACTICE });
      }
    };
    let practised;

    const compiled = async (part) => {
      const module = await unpacked(part).catch((error) => failed('corrupt', error));
      return WebAssembly.instantiate(module).catch((error) => failed('unsupported', error));
    };

    const open = async (parts) => {
      const index = unpacked(parts.index).catch((error) => failed('corrupt', error));
      const [{ instance }, archive] = await Promise.all([compiled(parts.engine), index]);
      engine = instance.exports;
      const opened = call('open', archive);
      askedAt = performance.now();
      // Whoever asks next hears of it if something is wrong.
      practised = practise().catch(() => {});
      return opened;
    };

    const answer = async ({ parts, texts, query }) => {
      if (parts) return open(parts);
      if (query) {
        askedAt = performance.now();
        return search(query);
      }
      const archive = await unpacked(texts).catch((error) => failed('corrupt', error));
      await practised;
      return call('add_texts', archive);
    };

    self.onmessage = async ({ data: { id, ...question } }) => {
      try {
        const result = await answer(question);
        self.postMessage({ id, result });
      } catch (error) {
        self.postMessage({ id, code: error.code || 'unusable', message: error.message, broken: !error.code });
      }
    };
  }

  const ask = (message) =>
    new Promise((resolve, reject) => {
      const id = (asked += 1);
      waiting.set(id, { resolve, reject });
      worker.postMessage({ id, ...message });
    });

  // After a failure everything starts anew with the next question.
  const close = () => {
    worker?.terminate();
    worker = opened = undefined;
    for (const { reject } of waiting.values()) reject(failure('unusable'));
    waiting.clear();
  };

  const start = () => {
    const source = URL.createObjectURL(new Blob([`(${work})()`], { type: 'text/javascript' }));
    worker = new Worker(source);
    URL.revokeObjectURL(source);
    worker.onmessage = ({ data: { id, result, code, message, broken } }) => {
      const { resolve, reject } = waiting.get(id);
      waiting.delete(id);
      if (code) reject(failure(code, message));
      else resolve(result);
      if (broken) close();
    };
    worker.onerror = close;
  };

  const fetched = async (part, progress) => {
    const response = await fetch(`${folder}${part}.gz`).catch(() => undefined);
    if (!response?.ok) throw failure('missing', `${part}.gz`);
    const chunks = [];
    const reader = response.body.getReader();
    progress(0, Number(response.headers.get('content-length')) || 0);
    for (let read = await reader.read(); !read.done; read = await reader.read()) {
      chunks.push(read.value);
      progress(read.value.length, 0);
    }
    return new Blob(chunks).arrayBuffer();
  };

  const carried = (part) =>
    new Promise((resolve, reject) => {
      const script = document.createElement('script');
      script.src = `${folder}${part}.js`;
      awaited[part] = resolve;
      script.onload = () => {
        script.remove();
        // A script that carries nothing is as good as none.
        reject(failure('missing', `${part}.js`));
      };
      script.onerror = script.onload;
      document.head.append(script);
    });

  const brought = (part, progress) => (fromDisk ? carried(part) : fetched(part, progress));

  const load = async (onProgress) => {
    if (!window.WebAssembly || !window.Worker || !window.DecompressionStream) throw failure('unsupported');
    const state = { loaded: 0, total: 0 };
    const progress = (loaded, total) => {
      state.loaded += loaded;
      state.total += total;
      onProgress?.({ ...state });
    };
    // Started first, so that it is there when engine and index have come.
    try {
      start();
    } catch (error) {
      throw failure('unsupported', error);
    }
    const [engine, index] = await Promise.all(['engine', 'index'].map((part) => brought(part, progress)));
    const found = await ask({ parts: { engine, index } });
    // Nobody waits for the texts, and without them extracts are only less to the point.
    addTexts().catch(() => {});
    return found;
  };

  const addTexts = async () => {
    await ask({ texts: await brought('texts', () => {}) });
    for (const listener of listeners) listener();
  };

  const open = (onProgress) => {
    opened ??= load(onProgress).catch((error) => {
      close();
      throw error;
    });
    return opened;
  };

  return {
    open,
    search: async (query) => {
      await open();
      return ask({ query });
    },
    onTexts: (callback) => listeners.push(callback),
    // What the scripts call.
    receive: (part, content) => awaited[part]?.(content),
  };
})();
