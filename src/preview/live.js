// Keeps a page of the preview as its files are: reloads it when there is a new edition, swaps style sheets where only these
// changed, and shows what stands against the next edition on top of the last good page. Stores nothing.
(() => {
  'use strict';
  let seen = Number(document.currentScript.dataset.number);

  const styles = new CSSStyleSheet();
  styles.replaceSync(`
    :host { all: initial; }
    section { position: fixed; inset: auto 0 0 0; z-index: 2147483647; max-height: 60vh; overflow: auto; padding: 1rem 1.25rem 1.25rem;
      border-top: 4px solid #c8102e; background: #1f1416; color: #fff; font: 16px/1.5 system-ui, sans-serif; }
    .head { display: flex; gap: 1rem; justify-content: space-between; align-items: baseline; }
    h2 { margin: 0; font-size: 1.125rem; }
    button { min-height: 2.75rem; padding: 0 1rem; border: 2px solid #fff; border-radius: 4px; background: none; color: inherit; font: inherit; cursor: pointer; }
    button:focus-visible { outline: 3px solid #ffd23f; outline-offset: 2px; }
    pre { margin: .75rem 0 0; white-space: pre-wrap; overflow-wrap: anywhere; font: 14px/1.5 ui-monospace, monospace; }
    @media print { section { display: none; } }`);

  const host = document.createElement('div');
  const root = host.attachShadow({ mode: 'open' });
  root.adoptedStyleSheets = [styles];

  function showProblems(problems) {
    root.replaceChildren();
    if (!problems) {
      host.remove();
      return;
    }
    const title = Object.assign(document.createElement('h2'), { textContent: problems.title });
    const close = Object.assign(document.createElement('button'), { type: 'button', textContent: problems.close });
    close.addEventListener('click', () => host.remove());
    // A header would be a second one of the whole page.
    const head = Object.assign(document.createElement('div'), { className: 'head' });
    head.append(title, close);
    const report = Object.assign(document.createElement('pre'), { textContent: problems.report, tabIndex: 0 });
    const section = document.createElement('section');
    section.setAttribute('role', 'alert');
    section.append(head, report);
    root.append(section);
    document.body.append(host);
  }

  /** Style sheets that are on their way. */
  const coming = new Set();

  function swapStyles(number) {
    for (const link of coming) link.remove();
    coming.clear();
    for (const link of document.querySelectorAll('link[rel="stylesheet"]')) {
      const address = new URL(link.href);
      address.searchParams.set('edition', number);
      // The old sheet stays until the new one is there: no flash of an unstyled page.
      const next = link.cloneNode();
      next.href = address.href;
      coming.add(next);
      next.addEventListener('load', () => {
        coming.delete(next);
        link.remove();
      });
      next.addEventListener('error', () => next.remove());
      link.after(next);
    }
  }

  const events = new EventSource('/_praxis/events');
  events.addEventListener('message', ({ data }) => {
    const view = JSON.parse(data);
    showProblems(view.problems);
    if (view.number <= seen) return;
    // After more than one step, something else than styles may have changed in between.
    if (view.stylesOnly && view.number === seen + 1) swapStyles(view.number);
    else location.reload();
    seen = view.number;
  });
  // Firefox reports connections that are cut by leaving the page.
  addEventListener('pagehide', () => events.close());
  // A page that comes back from memory has no connection any more.
  addEventListener('pageshow', (event) => { if (event.persisted) location.reload(); });
})();
