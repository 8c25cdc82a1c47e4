// The dialog of working hours: a time typed switches its day on, one day fills the others, a country brings its regions.
"use strict";

(() => {
  const days = (form) => [...form.querySelectorAll("[data-day]")];
  const isOn = (day) => day.querySelector("input[type=checkbox]").checked;
  const times = (day) => [...day.querySelectorAll("input:not([type=checkbox])")];

  function sameAsFirst(form) {
    const [first, ...others] = days(form).filter(isOn);
    if (!first) return;
    const values = times(first).map((field) => field.value);
    others.forEach((day) => times(day).forEach((field, place) => { field.value = values[place]; }));
  }

  async function offerRegions(form, country) {
    const select = form.querySelector("[name=region]");
    const answer = await fetch(`${form.dataset.regions}?country=${encodeURIComponent(country)}`);
    if (!answer.ok || form.querySelector("[name=country]").value !== country) return;
    const { regions } = await answer.json();
    select.replaceChildren(...regions.map(([code, name]) => new Option(name, code)));
  }

  document.addEventListener("input", (event) => {
    const day = event.target.closest("[data-hours] [data-day]");
    if (day && event.target.type !== "checkbox") day.querySelector("input[type=checkbox]").checked = true;
  });

  document.addEventListener("change", (event) => {
    const form = event.target.closest("[data-hours]");
    if (form && event.target.name === "country") offerRegions(form, event.target.value);
  });

  document.addEventListener("click", (event) => {
    const form = event.target.closest("[data-hours]");
    if (form && event.target.closest("[data-as-first]")) sameAsFirst(form);
  });
})();
