// Lets readers choose the cases to compare. The choice stands in the address (?faelle=a,b), so that it can be passed on.
// Without this script the table shows every case.
(() => {
  "use strict";
  const form = document.getElementById("auswahl");
  const table = document.getElementById("vergleich");
  if (!form || !table) return;

  const words = form.dataset;
  const limit = Number(words.limit);
  const boxes = [...form.querySelectorAll('input[name="faelle"]')];
  const differences = form.querySelector('input[name="unterschiede"]');
  const status = form.querySelector('[role="status"]');
  const reset = form.querySelector('button[type="reset"]');
  const rows = [...table.rows];
  const columns = rows[0].querySelectorAll("[data-case]");

  const chosen = () => boxes.filter((box) => box.checked);

  const message = (count) => {
    if (count === 0) return words.none;
    if (count === 1) return words.one;
    return words.status.replace("{n}", count).replace("{limit}", limit);
  };

  const update = () => {
    const cases = new Set(chosen().map((box) => box.value));
    const shown = [...columns].map((column) => cases.size === 0 || cases.has(column.dataset.case));
    const onlyDifferences = differences.checked && cases.size > 1;
    for (const row of rows) {
      const cells = [...row.cells].slice(1);
      cells.forEach((cell, index) => { cell.hidden = !shown[index]; });
      const texts = new Set(cells.filter((_, index) => shown[index]).map((cell) => cell.textContent.trim()));
      row.hidden = onlyDifferences && texts.size < 2;
    }
    for (const box of boxes) box.disabled = !box.checked && cases.size >= limit;
    differences.closest("label").hidden = cases.size < 2;
    reset.hidden = cases.size === 0;
    table.classList.toggle("compare-chosen", cases.size > 0);
    status.textContent = message(cases.size);
  };

  const remember = () => {
    const query = chosen().map((box) => encodeURIComponent(box.value)).join(",");
    history.replaceState(null, "", location.pathname + (query ? `?faelle=${query}` : "") + location.hash);
  };

  const wanted = (new URLSearchParams(location.search).get("faelle") || "").split(",").filter(Boolean);
  let free = limit;
  for (const box of boxes) box.checked = wanted.includes(box.value) && free-- > 0;

  form.hidden = false;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    table.parentElement.focus();
    table.parentElement.scrollIntoView();
  });
  form.addEventListener("change", () => { update(); remember(); });
  form.addEventListener("reset", () => setTimeout(() => { update(); remember(); boxes[0].focus(); }));
  update();
})();
