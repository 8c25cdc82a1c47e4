// Moving a card on the board: dragged by the pointer, or lifted, moved and dropped by the keyboard.
"use strict";

(() => {
  const board = window.lineupBoard;
  if (!board.root) return;
  const panel = window.lineupPanel;
  const line = document.createElement("li");
  line.className = "board-drop";
  line.setAttribute("aria-hidden", "true");
  // { card, source, before, how } while a card is lifted; `before` is what stood behind it.
  let lifted = null;

  // --- what both ways share -------------------------------------------------------------------------------------------

  function refuse(card, words) {
    board.toast(`${card.dataset.case}: ${words}.`, "red");
    card.classList.remove("board-card-refused");
    requestAnimationFrame(() => card.classList.add("board-card-refused"));
  }

  function lift(card, how) {
    if (card.dataset.locked) {
      refuse(card, card.dataset.locked);
      return false;
    }
    lifted = { card, source: board.columnOf(card), before: card.nextElementSibling, how };
    card.classList.add("board-card-lifted");
    return true;
  }

  // Why a card cannot go to this column; empty where it can.
  function closed(card, column) {
    if (column === lifted.source) return "";
    return card.dataset.stays || column.dataset.closed.replace(/\.$/, "");
  }

  function end() {
    lifted?.card.classList.remove("board-card-lifted");
    line.remove();
    board.columns().forEach((column) => column.classList.remove("board-column-over", "board-column-closed"));
    const ended = lifted;
    lifted = null;
    return ended;
  }

  function putBack(move) {
    move.source.querySelector("[data-cards]").insertBefore(move.card, move.before?.isConnected ? move.before : null);
  }

  function drop(column, place) {
    const { card, source } = lifted;
    const move = { ...lifted };
    end();
    panel.preview({
      ticket: card.dataset.ticket,
      source: source.dataset.engineer,
      target: column.dataset.engineer,
      place,
      undo: () => card.isConnected && source.isConnected && putBack(move),
    });
  }

  // --- the pointer ----------------------------------------------------------------------------------------------------

  function othersIn(column) {
    return board.waiting(column).filter((card) => card !== lifted.card);
  }

  function placeAt(column, y) {
    const others = othersIn(column);
    const next = others.findIndex((card) => {
      const box = card.getBoundingClientRect();
      return y < box.top + box.height / 2;
    });
    return next < 0 ? others.length : next;
  }

  function showLine(column, index) {
    const list = column.querySelector("[data-cards]");
    const others = othersIn(column);
    list.insertBefore(line, others[index] || list.querySelector("[data-nothing]"));
  }

  board.root.addEventListener("dragstart", (event) => {
    const card = event.target.closest?.(".board-card");
    if (!card || event.target.closest("a")) return;
    if (!lift(card, "pointer")) {
      event.preventDefault();
      return;
    }
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", card.dataset.case);
  });

  board.root.addEventListener("dragover", (event) => {
    const column = event.target.closest?.(".board-column");
    if (lifted?.how !== "pointer" || !column) return;
    event.preventDefault();
    const why = closed(lifted.card, column);
    event.dataTransfer.dropEffect = why ? "none" : "move";
    board.columns().forEach((one) => {
      one.classList.toggle("board-column-over", one === column && !why);
      one.classList.toggle("board-column-closed", one === column && Boolean(why));
    });
    if (why) line.remove();
    else showLine(column, placeAt(column, event.clientY));
  });

  board.root.addEventListener("drop", (event) => {
    const column = event.target.closest?.(".board-column");
    if (lifted?.how !== "pointer" || !column) return;
    event.preventDefault();
    const index = placeAt(column, event.clientY);
    const isOwn = column === lifted.source;
    if (isOwn && lifted.card.dataset.kind === "waiting" && index + 1 === board.place(lifted.card)) {
      board.say(`${lifted.card.dataset.case} stays where it is.`);
      end();
      return;
    }
    drop(column, index + 1);
  });

  board.root.addEventListener("dragend", () => {
    if (lifted?.how !== "pointer") return;
    const over = board.root.querySelector(".board-column-closed");
    const why = over && closed(lifted.card, over);
    const { card } = lifted;
    end();
    if (why) refuse(card, why);
  });

  // --- the keyboard ---------------------------------------------------------------------------------------------------

  const said = (card) => {
    const column = board.columnOf(card);
    return `${card.dataset.case}, place ${board.place(card)} of ${board.waiting(column).length} in ${column.dataset.name}'s line.`;
  };

  function liftByKeyboard(card) {
    if (!lift(card, "keyboard")) return;
    board.say(`${card.dataset.case} is lifted. Arrow keys move it, Enter drops it, Escape leaves it where it was.`);
  }

  // A card in progress or escalated, lifted, is shown among the waiting of the other column until it is dropped or left.
  function insert(card, column, index) {
    const list = column.querySelector("[data-cards]");
    list.insertBefore(card, othersIn(column)[index] || list.querySelector("[data-nothing]"));
    card.focus({ preventScroll: true });
    card.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  function placeNow(card, column) {
    const others = othersIn(column);
    const before = others.findIndex((one) => card.compareDocumentPosition(one) & Node.DOCUMENT_POSITION_FOLLOWING);
    return before < 0 ? others.length : before;
  }

  function step(key) {
    const { card } = lifted;
    const column = board.columnOf(card);
    const index = placeNow(card, column);
    if (key === "ArrowUp" || key === "ArrowDown") {
      if (card.dataset.kind !== "waiting" && column === lifted.source) return refuse(card, "it stays ahead of what waits and can only go to another engineer");
      const next = index + (key === "ArrowUp" ? -1 : 1);
      if (next < 0 || next > othersIn(column).length) return board.say(key === "ArrowUp" ? "It is first." : "It is last.");
      insert(card, column, next);
    } else {
      const all = board.columns();
      const target = all[all.indexOf(column) + (key === "ArrowLeft" ? -1 : 1)];
      if (!target) return board.say("There is no column on that side.");
      const why = closed(card, target);
      if (why) return refuse(card, why);
      insert(card, target, Math.min(index, othersIn(target).length));
    }
    const here = board.columnOf(card);
    board.say(card.dataset.kind === "waiting" ? said(card) : `${card.dataset.case} in ${here.dataset.name}'s line.`);
  }

  function dropByKeyboard() {
    const { card, source } = lifted;
    const column = board.columnOf(card);
    const isWhereItWas = column === source && card.nextElementSibling === lifted.before;
    if (isWhereItWas && card.dataset.kind === "waiting") {
      end();
      board.say(`${card.dataset.case} stays where it is.`);
      return;
    }
    drop(column, placeNow(card, column) + 1);
  }

  function leave() {
    const move = end();
    putBack(move);
    board.focusCard(move.card);
    board.say(`${move.card.dataset.case} is back where it was. Nothing was changed.`);
  }

  // Without a lifted card the arrows walk over the cards.
  function walk(card, key) {
    const column = board.columnOf(card);
    const own = board.cards(column);
    const index = own.indexOf(card);
    if (key === "ArrowUp" || key === "ArrowDown") return board.focusCard(own[index + (key === "ArrowUp" ? -1 : 1)]);
    const step = key === "ArrowLeft" ? -1 : 1;
    const all = board.columns();
    for (let at = all.indexOf(column) + step; at >= 0 && at < all.length; at += step) {
      const others = board.cards(all[at]);
      if (others.length) return board.focusCard(others[Math.min(index, others.length - 1)]);
    }
  }

  board.root.addEventListener("keydown", (event) => {
    const card = event.target.closest(".board-card");
    if (!card || event.target !== card || panel.isOpen() || event.ctrlKey || event.metaKey || event.altKey) return;
    const isArrow = event.key.startsWith("Arrow");
    if (lifted?.how === "keyboard") {
      if (isArrow) step(event.key);
      else if (event.key === "Enter" || event.key === " ") dropByKeyboard();
      else if (event.key === "Escape") leave();
      else if (event.key !== "Tab") return;
      event.preventDefault();
      return;
    }
    if (event.key === " " || event.key === "m") liftByKeyboard(card);
    else if (event.key === "Enter") location.assign(card.querySelector("a").href);
    else if (isArrow) walk(card, event.key);
    else return;
    event.preventDefault();
  });

  // A lifted card that loses the keyboard is left where it was.
  board.root.addEventListener("focusout", (event) => {
    if (lifted?.how !== "keyboard" || event.target !== lifted.card) return;
    setTimeout(() => {
      if (lifted?.how === "keyboard" && document.activeElement !== lifted.card && !panel.isOpen()) putBack(end());
    }, 50);
  });
})();
