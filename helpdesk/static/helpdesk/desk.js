// What every page needs: the browser's time zone for the server, and copy on click.
"use strict";

(() => {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const secure = location.protocol === "https:" ? "; secure" : "";
  if (zone) {
    document.cookie = `tz=${encodeURIComponent(zone)}; path=/; max-age=31536000; samesite=lax${secure}`;
  }

  // <button data-copy="N-EXP-1001">: copies, then says so in its own text for two seconds.
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copy]");
    if (!button) return;
    event.preventDefault();
    const label = button.querySelector("[data-copy-label]") || button;
    const before = label.textContent;
    try {
      await navigator.clipboard.writeText(button.dataset.copy);
      label.textContent = "copied";
    } catch {
      label.textContent = "press Ctrl+C";
      const range = document.createRange();
      const source = document.querySelector(button.dataset.copyFrom || "") || button;
      range.selectNodeContents(source);
      getSelection().removeAllRanges();
      getSelection().addRange(range);
    }
    setTimeout(() => {
      label.textContent = before;
    }, 2000);
  });

  // A form marked data-once is sent once, however often it is clicked; coming back with "Back" opens it again.
  document.addEventListener("submit", (event) => {
    const form = event.target.closest("form[data-once]");
    if (!form) return;
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "yes";
    setTimeout(() => form.querySelectorAll("[type=submit]").forEach((button) => (button.disabled = true)), 0);
  });
  addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    document.querySelectorAll("form[data-once]").forEach((form) => {
      delete form.dataset.sent;
      form.querySelectorAll("[type=submit]").forEach((button) => (button.disabled = false));
    });
  });

  // A <select data-goes> or checkbox inside a form sends the form when it changes.
  document.addEventListener("change", (event) => {
    const field = event.target.closest("[data-goes]");
    if (field) field.form.requestSubmit();
  });
})();
