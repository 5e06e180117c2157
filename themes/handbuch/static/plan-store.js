// Where a plan is kept on the reader's device, once the reader has asked for it: in the localStorage of the site. Opened from
// a disk, pages share that of hub.html, because Firefox gives every file a store of its own.
"use strict";
(() => {
  const HandbookPlan = (globalThis.HandbookPlan ??= {});

  /** Reads, and replaces a value if it still is what the caller thinks: so that two tabs do not undo each other. */
  const local = {
    get: (key) => localStorage.getItem(key),
    swap(key, old, value) {
      const current = localStorage.getItem(key);
      if (current !== old) return { current };
      if (value === null) localStorage.removeItem(key);
      else localStorage.setItem(key, value);
      return { done: true };
    },
  };

  const onWeb = (key) => ({
    get: async () => local.get(key),
    swap: async (old, value) => local.swap(key, old, value),
    watch: (changed) => addEventListener("storage", (event) => (event.key === key || event.key === null) && changed()),
  });

  /** The same over messages to a hidden frame. Only answers that come from it and carry our number count. */
  const overHub = (key, root) => {
    const nonce = crypto.randomUUID?.() ?? String(crypto.getRandomValues(new Uint32Array(2)));
    const waiting = new Map();
    let last = 0;
    let changed = () => {};
    let ready;

    const open = () => new Promise((done, failed) => {
      const frame = document.createElement("iframe");
      frame.hidden = true;
      frame.title = "";
      frame.setAttribute("aria-hidden", "true");
      frame.tabIndex = -1;
      addEventListener("message", ({ source, data }) => {
        if (source !== frame.contentWindow || data?.nonce !== nonce) return;
        if (data.ready) done(frame.contentWindow);
        else if (data.changed) changed();
        else waiting.get(data.id)?.(data);
        waiting.delete(data.id);
      });
      frame.onload = () => setTimeout(() => failed(new Error("no answer from hub.html")), 2_000);
      frame.src = `${root}hub.html#${nonce}`;
      document.body.append(frame);
    });

    const ask = async (message) => {
      ready ??= open();
      const hub = await ready;
      const { error, result } = await new Promise((answer) => {
        waiting.set(++last, answer);
        // Files have no origin that could be named here; the number in the address of the frame tells it who we are.
        hub.postMessage({ ...message, nonce, key, id: last }, "*");
      });
      if (error) throw new Error(error);
      return result;
    };

    return {
      get: () => ask({ action: "get" }),
      swap: (old, value) => ask({ action: "swap", old, value }),
      watch: (listener) => { changed = listener; },
    };
  };

  /** What hub.html does: answers the page that holds it, and tells it of changes by others. */
  const serve = () => {
    const nonce = location.hash.slice(1);
    if (location.protocol !== "file:" || parent === window || !nonce) return;
    const tell = (message) => parent.postMessage({ ...message, nonce }, "*");
    addEventListener("message", ({ source, data }) => {
      if (source !== parent || data?.nonce !== nonce || !["get", "swap"].includes(data.action)) return;
      try {
        tell({ id: data.id, result: local[data.action](data.key, data.old, data.value) });
      } catch (error) {
        tell({ id: data.id, error: error.name });
      }
    });
    addEventListener("storage", () => tell({ changed: true }));
    tell({ ready: true });
  };

  const open = (handbook, root) => {
    const key = `praxis-plan.${handbook}`;
    return location.protocol === "file:" ? overHub(key, root) : onWeb(key);
  };

  HandbookPlan.store = { open, serve };
})();
