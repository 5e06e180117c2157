// A plan as a table for spreadsheets, as a German Excel opens it: semicolons, Windows line ends, UTF-8 with its mark.
"use strict";
(() => {
  const HandbookPlan = (globalThis.HandbookPlan ??= {});

  /** A spreadsheet takes a cell that begins like this for a formula, and runs it. */
  const FORMULA = /^[\s]*[=+\-@]|^[\t\r]/;

  const cell = (value) => {
    const safe = FORMULA.test(value) ? `'${value}` : value;
    return /[";\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
  };

  const toCsv = (rows) => `\ufeff${rows.map((row) => `${row.map(cell).join(";")}\r\n`).join("")}`;

  Object.assign(HandbookPlan, { toCsv });
})();
