// The sheet of filters takes the focus when it opens, and Escape, which closes it, gives it back.
"use strict";

(() => {
  const FIELDS = ".select2-selection, select, input:not([type=hidden])";

  document.addEventListener("click", (event) => {
    const sheet = document.getElementById("changelist-filter");
    if (!sheet || !event.target.closest("[data-opens-filters]")) return;
    const seen = () => [...sheet.querySelectorAll(FIELDS)].find((field) => field.getClientRects().length && field.tabIndex >= 0);
    // It is shown after the click was dealt with.
    setTimeout(() => seen()?.focus(), 50);
  });

  // The searchable fields keep Escape to themselves, also when none of their lists is open.
  document.addEventListener(
    "keydown",
    (event) => {
      const sheet = document.getElementById("changelist-filter");
      if (event.key !== "Escape" || !sheet?.contains(document.activeElement)) return;
      if (sheet.querySelector(".select2-container--open")) return;
      event.stopPropagation();
      window.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape" }));
      document.querySelector("[data-opens-filters]")?.focus();
    },
    true,
  );
})();
