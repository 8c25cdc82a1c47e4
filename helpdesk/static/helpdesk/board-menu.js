// The menu of a card on the board: for the keyboard, for touch, and for whoever does not drag.
"use strict";

(() => {
  const board = window.lineupBoard;
  if (!board.root) return;
  const box = board.root.querySelector("[data-menu-box]");
  const why = box.querySelector("[data-menu-why]");
  let card = null;

  const items = () => [...box.querySelectorAll("[role=menuitem]")];

  function possible(name) {
    if (name === "open") return true;
    if (card.dataset.locked) return false;
    if (name === "engineer") return !card.dataset.stays;
    if (card.dataset.kind !== "waiting") return false;
    const place = board.place(card);
    return name === "down" ? place < board.waiting(board.columnOf(card)).length : place > 1;
  }

  function reason() {
    const { locked, stays, kind } = card.dataset;
    if (locked || stays) return `${card.dataset.case}: ${locked || stays}.`;
    if (kind === "started") return "It is in progress and stays ahead of what waits.";
    return kind === "escalated" ? "It is escalated and has no place in line." : "";
  }

  function open(button) {
    card = button.closest(".board-card");
    items().forEach((item) => (item.disabled = !possible(item.dataset.do)));
    why.textContent = reason();
    why.hidden = !why.textContent;
    box.hidden = false;
    button.setAttribute("aria-expanded", "true");
    beside(button);
    items().find((item) => !item.disabled)?.focus({ preventScroll: true });
  }

  function beside(button) {
    const at = button.getBoundingClientRect();
    const left = Math.min(at.right - box.offsetWidth, innerWidth - box.offsetWidth - 8);
    const below = at.bottom + 4 + box.offsetHeight <= innerHeight;
    box.style.left = `${Math.max(8, left)}px`;
    box.style.top = `${below ? at.bottom + 4 : Math.max(8, at.top - box.offsetHeight - 4)}px`;
  }

  function close(isLeft) {
    if (box.hidden) return;
    box.hidden = true;
    card?.querySelector("[data-menu]").removeAttribute("aria-expanded");
    if (isLeft) card?.querySelector("[data-menu]").focus();
  }

  function act(name) {
    const column = board.columnOf(card);
    const source = column.dataset.engineer;
    const wanted = { ticket: card.dataset.ticket, source, target: source, undo: null };
    const place = board.place(card);
    close(false);
    if (name === "open") location.assign(card.querySelector("a").href);
    else if (name === "engineer") window.lineupPanel.chooseEngineer(wanted);
    else window.lineupPanel.preview({ ...wanted, place: { up: place - 1, down: place + 1, first: 1 }[name] });
  }

  board.root.addEventListener("click", (event) => {
    const button = event.target.closest("[data-menu]");
    const item = event.target.closest("[data-do]");
    if (button) {
      const isSame = !box.hidden && button.closest(".board-card") === card;
      close(false);
      if (!isSame) open(button);
    } else if (item) act(item.dataset.do);
  });

  board.root.addEventListener("contextmenu", (event) => {
    const pressed = event.target.closest(".board-card");
    if (!pressed || event.target.closest("a")) return;
    event.preventDefault();
    close(false);
    open(pressed.querySelector("[data-menu]"));
  });

  box.addEventListener("keydown", (event) => {
    const stops = items().filter((item) => !item.disabled);
    const at = stops.indexOf(document.activeElement);
    const next = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: stops.length - 1 }[event.key];
    if (next !== undefined) {
      event.preventDefault();
      stops[(next + stops.length) % stops.length].focus();
    } else if (event.key === "Escape" || event.key === "Tab") {
      event.preventDefault();
      close(true);
    }
  });

  document.addEventListener("pointerdown", (event) => {
    if (!event.target.closest("[data-menu-box], [data-menu]")) close(false);
  });
  addEventListener("resize", () => close(false));
  // Whatever scrolls, the menu stays at its card.
  document.addEventListener("scroll", () => !box.hidden && card?.isConnected && beside(card.querySelector("[data-menu]")), true);
})();
