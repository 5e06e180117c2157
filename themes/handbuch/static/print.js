// Shows the print buttons, which do nothing without a script.
(() => {
  "use strict";
  for (const button of document.querySelectorAll("button[data-print]")) {
    button.hidden = false;
    button.addEventListener("click", () => {
      document.body.classList.toggle("print-checklist", button.dataset.print === "pruefliste");
      print();
    });
  }
  addEventListener("afterprint", () => document.body.classList.remove("print-checklist"));
})();
