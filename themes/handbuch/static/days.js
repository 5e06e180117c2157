// Days where the reader is. A page knows the deadlines that had passed when it was built; here, those that have passed since are marked.
"use strict";
globalThis.HandbookDays = (() => {
  /** Today, as YYYY-MM-DD. */
  const today = () => {
    const date = new Date();
    return [date.getFullYear(), date.getMonth() + 1, date.getDate()].map((part) => String(part).padStart(2, "0")).join("-");
  };

  /** Whether a date of any precision (`YYYY`, `YYYY-MM`, `YYYY-MM-DD`) lies before a day. */
  const isPast = (date, day) => date < day.slice(0, date.length);

  for (const time of document.querySelectorAll("time[data-due]")) {
    if (isPast(time.dateTime, today())) time.parentElement.querySelector("[data-passed]").hidden = false;
  }

  return { today, isPast };
})();
