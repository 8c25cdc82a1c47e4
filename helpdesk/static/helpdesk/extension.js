// Asking for more time: a quick pick fills both fields; what it comes to is asked of the desk, which knows the working hours.
"use strict";

(() => {
  function minutesIn(fields) {
    const [hours, minutes] = ["hours", "minutes"].map((name) => fields.querySelector(`[name=${name}]`).value.trim());
    return hours || minutes ? (Number(hours) || 0) * 60 + (Number(minutes) || 0) : null;
  }

  function mark(fields) {
    const minutes = minutesIn(fields);
    fields.querySelectorAll("[data-more]").forEach((pick) => {
      pick.setAttribute("aria-pressed", String(Number(pick.dataset.more) === minutes));
    });
  }

  document.addEventListener("click", (event) => {
    const pick = event.target.closest("[data-more]");
    const fields = pick?.closest("[data-more-time]");
    if (!fields) return;
    const minutes = Number(pick.dataset.more);
    fields.querySelector("[name=hours]").value = String(Math.floor(minutes / 60));
    fields.querySelector("[name=minutes]").value = String(minutes % 60);
    fields.querySelector("[name=hours]").dispatchEvent(new Event("input", { bubbles: true }));
  });

  document.addEventListener("input", (event) => {
    const fields = event.target.closest("[data-more-time]");
    if (!fields) return;
    fields.querySelectorAll(".desk-error").forEach((error) => error.remove());
    mark(fields);
  });
})();
