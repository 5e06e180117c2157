// Adds a copy button below everything marked with data-copy. Words come from the <body> of the page.
(() => {
  "use strict";
  const words = document.body.dataset;

  const select = (element) => {
    const range = document.createRange();
    range.selectNodeContents(element);
    const selection = getSelection();
    selection.removeAllRanges();
    selection.addRange(range);
  };

  const copy = async (element) => {
    const text = element.textContent.trim();
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      // No clipboard, as in some browsers on file://: the older way, and the text stays selected if that fails too.
      select(element);
      try {
        return document.execCommand("copy");
      } catch {
        return false;
      }
    }
  };

  for (const element of document.querySelectorAll(".copyable[data-copy]")) {
    const row = document.createElement("p");
    row.className = "copy-row";
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button button-quiet button-small";
    button.textContent = words.copy;
    if (element.dataset.copy) {
      const what = document.createElement("span");
      what.className = "visually-hidden";
      what.textContent = `: ${element.dataset.copy}`;
      button.append(what);
    }
    const status = document.createElement("span");
    status.className = "copy-status";
    status.setAttribute("role", "status");
    row.append(button, " ", status);
    element.after(row);
    let timer = 0;
    button.addEventListener("click", async () => {
      status.textContent = (await copy(element)) ? words.copied : words.copyFailed;
      clearTimeout(timer);
      timer = setTimeout(() => { status.textContent = ""; }, 6000);
    });
  }
})();
