// Light or dark before the first paint: what the person chose (kept where the staff desk's theme keeps it), else the system.
"use strict";

(() => {
  const KEY = "adminTheme";
  const system = matchMedia("(prefers-color-scheme: dark)");

  const chosen = () => {
    try {
      return JSON.parse(localStorage.getItem(KEY)) || "auto";
    } catch {
      return "auto";
    }
  };
  const apply = () => {
    const choice = chosen();
    document.documentElement.classList.toggle("dark", choice === "dark" || (choice === "auto" && system.matches));
    document.querySelectorAll("[data-theme-choice]").forEach((button) => {
      button.setAttribute("aria-pressed", String(button.dataset.themeChoice === choice));
    });
  };

  apply();
  system.addEventListener("change", apply);
  addEventListener("storage", apply);
  addEventListener("DOMContentLoaded", apply);
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-theme-choice]");
    if (!button) return;
    try {
      localStorage.setItem(KEY, JSON.stringify(button.dataset.themeChoice));
    } catch {
      return;
    }
    apply();
  });
})();
