// How pages look and what their readers reach: modes of display, and the stops of the keyboard.

/** Ways to show a page. Forced colours are those of a dark and of a light contrast theme. */
export const MODES = [
  { name: 'light, 1280 px', width: 1280, scheme: 'light' },
  { name: 'dark, 1280 px', width: 1280, scheme: 'dark' },
  { name: 'forced colours, 1280 px', width: 1280, scheme: 'dark', forced: true },
  { name: 'light, 320 px', width: 320, scheme: 'light' },
  { name: 'dark, 320 px', width: 320, scheme: 'dark' },
  { name: 'forced colours, 320 px', width: 320, scheme: 'light', forced: true },
];

const sessions = new WeakMap();

/** Shows a page in a mode, without moving or reloading it. Chromium only: drivers in general know no forced colours. */
export async function show(page, { width = 1280, height = 900, scheme = 'light', forced = false, motion = 'reduce' } = {}) {
  if (!sessions.has(page)) sessions.set(page, await page.createCDPSession());
  await sessions.get(page).send('Emulation.setEmulatedMedia', {
    features: [
      { name: 'prefers-color-scheme', value: scheme },
      { name: 'forced-colors', value: forced ? 'active' : 'none' },
      { name: 'prefers-reduced-motion', value: motion },
    ],
  });
  await page.setViewport({ width, height });
}

/** Puts into a page what looks at it; see the comments of `globalThis.access`. */
export const addProbes = (page) =>
  page.evaluate(() => {
    const visited = new WeakSet();
    const channels = (color) => color.match(/[\d.]+/g)?.map(Number) ?? [];
    const luminance = ([red, green, blue]) =>
      [red, green, blue]
        .map((value) => value / 255)
        .map((value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4))
        .reduce((sum, value, index) => sum + value * [0.2126, 0.7152, 0.0722][index], 0);
    /** The first colour behind an element that covers what lies under it. */
    const behind = (element) => {
      for (let each = element; each; each = each.parentElement) {
        const color = channels(getComputedStyle(each).backgroundColor);
        if (color.length === 3 || color[3] === 1) return color;
      }
      return channels(matchMedia('(forced-colors: active) and (prefers-color-scheme: dark)').matches ? '0 0 0' : '255 255 255');
    };
    /** Contrast between a colour and what lies behind an element, 1 to 21 (WCAG 2.2). */
    const contrast = (color, element) => {
      const [low, high] = [luminance(channels(color)), luminance(behind(element))].sort((left, right) => left - right);
      return (high + 0.05) / (low + 0.05);
    };
    const name = (element) => `<${element.localName} class="${element.className}"> ${(element.textContent || element.ariaLabel || '').trim().slice(0, 30)}`;

    /** What is wrong with the mark of the focus on an element. */
    const mark = (element) => {
      const { outlineStyle, outlineWidth, outlineColor, outlineOffset, boxShadow } = getComputedStyle(element);
      if (outlineStyle === 'none' || parseFloat(outlineWidth) < 2) return ['no mark of the focus'];
      const around = parseFloat(outlineOffset) < 0 ? element : element.parentElement;
      // A line with a ring of another colour can be seen on whatever one of the two can be seen on.
      const colors = [outlineColor, ...(boxShadow.match(/rgba?\([^)]*\)/g) ?? [])];
      const ratio = Math.max(...colors.map((color) => contrast(color, around)));
      return ratio < 3 ? [`the mark of the focus has a contrast of ${ratio.toFixed(1)}`] : [];
    };
    /** Whether an element can be seen where the focus is. */
    const sight = (element) => {
      const inView = [...element.getClientRects()].find((box) => box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth);
      if (!inView) return ['out of sight'];
      const middle = (from, to, end) => Math.min(end - 1, Math.max(0, (Math.max(0, from) + Math.min(end, to)) / 2));
      const over = document.elementFromPoint(middle(inView.left, inView.right, innerWidth), middle(inView.top, inView.bottom, innerHeight));
      const isOwn = over && (element.contains(over) || over.contains(element) || over.closest('label')?.contains(element));
      return isOwn ? [] : [`covered by ${over ? name(over) : 'nothing'}`];
    };
    const CONTROLS = 'a[href], button, input:not([type="hidden"]), select, textarea, summary, [tabindex="0"], [role="option"]';
    /** What a reader comes for, or does again and again. */
    const MAIN = '.button:not(.button-small), .main-nav a, .brand, .answer, .choice, .facet-value, .chip, .chips a, [role="option"], summary, input:not([type="radio"], [type="checkbox"]), select, textarea, .pagination a, .letters a';
    const isSeen = (element) => element.checkVisibility({ visibilityProperty: true }) && element.offsetWidth > 1 && element.getBoundingClientRect().right > 0 && element.getBoundingClientRect().bottom + scrollY > 0;
    const isFolded = (element) => element.closest('details:not([open])') !== null && !element.matches('details:not([open]) > summary');
    const seen = (selector) => [...document.querySelectorAll(selector)].filter((element) => isSeen(element) && !isFolded(element));
    /** Links in a sentence are as high as its lines (WCAG 2.5.8, exception "inline"). */
    const isInSentence = (element) => {
      if (getComputedStyle(element).display !== 'inline') return false;
      const block = element.parentElement.closest('p, li, dd, dt, td, th, caption, figcaption, legend, blockquote, sup, div') ?? element.parentElement;
      const links = [...block.querySelectorAll('a, button')].reduce((text, each) => text.replace(each.textContent, ''), block.textContent);
      return block.matches('sup') || links.trim().length > 0;
    };
    globalThis.access = {
      /** Targets that are too small to be hit. */
      targets() {
        const problems = [];
        for (const control of seen(CONTROLS)) {
          const target = (control.matches('input[type="radio"], input[type="checkbox"]') && control.closest('label')) || control;
          const { width, height } = target.getBoundingClientRect();
          // Half a pixel is lost to rounding.
          if (Math.min(width, height) < 23.5 && !isInSentence(control)) problems.push(`${name(target)} has ${Math.round(width)} × ${Math.round(height)} px`);
          else if (target.matches(MAIN) && height < 43.5) problems.push(`${name(target)} is ${Math.round(height)} px high, a main action`);
        }
        return problems;
      },
      /** What moves, in a page whose reader has asked for less motion. */
      motion() {
        const lasts = (list) => list.split(',').some((each) => parseFloat(each) > 0);
        const moving = [...document.querySelectorAll('*')].filter((element) =>
          [undefined, '::before', '::after'].some((part) => {
            const { transitionDuration, animationName, scrollBehavior } = getComputedStyle(element, part);
            return lasts(transitionDuration) || animationName !== 'none' || (!part && scrollBehavior === 'smooth');
          }),
        );
        return [...moving.map(name), ...document.getAnimations().map((each) => `animation ${each.id}`)];
      },
      /** In forced colours: text without contrast; controls without a mark of the focus, an edge or a line. One of each look is enough. */
      forced() {
        const texts = [...document.querySelectorAll('body *')].filter((element) => isSeen(element) && [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.data.trim()));
        const problems = texts.map((element) => [element, contrast(getComputedStyle(element).color, element)]).filter(([element, ratio]) => ratio < 4.5 && !element.closest(':disabled, .visually-hidden')).map(([element, ratio]) => `${name(element)}: text with a contrast of ${ratio.toFixed(1)}`);
        const looks = new Set();
        for (const control of seen(CONTROLS)) {
          const look = `${control.parentElement.localName}.${control.parentElement.className} ${control.localName}.${control.className}`;
          if (looks.has(look) || control.disabled) continue;
          looks.add(look);
          const style = getComputedStyle(control);
          const sides = ['Top', 'Right', 'Bottom', 'Left'].filter((side) => parseFloat(style[`border${side}Width`]) > 0 && style[`border${side}Style`] !== 'none' && contrast(style[`border${side}Color`], control.parentElement) >= 3);
          const drawn = control.matches('a, summary, [tabindex="0"], [role="option"], input[type="radio"], input[type="checkbox"]');
          if (!drawn && sides.length < 3 && !style.textDecorationLine.includes('underline')) problems.push(`${name(control)}: no edge`);
          if (control.role === 'option') continue;
          control.blur();
          control.focus({ focusVisible: true, preventScroll: true });
          if (document.activeElement === control) problems.push(...mark(control).map((what) => `${name(control)}: ${what}`));
        }
        return problems;
      },
      /** The stop that the keyboard is on; nothing where it has left the page. */
      stop() {
        const element = document.activeElement;
        if (element === document.body || element === document.documentElement) return undefined;
        // Parts of a date field are stops of their own within one element.
        const again = visited.has(element) && element.type !== 'date' ? ['comes round again before the page ends'] : [];
        visited.add(element);
        return { what: name(element), wrong: [...sight(element), ...mark(element), ...again] };
      },
    };
  });

/** Presses Tab, and answers with the stop and what is wrong with it, as the next frame shows it. */
export async function tab(page) {
  await page.keyboard.press('Tab');
  return page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(globalThis.access.stop())))));
}
