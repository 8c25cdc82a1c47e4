// What was typed survives: a dialog loaded anew, and a session that ended before the dialog or the comment was sent.
"use strict";

(() => {
  const TEXTS = ["note", "reason", "comment"];
  const BACK = "What you typed before signing in again is back.";
  const CONFIRMATIONS = ["confirm_own_ticket", "assign_anyway"];
  const modal = () => document.getElementById("modal-content");
  let reloaded = null;
  let opened = "";

  // --- kept in this tab only, apart for each person; neither a token nor a confirmation is ever among it ----------------

  const keyOf = (address) => `lineup.typed.${modal()?.dataset.person}.${address}`;

  function read(address) {
    try {
      return JSON.parse(sessionStorage.getItem(keyOf(address)));
    } catch {
      return null;
    }
  }

  function write(address, typed) {
    try {
      if (typed) sessionStorage.setItem(keyOf(address), JSON.stringify(typed));
      else sessionStorage.removeItem(keyOf(address));
    } catch {
      // A browser that keeps nothing keeps no typed text either.
    }
  }

  const isTyped = (field) =>
    field.name && !["hidden", "submit", "button", "file"].includes(field.type) && !CONFIRMATIONS.includes(field.name);

  function typedIn(form) {
    return [...form.elements]
      .filter((field) => isTyped(field) && !field.disabled && (field.type !== "radio" || field.checked))
      .map((field) => [field.name, field.type === "checkbox" ? field.checked : field.value])
      .filter(([, value]) => value !== "");
  }

  // --- putting it back ------------------------------------------------------------------------------------------------

  // The act is no longer possible: what was typed for it stays in sight, to be copied.
  function showTyped(form, text) {
    const field = document.createElement("textarea");
    field.className = "desk-field";
    field.readOnly = true;
    field.setAttribute("aria-label", "What you typed");
    field.value = text;
    form.querySelector(".act-footer")?.before(field);
  }

  function putBackOne(fields, value) {
    const [field] = fields;
    if (field.type === "radio") {
      const radio = fields.find((one) => one.value === value && !one.disabled);
      if (radio) radio.checked = true;
    } else if (field.type === "checkbox") field.checked = value;
    else if (field.tagName !== "SELECT" || [...field.options].some((option) => option.value === value)) field.value = value;
  }

  function putBack(form, typed) {
    typed.forEach(([name, value]) => {
      const fields = [...form.elements].filter((field) => field.name === name && isTyped(field));
      if (fields.length) putBackOne(fields, value);
      else if (TEXTS.includes(name)) showTyped(form, value);
    });
  }

  function say(place, sentence) {
    const said = document.createElement("p");
    said.className = "desk-notice desk-tone-blue";
    said.setAttribute("role", "status");
    said.textContent = sentence;
    place.prepend(said);
  }

  // --- dialogs --------------------------------------------------------------------------------------------------------

  // "Reload" asks for the dialog anew and keeps what was typed.
  document.addEventListener(
    "click",
    (event) => {
      const form = event.target.closest("[data-reload]")?.closest("#dialog form");
      if (form) reloaded = typedIn(form);
    },
    true,
  );

  document.addEventListener("htmx:load", (event) => {
    if (event.detail.elt.matches?.("[data-preview]")) return;
    const dialog = event.detail.elt.closest?.("#modal-content")?.querySelector("#dialog");
    const form = dialog?.querySelector("form");
    if (!form) return;
    const address = form.getAttribute("action");
    if (reloaded) putBack(form, reloaded);
    else if (opened !== address && read(address)) {
      putBack(form, read(address));
      say(dialog.querySelector("#dialog-form"), BACK);
    }
    reloaded = null;
    opened = address;
  });

  // Whether the answer leads to the sign-in page or onward after the act is seen before the theme follows it.
  document.addEventListener("htmx:beforeOnLoad", (event) => {
    const target = event.detail.xhr.getResponseHeader("HX-Redirect");
    const form = modal()?.querySelector("#dialog form") ?? event.detail.elt.closest("form[data-keep-typed]");
    if (!target || !form || event.detail.requestConfig.verb !== "post") return;
    const isSignIn = new URL(target, location.href).pathname === modal().dataset.signIn;
    write(form.getAttribute("action"), isSignIn ? typedIn(form) : null);
  });

  document.addEventListener("alpine:initialized", () => {
    window.Alpine.effect(() => {
      if (window.Alpine.$data(document.documentElement).openModal) return;
      if (opened) write(opened, null);
      opened = "";
    });
  });

  // --- the comment on the page of a ticket ----------------------------------------------------------------------------

  // A sent comment keeps its key, so that sending it again says it once; once it stands in the conversation it is done.
  function keepComment(form) {
    const address = form.getAttribute("action");
    const key = form.elements.request_key;
    const draft = read(address);
    const isSaid = draft && document.querySelector(`[data-said="${CSS.escape(draft.key)}"]`);
    if (draft && !isSaid && "fresh" in form.dataset) {
      const fresh = key.value;
      putBack(form, draft.typed);
      key.value = draft.key;
      form.addEventListener("input", () => (key.value = fresh), { once: true });
      say(form, "Your comment was not sent; what you typed is back.");
    } else write(address, null);
    form.addEventListener("submit", () => {
      if (form.elements.body.value.trim()) write(address, { key: key.value, typed: typedIn(form) });
    });
  }

  // --- a form in the page that is sent as a dialog is ------------------------------------------------------------------

  function bringBack(form) {
    const address = form.getAttribute("action");
    const typed = read(address);
    if (!typed) return;
    write(address, null);
    putBack(form, typed);
    form.querySelector("[data-time-pair] input")?.dispatchEvent(new Event("input", { bubbles: true }));
    say(form, BACK);
  }

  document.addEventListener("DOMContentLoaded", () => {
    document.querySelectorAll("form[data-keep]").forEach(keepComment);
    document.querySelectorAll("form[data-keep-typed]").forEach(bringBack);
  });
})();
