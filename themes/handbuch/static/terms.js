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

  let open = null;
  let timer = 0;

  const place = () => {
    const box = open.getClientRects()[0];
    if (!box) return hide();
    const gap = 8;
    const width = document.documentElement.clientWidth;
    const left = Math.min(Math.max(gap, box.left), Math.max(gap, width - tip.offsetWidth - gap));
    const below = box.bottom + gap;
    const above = box.top - gap - tip.offsetHeight;
    const fits = below + tip.offsetHeight <= innerHeight || above < gap;
    tip.style.left = `${left}px`;
    tip.style.top = `${fits ? Math.max(gap, Math.min(below, innerHeight - tip.offsetHeight - gap)) : above}px`;
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
    term.addEventListener("focus", () => !touched && show(term));
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
