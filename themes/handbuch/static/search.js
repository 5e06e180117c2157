// The search field: loads the engine, suggests cases and words while the reader types, and answers to the key "/". Without
// this script the form leads to the list of all cases. `HandbookField` is what the script of the list shares.
(() => {
  "use strict";
  const form = document.querySelector('form[role="search"]');
  if (!form) return;
  const input = form.elements.q;
  const words = form.dataset;
  const root = words.root;

  /** Milliseconds for which the engine may load before the page says so. */
  const PATIENCE = 300;
  /** Milliseconds without a keystroke after which a query is asked. */
  const PAUSE = 80;
  const HITS = 5;
  const COMPLETIONS = 4;

  const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
  const count = (total) => {
    if (total === 0) return words.hitsNone;
    return total === 1 ? words.hitsOne : fill(words.hits, { n: total.toLocaleString(document.documentElement.lang) });
  };

  const make = (name, className, ...children) => {
    const element = document.createElement(name);
    if (className) element.className = className;
    element.append(...children);
    return element;
  };

  /** Text in which the words that were found are marked. */
  const marked = (segments) => segments.map(({ text, marked }) => (marked ? make("mark", "", text) : text));

  /** The first of a list, and how many more there are. */
  const some = ([first = "", ...others]) => (others.length ? `${first} ${fill(words.others, { n: others.length })}` : first);

  // Loading

  const progress = document.querySelector(".search-progress");
  const bar = document.createElement("progress");
  let loading;
  let loaded = false;
  let shown;

  const tell = (event) => form.dispatchEvent(new Event(event));
  /** Brings engine.js, which no page needs before somebody searches. */
  const bring = () => new Promise((done, failed) => {
    const script = document.createElement("script");
    script.src = `${root}assets/engine.js`;
    script.dataset.root = root;
    script.onload = done;
    script.onerror = () => failed(Object.assign(new Error("engine.js is missing"), { code: "missing" }));
    document.head.append(script);
  });
  const load = async () => {
    if (typeof HandbookSearch === "undefined") await bring();
    await HandbookSearch.open((state) => {
      if (!state.total) return;
      bar.max = state.total;
      bar.value = state.loaded;
    });
  };

  /** Loads the engine once, without a word. */
  const preload = () => {
    if (!loading) {
      loading = load().finally(() => {
        loaded = true;
        rest();
      });
      loading.then(() => tell("engine-ready"), () => tell("engine-missing"));
    }
    return loading;
  };

  /** Loads the engine for a reader who waits for it. */
  const open = () => {
    const result = preload();
    if (!loaded) shown ??= setTimeout(() => progress.append(make("label", "", words.loading, " ", bar)), PATIENCE);
    return result;
  };

  /** The reader does not wait any more. */
  const rest = () => {
    clearTimeout(shown);
    shown = undefined;
    progress.replaceChildren();
  };

  const search = async (query) => {
    await open();
    return HandbookSearch.search(query);
  };

  const quietly = (promise) => promise.catch(() => {});

  input.addEventListener("focus", () => quietly(preload()), { once: true });
  if (words.eager && !navigator.connection?.saveData) {
    const idle = globalThis.requestIdleCallback ?? ((run) => setTimeout(run, 1000));
    const later = () => idle(() => quietly(preload()));
    if (document.readyState === "complete") later();
    else addEventListener("load", later, { once: true });
  }

  // The key "/"

  const isField = (element) => element.isContentEditable || element.matches("textarea, select, input:not([type=checkbox], [type=radio])");

  // A shortcut of a single key must be such that readers can switch it off (WCAG 2.1.4). Only who does so has it kept.
  const toggle = document.querySelector("[data-shortcut]");
  const kept = (change) => {
    try {
      return change(localStorage);
    } catch {
      return null;
    }
  };
  let isOn = kept((storage) => storage.getItem("taste-suche")) !== "aus";
  const showShortcut = () => {
    toggle.textContent = isOn ? toggle.dataset.off : toggle.dataset.on;
    toggle.hidden = false;
    if (isOn) input.setAttribute("aria-keyshortcuts", "/");
    else input.removeAttribute("aria-keyshortcuts");
    form.classList.toggle("without-key", !isOn);
  };
  toggle?.addEventListener("click", () => {
    isOn = !isOn;
    kept((storage) => (isOn ? storage.removeItem("taste-suche") : storage.setItem("taste-suche", "aus")));
    showShortcut();
  });
  if (toggle) showShortcut();

  document.addEventListener("keydown", (event) => {
    if (!isOn || event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || event.isComposing || isField(event.target)) return;
    event.preventDefault();
    input.focus();
    input.select();
  });

  globalThis.HandbookField = { PAUSE, count, fill, make, marked, open, search, some };
  if (!words.suggestions) return;

  // Suggestions, as the practices guide of ARIA has it: an editable combobox with a list from which the reader chooses.

  const list = make("ul", "suggestions");
  list.id = "suche-vorschlaege";
  list.hidden = true;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", words.suggestions);
  const status = make("p", "visually-hidden");
  status.setAttribute("role", "status");
  form.append(list, status);
  for (const [name, value] of [["role", "combobox"], ["aria-autocomplete", "list"], ["aria-expanded", "false"], ["aria-controls", list.id]]) {
    input.setAttribute(name, value);
  }

  /** Address of the list of cases for a text. */
  const listed = (text) => `${form.getAttribute("action")}${text ? `?${new URLSearchParams({ q: text })}` : ""}`;
  const go = (address) => location.assign(address);

  let active = -1;
  let asked = 0;
  let timer;

  const close = () => {
    clearTimeout(timer);
    rest();
    asked += 1;
    list.hidden = true;
    input.setAttribute("aria-expanded", "false");
    choose(-1);
  };

  const choose = (index) => {
    list.children[active]?.setAttribute("aria-selected", "false");
    active = index;
    const option = list.children[active];
    if (!option) return input.removeAttribute("aria-activedescendant");
    option.setAttribute("aria-selected", "true");
    option.scrollIntoView({ block: "nearest" });
    input.setAttribute("aria-activedescendant", option.id);
  };

  const option = (address, className, ...children) => {
    const item = make("li", className, ...children);
    item.setAttribute("role", "option");
    item.setAttribute("aria-selected", "false");
    item.dataset.address = address;
    return item;
  };

  const options = (text, { total, hits, completions = [], suggestions = [] }) => {
    // The unfinished word, gender stars included.
    const last = /[\p{L}\p{N}*:_]*$/u.exec(text)[0];
    const others = completions.filter((word) => word.toLowerCase() !== last.toLowerCase()).slice(0, COMPLETIONS);
    const completed = others.map((word) => text.slice(0, text.length - last.length) + word);
    return [
      ...hits.map((hit) => option(root + hit.url, "suggestion-hit", make("span", "suggestion-title", ...marked(hit.title)), " ", make("span", "suggestion-where", some(hit.places)))),
      ...(total ? [] : suggestions).map((phrase) => option(listed(phrase), "suggestion-words", fill(words.didYouMean, { text: phrase }))),
      ...completed.map((phrase) => option(listed(phrase), "suggestion-words", fill(words.complete, { text: phrase }))),
      ...(total ? [option(listed(text), "suggestion-all", total === 1 ? words.allOne : fill(words.all, { n: total.toLocaleString(document.documentElement.lang) }))] : []),
    ];
  };

  const suggest = async () => {
    const text = input.value.trim();
    if (!text) return close();
    const mine = ++asked;
    // What is wrong is said by the list of cases; here the field goes on without suggestions.
    const results = await open()
      .then(() => mine === asked && HandbookSearch.search({ text, limit: HITS, completions: COMPLETIONS }))
      .catch(() => undefined);
    if (mine !== asked || document.activeElement !== input) return;
    if (!results) return close();
    const found = options(text, results);
    found.forEach((item, index) => { item.id = `${list.id}-${index}`; });
    choose(-1);
    list.replaceChildren(...found);
    list.hidden = found.length === 0;
    input.setAttribute("aria-expanded", String(!list.hidden));
    status.textContent = count(results.total);
  };

  const KEYS = {
    ArrowDown: () => (list.hidden ? suggest() : choose(active + 1 < list.children.length ? active + 1 : -1)),
    ArrowUp: () => (list.hidden ? suggest() : choose(active < 0 ? list.children.length - 1 : active - 1)),
    Enter: () => go(list.children[active].dataset.address),
    Escape: () => {
      if (list.hidden) input.value = "";
      close();
    },
  };

  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(suggest, PAUSE);
  });
  input.addEventListener("keydown", (event) => {
    if (event.isComposing || event.ctrlKey || event.metaKey) return;
    if (event.key === "Home" || event.key === "End") choose(-1);
    if (!Object.hasOwn(KEYS, event.key) || (event.key === "Enter" && active < 0)) return;
    event.preventDefault();
    KEYS[event.key]();
  });
  input.addEventListener("focus", () => input.value.trim() && suggest());
  input.addEventListener("blur", close);
  // The field keeps the focus while the pointer is in the list.
  list.addEventListener("pointerdown", (event) => event.preventDefault());
  list.addEventListener("mousedown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => {
    const address = event.target.closest("[role=option]")?.dataset.address;
    if (address) go(address);
  });
  // Not left to the browser: some refuse to send a form from a file.
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    go(listed(input.value.trim()));
  });
})();
