// Dialogs of the acts: focus, what a broken answer says, reloading, and due while typing; typed.js keeps what was typed.
"use strict";

(() => {
  const MINUTE = 60000;
  const DAY = 24 * 60 * MINUTE;
  const modal = () => document.getElementById("modal-content");
  let opener = null;

  function setOpen(open) {
    if (window.Alpine) window.Alpine.$data(document.documentElement).openModal = open;
  }

  // --- hours and minutes -> the due time, in the viewer's zone and by the desk's clock --------------------------------

  function inWords(minutes) {
    const hours = Math.floor(minutes / 60);
    const rest = minutes % 60;
    if (!hours) return `${rest} min`;
    return rest ? `${hours} h ${rest} min` : `${hours} h`;
  }

  function span(milliseconds) {
    const minutes = Math.floor(milliseconds / MINUTE);
    const hours = Math.floor(minutes / 60);
    const rest = minutes % 60;
    if (hours >= 48) {
      const left = hours % 24;
      return left ? `${Math.floor(hours / 24)} d ${left} h` : `${Math.floor(hours / 24)} d`;
    }
    if (hours) return rest ? `${hours} h ${String(rest).padStart(2, "0")}` : `${hours} h`;
    return `${rest} min`;
  }

  function dayNumber(moment, zone) {
    const parts = new Intl.DateTimeFormat("en-CA", { timeZone: zone }).format(moment);
    return Math.round(Date.parse(`${parts}T00:00:00Z`) / DAY);
  }

  function day(moment, now, zone) {
    const away = dayNumber(moment, zone) - dayNumber(now, zone);
    const near = { 0: "today", 1: "tomorrow", "-1": "yesterday" }[away];
    if (near) return near;
    const parts = new Intl.DateTimeFormat("en-GB", { timeZone: zone, weekday: "short", day: "numeric", month: "short" });
    return parts.format(moment).replace(",", "");
  }

  function clock(moment, zone) {
    return new Intl.DateTimeFormat("en-GB", { timeZone: zone, hour: "2-digit", minute: "2-digit" }).format(moment);
  }

  function deskNow(pair) {
    if (!pair.dataset.seenAt) pair.dataset.seenAt = String(performance.now());
    return Date.parse(pair.dataset.now) + (performance.now() - Number(pair.dataset.seenAt));
  }

  // What the server said of the time sent last stands above; the same is not said twice.
  function show(output, state, ...said) {
    if (state === "refused" && output.closest("[data-time-pair]").querySelector(".desk-error")) said = [];
    output.dataset.state = state;
    output.replaceChildren(...said);
  }

  function strong(text) {
    const element = document.createElement("strong");
    element.textContent = text;
    return element;
  }

  function given(pair) {
    const [hours, minutes] = ["hours", "minutes"].map((name) => pair.querySelector(`[name=${name}]`).value.trim());
    if (!hours && !minutes) return null;
    return (Number(hours) || 0) * 60 + (Number(minutes) || 0);
  }

  function showDue(pair) {
    const output = pair.querySelector("[data-due]");
    const minutes = given(pair);
    const { zone } = pair.dataset;
    const start = Date.parse(pair.dataset.start);
    const now = deskNow(pair);
    pair.querySelectorAll("[data-pick]").forEach((pick) => {
      pick.setAttribute("aria-pressed", String(Number(pick.dataset.pick) === minutes));
    });
    if (minutes === null) {
      const begins = start <= now && now - start < MINUTE ? "now" : `${day(start, now, zone)} ${clock(start, zone)}`;
      return show(output, "empty", `Counts from ${begins}.`);
    }
    const longest = Number(pair.dataset.longest);
    if (minutes < 1 || minutes > longest) {
      return show(output, "refused", `A resolution time is between 1 min and ${inWords(longest)}.`);
    }
    if (pair.dataset.ask) return askDue(pair, minutes);
    const due = start + (minutes + Number(pair.dataset.extra)) * MINUTE;
    if (due <= now) {
      const shortest = Math.max(1, Math.floor((now - start) / MINUTE) + 1 - Number(pair.dataset.extra));
      return show(output, "refused", `That time would have passed already; the shortest possible now is ${inWords(shortest)}.`);
    }
    return show(output, "due", "Due ", strong(`${day(due, now, zone)} ${clock(due, zone)}`), ` (in ${span(due - now)})`);
  }

  // Where working hours count, the desk says what a time comes to; the last question asked is the one answered.
  function askDue(pair, minutes) {
    const output = pair.querySelector("[data-due]");
    clearTimeout(Number(pair.dataset.asking));
    pair.dataset.asking = String(setTimeout(async () => {
      try {
        const answer = await fetch(`${pair.dataset.ask}?minutes=${minutes}`);
        if (!answer.ok || given(pair) !== minutes) return;
        const { state, said, due, distance } = await answer.json();
        if (state === "due") show(output, "due", "Due ", strong(due), ` (${distance}), in working hours`);
        else show(output, state, said);
      } catch {
        show(output, "empty", "The due time cannot be shown right now; it is reckoned when you send this.");
      }
    }, 200));
  }

  function showAnew(pair) {
    pair.querySelectorAll(".desk-error").forEach((error) => error.remove());
    pair.querySelectorAll("[aria-invalid]").forEach((field) => field.removeAttribute("aria-invalid"));
    showDue(pair);
  }

  const showAllDue = (root) => root.querySelectorAll("[data-time-pair]").forEach(showDue);

  document.addEventListener("input", (event) => {
    const pair = event.target.closest("[data-time-pair]");
    if (pair) showAnew(pair);
  });

  document.addEventListener("click", (event) => {
    const pick = event.target.closest("[data-pick]");
    if (!pick) return;
    const pair = pick.closest("[data-time-pair]");
    const minutes = Number(pick.dataset.pick);
    pair.querySelector("[name=hours]").value = String(Math.floor(minutes / 60));
    pair.querySelector("[name=minutes]").value = String(minutes % 60);
    showAnew(pair);
  });

  setInterval(() => showAllDue(document), 15000);

  // --- opening, answering, closing -----------------------------------------------------------------------------------

  function focusIn(dialog) {
    const wanted = [
      ".act-reload",
      "[data-first]",
      ".errors input, .errors textarea, .errors select, [aria-invalid=true]",
      "input[type=radio]:checked",
      "#dialog-form input:not([type=hidden], :disabled), #dialog-form textarea, #dialog-form select",
      ".act-submit:not(:disabled)",
      "#dialog-title",
    ];
    const shown = (selector) => [...dialog.querySelectorAll(selector)].find((element) => !element.closest("[hidden]"));
    const first = wanted.map(shown).find(Boolean);
    focusOnceSeen(first);
  }

  // The theme shows its modal a moment after it is told to; what is not shown yet takes no focus.
  function focusOnceSeen(element, tries = 20) {
    if (!element?.isConnected || tries === 0) return;
    if (element.offsetParent === null) {
      setTimeout(() => focusOnceSeen(element, tries - 1), 25);
      return;
    }
    element.focus();
  }

  document.addEventListener("htmx:load", (event) => {
    const loaded = event.detail.elt;
    if (!(loaded instanceof Element) || loaded.matches("[data-preview]")) return;
    const dialog = loaded.closest("#modal-content")?.querySelector("#dialog");
    // A part of a dialog that is asked for again leaves the focus where it is.
    if (dialog && loaded.matches("#dialog, #dialog-form")) {
      setOpen(true);
      focusIn(dialog);
    }
    showAllDue(loaded.parentElement || loaded);
  });

  document.addEventListener("htmx:beforeRequest", (event) => {
    const asked = event.detail.elt;
    if (!modal()?.contains(asked)) opener = asked;
  });

  document.addEventListener("alpine:initialized", () => {
    window.Alpine.effect(() => {
      const open = window.Alpine.$data(document.documentElement).openModal;
      if (open) return;
      modal()?.replaceChildren();
      if (opener?.isConnected) opener.focus();
      opener = null;
    });
  });

  // Tab stays inside an open dialog.
  document.addEventListener("keydown", (event) => {
    const dialog = modal()?.querySelector("#dialog");
    if (event.key !== "Tab" || !dialog || dialog.offsetParent === null) return;
    const stops = [...dialog.querySelectorAll("a[href], button, input:not([type=hidden]), textarea, select")].filter(
      (stop) => !stop.disabled && stop.offsetParent !== null,
    );
    if (!stops.length) return;
    const [first, last] = [stops[0], stops[stops.length - 1]];
    if (event.shiftKey && (document.activeElement === first || !dialog.contains(document.activeElement))) {
      event.preventDefault();
      last.focus();
    } else if (!event.shiftKey && document.activeElement === last) {
      event.preventDefault();
      first.focus();
    }
  });

  // Outside a form "Reload" reloads the page.
  document.addEventListener(
    "click",
    (event) => {
      const reload = event.target.closest("[data-reload]");
      if (!reload || reload.closest("#dialog form")) return;
      event.preventDefault();
      event.stopPropagation();
      location.reload();
    },
    true,
  );

  // --- an answer that is no dialog: said in words, above what was typed ------------------------------------------------

  const BROKEN = {
    0: "The desk cannot be reached. Please try again: the same act is never done twice.",
    403: "This is not yours to do, or the page is too old. Nothing was changed; please reload the page.",
    404: "There is no such ticket for you any more. Nothing was changed.",
  };

  function sayBroken(status) {
    const said = document.createElement("p");
    said.className = "desk-notice desk-tone-red";
    said.setAttribute("role", "alert");
    said.dataset.broken = "";
    said.textContent = BROKEN[status] || "Something went wrong on our side. Please try again: the same act is never done twice.";
    const place = modal()?.querySelector("#dialog-form");
    modal()?.querySelectorAll("[data-broken]").forEach((old) => old.remove());
    if (place) {
      place.prepend(said);
      return;
    }
    const close = document.createElement("button");
    close.type = "button";
    close.className = "desk-button";
    close.textContent = "Close";
    close.addEventListener("click", () => setOpen(false));
    const footer = document.createElement("footer");
    footer.className = "act-footer";
    footer.append(close);
    modal()?.replaceChildren(said, footer);
    setOpen(true);
    focusOnceSeen(close);
  }

  document.addEventListener("htmx:responseError", (event) => sayBroken(event.detail.xhr.status));
  document.addEventListener("htmx:sendError", () => sayBroken(0));

  // The theme writes a chosen file's name into a field of its own beside it; ours is the browser's and says it itself.
  document.addEventListener("DOMContentLoaded", () => {
    for (const input of document.querySelectorAll("input[type=file].desk-field")) {
      input.hasChangeListener = true;
    }
  });
})();
