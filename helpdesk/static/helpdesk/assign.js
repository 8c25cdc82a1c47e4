// The engineers' table of the Assign dialog: search while typing, rows as radio buttons, back from the busy prompt.
"use strict";

(() => {
  const rowsOf = (assign) => [...assign.querySelectorAll("[data-row]")];

  function narrow(assign) {
    const words = assign.querySelector("[data-search]").value.toLowerCase().split(/\s+/).filter(Boolean);
    const rows = rowsOf(assign);
    let shown = 0;
    rows.forEach((row) => {
      row.hidden = !words.every((word) => row.dataset.words.includes(word));
      if (!row.hidden) shown += 1;
      // What is out of sight is not what gets assigned.
      const radio = row.querySelector("input");
      if (row.hidden && radio.checked) {
        radio.checked = false;
        radio.dispatchEvent(new Event("change", { bubbles: true }));
      }
    });
    assign.querySelector("[data-none]").hidden = shown > 0;
    const all = `${rows.length} engineer${rows.length === 1 ? "" : "s"}`;
    assign.querySelector("[data-count]").textContent = shown === rows.length ? all : `${shown} of ${all}`;
  }

  // A choice by key or by a click beside the button is told like the browser's own.
  function choose(radio) {
    radio.checked = true;
    radio.dispatchEvent(new Event("change", { bubbles: true }));
    radio.focus();
  }

  function pickFirst(assign) {
    const row = rowsOf(assign).find((one) => !one.hidden && !one.querySelector("input").disabled);
    if (!row) return;
    const radio = row.querySelector("input");
    choose(radio);
    row.scrollIntoView({ block: "nearest" });
  }

  document.addEventListener("input", (event) => {
    if (event.target.matches("[data-search]")) narrow(event.target.closest("[data-assign]"));
  });

  // From the search field, Down and Enter go to the first engineer found; Enter on an engineer sends the form.
  document.addEventListener("keydown", (event) => {
    if (!event.target.matches?.("[data-search]") || !["ArrowDown", "Enter"].includes(event.key)) return;
    event.preventDefault();
    pickFirst(event.target.closest("[data-assign]"));
  });

  // Arrow keys walk over the rows that are in sight; the browser's own radio keys would stop at hidden ones.
  document.addEventListener("keydown", (event) => {
    const radio = event.target.closest?.("[data-row] input[type=radio]");
    if (!radio || !["ArrowDown", "ArrowUp"].includes(event.key)) return;
    event.preventDefault();
    const assign = radio.closest("[data-assign]");
    const stops = rowsOf(assign)
      .filter((row) => !row.hidden)
      .map((row) => row.querySelector("input"))
      .filter((one) => !one.disabled);
    const at = stops.indexOf(radio);
    if (event.key === "ArrowUp" && at === 0) {
      assign.querySelector("[data-search]").focus();
      return;
    }
    const next = stops[Math.min(stops.length - 1, at + (event.key === "ArrowDown" ? 1 : -1))];
    choose(next);
    next.closest("[data-row]").scrollIntoView({ block: "nearest" });
  });

  // A letter typed on an engineer goes on with the search.
  document.addEventListener("keydown", (event) => {
    const radio = event.target.closest?.("[data-row] input[type=radio]");
    if (!radio || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Backspace" || (event.key.length === 1 && event.key !== " ")) {
      radio.closest("[data-assign]").querySelector("[data-search]").focus();
    }
  });

  // An answer shows the engineer chosen before, wherever they stand in the table.
  document.addEventListener("htmx:load", (event) => {
    const dialog = event.detail.elt.closest?.("#dialog");
    const row = dialog?.querySelector("[data-row] input:checked")?.closest("[data-row]");
    if (row) setTimeout(() => row.scrollIntoView({ block: "nearest" }), 100);
  });

  document.addEventListener("click", (event) => {
    const back = event.target.closest("[data-back]");
    if (back) {
      const form = back.closest("form");
      // With the prompt goes the place chosen in it: for somebody else it would be another decision.
      form.querySelectorAll("[data-busy]").forEach((part) => part.remove());
      form.querySelectorAll("[data-choice]").forEach((part) => (part.hidden = false));
      form.querySelectorAll("[data-choice] button[type=submit]").forEach((button) => (button.disabled = false));
      form.querySelector("[data-row] input:checked, [data-search]")?.focus();
      return;
    }
    const row = event.target.closest("[data-row]");
    if (!row || event.target.closest("label, input, a")) return;
    const radio = row.querySelector("input");
    if (!radio.disabled) choose(radio);
  });
})();
