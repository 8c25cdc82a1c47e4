// The board of queues: its columns, who is in reach of the keyboard, what changed meanwhile, and what is said aloud.
"use strict";

window.lineupBoard = (() => {
  const POLL = 15000;
  const root = document.querySelector("[data-board]");
  const columnsBox = root?.querySelector("[data-columns]");
  const known = new Map();
  let current = null;
  let toastTimer = 0;
  let lastSeen = "";

  const cards = (scope = root) => [...scope.querySelectorAll(".board-card")];
  const waiting = (column) => cards(column).filter((card) => card.dataset.kind === "waiting");
  const columns = () => [...(columnsBox?.querySelectorAll(".board-column") || [])];
  const columnOf = (element) => element.closest(".board-column");
  const column = (engineer) => root.querySelector(`.board-column[data-engineer="${engineer}"]`);
  const cardOf = (ticket) => root.querySelector(`.board-card[data-ticket="${ticket}"]`);
  const place = (card) => waiting(columnOf(card)).indexOf(card) + 1;

  // --- what is said ---------------------------------------------------------------------------------------------------

  function say(words) {
    const region = root.querySelector("[data-said]");
    region.textContent = "";
    setTimeout(() => (region.textContent = words), 20);
  }

  function toast(words, tone = "neutral") {
    const box = root.querySelector("[data-toast]");
    box.className = `board-toast desk-tone-${tone}`;
    box.textContent = words;
    box.hidden = false;
    clearTimeout(toastTimer);
    toastTimer = setTimeout(() => (box.hidden = true), 7000);
    say(words);
  }

  // --- asking the server ----------------------------------------------------------------------------------------------

  const UNREACHED = "The desk cannot be reached. Nothing was saved; please try again.";
  const SIGNED_OUT = "You are not signed in any more, or this page is too old. Nothing was saved; please reload the page.";
  const BROKEN = "Something went wrong on our side, so nothing was saved. Please reload the page and try again.";

  // Always answers: `body` is null and `said` has words where the server gave none of its own.
  async function ask(address, fields, headers = {}) {
    const token = root.querySelector("[name=csrfmiddlewaretoken]").value;
    const options = fields ? { method: "POST", body: fields, headers: { "X-CSRFToken": token } } : { headers };
    try {
      const answer = await fetch(`${address}${location.search}`, { ...options, credentials: "same-origin" });
      const isOurs = (answer.headers.get("Content-Type") || "").includes("application/json");
      const etag = answer.headers.get("ETag") || "";
      if (isOurs) return { ok: answer.ok, status: answer.status, body: await answer.json(), said: "", etag };
      const said = answer.redirected || answer.status === 403 ? SIGNED_OUT : answer.status === 404 ? "There is no such ticket or engineer for you any more." : BROKEN;
      return { ok: false, status: answer.status, body: null, said };
    } catch {
      return { ok: false, status: 0, body: null, said: UNREACHED };
    }
  }

  // --- columns --------------------------------------------------------------------------------------------------------

  function fromMarkup(markup) {
    const box = document.createElement("template");
    box.innerHTML = markup;
    return box.content.querySelector(".board-column");
  }

  // New markup for some columns; one that was not shown comes last. The card with the keyboard's focus keeps it.
  function replaceColumns(markups) {
    const focused = document.activeElement?.closest?.(".board-card")?.dataset.ticket;
    Object.entries(markups || {}).forEach(([engineer, markup]) => {
      const fresh = fromMarkup(markup);
      if (!fresh || !columnsBox) return;
      const old = column(engineer);
      const scrolled = old?.querySelector("[data-cards]").scrollTop || 0;
      if (old) old.replaceWith(fresh);
      else columnsBox.append(fresh);
      fresh.querySelector("[data-cards]").scrollTop = scrolled;
      known.set(engineer, fresh.dataset.version);
      ready(fresh);
    });
    if (!root.querySelector('.board-card[tabindex="0"]')) reach(cards()[0]);
    if (focused) focusCard(cardOf(focused));
  }

  // Only one card at a time is a stop of the Tab key; the arrows lead to the others.
  function reach(card) {
    if (!card || card === current) return;
    if (current) setStop(current, -1);
    current = card;
    setStop(card, 0);
  }

  function setStop(card, index) {
    card.tabIndex = index;
    card.querySelectorAll("a, button").forEach((inner) => (inner.tabIndex = index));
  }

  function ready(scope) {
    cards(scope).forEach((card) => card !== current && setStop(card, -1));
  }

  function focusCard(card) {
    if (!card) return;
    reach(card);
    card.focus({ preventScroll: true });
    card.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  function flash(card) {
    if (!card) return;
    card.classList.add("board-card-done");
    setTimeout(() => card.classList.remove("board-card-done"), 2500);
  }

  async function show(engineer) {
    const answer = await ask(`${location.pathname}${engineer}/`);
    if (answer.body) replaceColumns(answer.body.columns);
    else toast(answer.said, "red");
  }

  // --- what others changed --------------------------------------------------------------------------------------------

  // While nothing changed the server says just that (304, no body).
  async function look() {
    if (document.visibilityState !== "visible") return;
    const answer = await ask(root.dataset.versionsAddress, null, lastSeen ? { "If-None-Match": lastSeen } : {});
    if (!answer.body) return;
    lastSeen = answer.etag;
    let isUnseen = false;
    Object.entries(answer.body.versions).forEach(([engineer, version]) => {
      const shown = column(engineer);
      if (shown) mark(shown, shown.dataset.version !== version);
      else if (known.has(engineer) && known.get(engineer) !== version) isUnseen = true;
      if (!shown && !known.has(engineer)) known.set(engineer, version);
    });
    if (isUnseen && root.dataset.isWhole === "yes") root.querySelector("[data-unseen]").hidden = false;
  }

  function mark(shown, isChanged) {
    const notice = shown.querySelector("[data-changed]");
    if (isChanged && notice.hidden) say(`${shown.dataset.name}'s line changed.`);
    notice.hidden = !isChanged;
  }

  function begin() {
    if (!root) return;
    ready(root);
    reach(cards()[0]);
    root.addEventListener("focusin", (event) => reach(event.target.closest(".board-card")));
    root.addEventListener("click", (event) => {
      if (event.target.closest("[data-show]")) show(columnOf(event.target).dataset.engineer);
    });
    root.querySelector("[data-jump]").addEventListener("change", (event) => {
      const wanted = column(event.target.value);
      wanted?.scrollIntoView({ block: "nearest", inline: "start" });
      focusCard(wanted && cards(wanted)[0]);
      event.target.value = "";
    });
    setInterval(look, POLL);
    addEventListener("focus", look);
    document.addEventListener("visibilitychange", look);
    look();
  }

  begin();
  return { root, ask, say, toast, cards, waiting, columns, columnOf, column, cardOf, place, replaceColumns, focusCard, flash, look };
})();
