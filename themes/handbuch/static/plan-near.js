// Brings the transfer check to life when it is needed: at once where a plan is kept or comes with the address, else when the
// reader comes near it or chooses the case. Until then the page of a case loads neither its scripts nor their style.
"use strict";
(() => {
  const HandbookPlan = (globalThis.HandbookPlan ??= {});
  const { sheet, scripts } = document.currentScript.dataset;
  const list = document.querySelector("#teil-pruefliste");
  const button = document.querySelector("[data-select]");

  /** What the reader did before anything listened, by control, the last one last. */
  const early = new Map();
  const note = ({ currentTarget, target }) => {
    const control = currentTarget === button ? button : target;
    early.delete(control);
    early.set(control, control.value);
    load();
  };
  list.addEventListener("input", note);
  button.addEventListener("click", note);

  /** Hands over to whoever listens from now on. */
  HandbookPlan.takeEarly = () => {
    list.removeEventListener("input", note);
    button.removeEventListener("click", note);
    return [...early];
  };

  let isLoading = false;
  const load = () => {
    if (isLoading) return;
    isLoading = true;
    near.disconnect();
    const link = document.createElement("link");
    link.rel = "stylesheet";
    link.href = sheet;
    link.onload = link.onerror = () => {
      for (const address of scripts.split(" ")) {
        const script = document.createElement("script");
        script.src = address;
        script.async = false;
        document.head.append(script);
      }
    };
    document.head.append(link);
  };
  const near = new IntersectionObserver((entries) => entries.some(({ isIntersecting }) => isIntersecting) && load(), { rootMargin: "100% 0px" });

  const isKept = () => {
    try {
      return Object.keys(localStorage).some((key) => key.startsWith("praxis-plan."));
    } catch {
      return false;
    }
  };

  addEventListener("storage", () => isKept() && load());
  addEventListener("pageshow", () => isKept() && load());
  if (location.hash.startsWith("#plan=") || isKept()) return load();
  // From a disk only hub.html knows whether a plan is kept, and nothing has to come over a line.
  if (location.protocol === "file:") return addEventListener("load", () => (globalThis.requestIdleCallback ?? setTimeout)(load), { once: true });
  button.closest("[data-live]").hidden = false;
  near.observe(list);
})();
