// The panel of the board: what a move would do, saving it, and leaving it.
"use strict";

window.lineupPanel = (() => {
  const board = window.lineupBoard;
  if (!board.root) return {};
  const panel = board.root.querySelector("[data-panel]");
  // The move under way: { ticket, target, place, undo }; none for a suggested order.
  let move = null;
  let asked = 0;

  function open(markup) {
    panel.innerHTML = markup;
    if (!panel.open) panel.showModal();
    const first = panel.querySelector("[data-find], textarea[required], [autofocus]") || panel.querySelector("h2");
    first?.focus();
  }

  function openWith(words, tone) {
    const sheet = document.createElement("div");
    sheet.className = "board-sheet";
    const said = document.createElement("p");
    said.className = tone ? `desk-notice desk-tone-${tone}` : "desk-subtle";
    said.textContent = words;
    const close = document.createElement("button");
    close.type = "button";
    close.className = "desk-button";
    close.dataset.cancel = "";
    close.textContent = tone ? "Close" : "Cancel";
    sheet.append(said, close);
    panel.replaceChildren(sheet);
    if (!panel.open) panel.showModal();
  }

  function close(isDone) {
    asked += 1;
    const ended = move;
    move = null;
    panel.close();
    panel.replaceChildren();
    if (!isDone) ended?.undo?.();
    const card = ended && board.cardOf(ended.ticket);
    board.focusCard(card);
    return card;
  }

  const comment = () => panel.querySelector("[name=comment]")?.value || "";

  // Ask what this move would do, and show it; what was typed before is sent along and comes back.
  async function preview(wanted) {
    move = wanted;
    asked += 1;
    const mine = asked;
    const typed = comment();
    if (!panel.open) openWith("Working out what this does to every due time …");
    const fields = new FormData();
    fields.set("ticket", wanted.ticket);
    if (wanted.place) fields.set("place", wanted.place);
    fields.set("seen", board.column(wanted.target)?.dataset.version || "");
    fields.set("source_seen", board.column(wanted.source)?.dataset.version || "");
    fields.set("comment", typed);
    const answer = await board.ask(`${location.pathname}${wanted.target}/preview/`, fields);
    if (mine !== asked) return;
    take(answer);
  }

  async function suggest(address) {
    move = null;
    asked += 1;
    const mine = asked;
    openWith("Looking for a better order …");
    const answer = await board.ask(address, new FormData());
    if (mine === asked) take(answer);
  }

  // The columns are shown as they are now, beside the panel; a move that is not saved yet goes back before that.
  function take(answer) {
    if (!answer.body) {
      openWith(answer.said, "red");
      return;
    }
    if (Object.keys(answer.body.columns).length) {
      move?.undo?.();
      if (move) move.undo = null;
      board.replaceColumns(answer.body.columns);
    }
    open(answer.body.panel);
    if (answer.body.said) board.say(answer.body.said);
  }

  async function save(form) {
    const button = form.querySelector("[type=submit]");
    if (button.disabled) return;
    button.disabled = true;
    asked += 1;
    const mine = asked;
    const answer = await board.ask(form.getAttribute("action"), new FormData(form));
    if (mine !== asked) return;
    button.disabled = false;
    if (answer.ok && answer.body) return saved(answer.body);
    if (answer.body) return take(answer);
    const broken = form.querySelector("[data-broken]");
    broken.textContent = answer.said;
    broken.hidden = false;
  }

  function saved(body) {
    const card = close(true);
    const ticket = card?.dataset.ticket;
    board.replaceColumns(body.columns);
    board.toast(body.said, "green");
    board.focusCard(ticket && board.cardOf(ticket));
    board.flash(ticket && board.cardOf(ticket));
    board.look();
  }

  function chooseEngineer(wanted) {
    move = wanted;
    open(board.root.querySelector("[data-engineers]").innerHTML);
    panel.querySelectorAll("[data-to]").forEach((button) => {
      button.closest("li").hidden = button.dataset.to === wanted.source;
    });
  }

  panel.addEventListener("submit", (event) => {
    event.preventDefault();
    if (event.target.matches("[data-save]")) save(event.target);
  });

  panel.addEventListener("click", (event) => {
    if (event.target.closest("[data-cancel]")) {
      close(false);
      board.say("Nothing was changed.");
    }
    const to = event.target.closest("[data-to]");
    if (to && move) preview({ ...move, target: to.dataset.to, place: "" });
    if (event.target === panel) close(false);
  });

  panel.addEventListener("cancel", (event) => {
    event.preventDefault();
    close(false);
    board.say("Nothing was changed.");
  });

  panel.addEventListener("change", (event) => {
    if (event.target.matches("[data-place]") && move) preview({ ...move, place: event.target.value });
  });

  panel.addEventListener("input", (event) => {
    if (!event.target.matches("[data-find]")) return;
    const words = event.target.value.trim().toLowerCase();
    let found = 0;
    panel.querySelectorAll("[data-to]").forEach((button) => {
      const isOwn = move && button.dataset.to === move.source;
      const fits = !isOwn && button.dataset.toName.toLowerCase().includes(words);
      button.closest("li").hidden = !fits;
      found += fits ? 1 : 0;
    });
    panel.querySelector("[data-nobody]").hidden = found > 0;
  });

  board.root.addEventListener("click", (event) => {
    const button = event.target.closest("[data-suggest]");
    if (button) suggest(button.dataset.suggest);
  });

  return { preview, chooseEngineer, isOpen: () => panel.open };
})();
