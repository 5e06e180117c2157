// Shows the explanation of a glossary term on hover, focus and tap. Without this script the term is a link to the glossary.
(() => {
  "use strict";
  const terms = document.querySelectorAll("a.term[data-term]");
  if (!terms.length) return;

  const tip = document.createElement("div");
  tip.className = "tooltip";
  tip.id = "tooltip-begriff";
  tip.setAttribute("role", "tooltip");
  tip.hidden = true;
  (document.querySelector("main") ?? document.body).append(tip);

  /** Pixels between a term and its explanation, and between both and the edges of the window. */
  const GAP = 8;
  let open = null;
  let timer = 0;

  const place = () => {
    if (!open.getClientRects().length) return hide();
    // A term that runs over the end of a line is as high as both lines.
    const box = open.getBoundingClientRect();
    const width = document.documentElement.clientWidth;
    tip.style.left = `${Math.min(Math.max(GAP, box.left), Math.max(GAP, width - tip.offsetWidth - GAP))}px`;
    // The term stays in sight: in a low window the explanation takes the larger side, and what is too long for it scrolls.
    tip.style.maxHeight = "";
    const below = innerHeight - box.bottom - 2 * GAP;
    const above = box.top - 2 * GAP;
    const under = tip.offsetHeight <= below || below >= above;
    tip.style.maxHeight = `${Math.max(0, under ? below : above)}px`;
    tip.style.top = `${under ? box.bottom + GAP : box.top - GAP - tip.offsetHeight}px`;
  };

  /** Who uses the keyboard cannot scroll an explanation: a term that leaves it too little room moves to the top. */
  const makeRoom = () => {
    if (!open || tip.scrollHeight <= tip.clientHeight) return;
    scrollBy({ top: open.getBoundingClientRect().top - GAP, behavior: "instant" });
    place();
  };

  const show = (term) => {
    clearTimeout(timer);
    if (open === term) return;
    hide();
    open = term;
    tip.textContent = term.dataset.term;
    tip.hidden = false;
    term.setAttribute("aria-describedby", tip.id);
    place();
  };

  const hide = () => {
    clearTimeout(timer);
    if (!open) return;
    open.removeAttribute("aria-describedby");
    open = null;
    tip.hidden = true;
  };

  // The pointer may wander from the term to the explanation; a focused term keeps its explanation.
  const leave = () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      if (open && document.activeElement !== open) hide();
    }, 250);
  };

  for (const term of terms) {
    let touched = false;
    term.addEventListener("pointerenter", (event) => event.pointerType !== "touch" && show(term));
    term.addEventListener("pointerleave", (event) => event.pointerType !== "touch" && leave());
    term.addEventListener("focus", () => {
      if (touched) return;
      show(term);
      makeRoom();
    });
    term.addEventListener("blur", hide);
    // First tap explains, second tap follows the link.
    term.addEventListener("pointerdown", (event) => { touched = event.pointerType === "touch"; });
    term.addEventListener("click", (event) => {
      if (touched && open !== term) {
        event.preventDefault();
        show(term);
      }
      touched = false;
    });
  }
  tip.addEventListener("pointerenter", () => clearTimeout(timer));
  tip.addEventListener("pointerleave", leave);
  document.addEventListener("keydown", (event) => event.key === "Escape" && hide());
  document.addEventListener("pointerdown", (event) => {
    if (open && event.target !== open && !open.contains(event.target) && !tip.contains(event.target)) hide();
  });
  addEventListener("scroll", () => open && place(), { passive: true });
  addEventListener("resize", () => open && place());
})();
