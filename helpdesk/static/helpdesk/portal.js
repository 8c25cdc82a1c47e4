// Niceties of the portal; every page works without them. Drafts stay in this browser, apart for each person.
"use strict";

(() => {
  const person = document.body.dataset.person;
  const MONTH = 30 * 24 * 60 * 60 * 1000;
  const keyOf = (name) => `lineup.draft.${person}.${name}`;

  const read = (name) => {
    try {
      const draft = JSON.parse(localStorage.getItem(keyOf(name)));
      return draft && Date.now() - draft.at < MONTH ? draft : null;
    } catch {
      return null;
    }
  };
  const write = (name, draft) => {
    try {
      if (draft) localStorage.setItem(keyOf(name), JSON.stringify({ ...draft, at: Date.now() }));
      else localStorage.removeItem(keyOf(name));
    } catch {
      // A browser that keeps nothing keeps no draft either.
    }
  };

  const clearDrafts = (root) =>
    root.querySelectorAll("[data-clear-draft]").forEach((sign) => {
      const here = document.querySelector("form[data-draft]");
      write(sign.dataset.clearDraft === "here" && here ? here.dataset.draft : sign.dataset.clearDraft, null);
    });
  clearDrafts(document);
  document.addEventListener("desk:swapped", (event) => clearDrafts(event.detail));

  const kept = (form) => [...form.elements].filter((field) => field.name && field.type !== "hidden" && field.type !== "submit");
  const textOf = (form) => {
    const values = {};
    kept(form).forEach((field) => {
      if (field.type !== "radio") values[field.name] = field.value;
      else if (field.checked) values[field.name] = field.value;
    });
    return values;
  };
  const isEmpty = (form) => kept(form).every((field) => field.type === "radio" || !field.value.trim());

  document.querySelectorAll("form[data-draft]").forEach((form) => {
    const name = form.dataset.draft;
    const key = form.elements.request_key;
    const fresh = key.value;
    const note = form.querySelector("[data-draft-note]");

    // What was sent but never answered keeps its key, so that sending it again does it once; changed text is a new matter.
    const restore = (draft) => {
      kept(form).forEach((field) => {
        if (!(field.name in draft.values)) return;
        if (field.type === "radio") field.checked = field.value === draft.values[field.name];
        else field.value = draft.values[field.name];
      });
      if (draft.sent) key.value = draft.key;
      if (note) note.hidden = false;
    };
    const draft = "fresh" in form.dataset ? read(name) : null;
    if (draft) restore(draft);

    let waiting = 0;
    form.addEventListener("input", () => {
      if ("fresh" in form.dataset) key.value = fresh;
      clearTimeout(waiting);
      waiting = setTimeout(() => write(name, isEmpty(form) ? null : { values: textOf(form) }), 300);
    });
    form.addEventListener("submit", () => {
      clearTimeout(waiting);
      if (!isEmpty(form)) write(name, { values: textOf(form), key: key.value, sent: true });
    });
    form.querySelector("[data-draft-discard]")?.addEventListener("click", () => {
      clearTimeout(waiting);
      write(name, null);
      form.reset();
      key.value = fresh;
      note.hidden = true;
      kept(form)[0].focus();
    });
  });

  // The first field with an error is where to go on.
  document.querySelector("[aria-invalid='true']")?.focus();

  // The person's menu closes on Escape and on a click elsewhere.
  const menu = document.querySelector(".menu");
  document.addEventListener("click", (event) => {
    if (menu && !menu.contains(event.target)) menu.open = false;
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !menu?.open) return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });
})();
