// Several tickets to one engineer: choosing them in the list, and their order in the dialog.
"use strict";

(() => {
  // --- the list: boxes, all of them, how many ---------------------------------------------------------------------------

  const boxes = () => [...document.querySelectorAll("[data-pick-box]")];
  let last = null;

  function count() {
    const bar = document.querySelector("[data-picks]");
    if (!bar) return;
    const all = boxes();
    const chosen = all.filter((box) => box.checked).length;
    const everyone = bar.querySelector("[data-pick-all]");
    everyone.checked = chosen > 0 && chosen === all.length;
    everyone.indeterminate = chosen > 0 && chosen < all.length;
    bar.querySelector("[data-pick-count]").textContent = chosen ? `${chosen} chosen` : "None chosen";
    bar.querySelector("[data-pick-act]").disabled = chosen === 0;
    bar.classList.toggle("picks-some", chosen > 0);
    all.forEach((box) => box.closest("tr")?.classList.toggle("picked", box.checked));
  }

  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-pick-all]")) boxes().forEach((box) => (box.checked = event.target.checked));
    if (event.target.matches("[data-pick-box], [data-pick-all]")) count();
  });

  // Shift and a click choose everything in between, as in every list of mails.
  document.addEventListener("click", (event) => {
    const box = event.target.closest("[data-pick-box]");
    if (!box) return;
    const all = boxes();
    if (event.shiftKey && last?.isConnected && last !== box) {
      const [from, to] = [all.indexOf(last), all.indexOf(box)].sort((one, other) => one - other);
      all.slice(from, to + 1).forEach((one) => (one.checked = box.checked));
      count();
    }
    last = box;
  });

  document.addEventListener("keydown", (event) => {
    if (!event.target.matches?.("[data-pick-box]") || !["ArrowDown", "ArrowUp"].includes(event.key)) return;
    const all = boxes();
    const next = all[all.indexOf(event.target) + (event.key === "ArrowDown" ? 1 : -1)];
    event.preventDefault();
    next?.focus();
  });

  document.addEventListener("DOMContentLoaded", count);
  // A page that comes back from the browser's memory may have kept its boxes.
  window.addEventListener("pageshow", count);

  // --- the dialog: the order of those chosen ----------------------------------------------------------------------------

  let asking = 0;

  // What each would come to is reckoned by the desk; a little later, so that holding a key does not ask for every step.
  function again() {
    clearTimeout(asking);
    asking = setTimeout(() => {
      const list = document.querySelector("[data-chosen]");
      if (list) window.htmx.trigger(list, "desk:again");
    }, 150);
  }

  function move(ticket, direction) {
    const other = direction === "up" ? ticket.previousElementSibling : ticket.nextElementSibling;
    if (!other) return;
    if (direction === "up") other.before(ticket);
    else other.after(ticket);
    const tickets = [...ticket.parentElement.children];
    tickets.forEach((one, place) => {
      one.querySelector("[data-move=up]").disabled = place === 0;
      one.querySelector("[data-move=down]").disabled = place === tickets.length - 1;
    });
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-move]");
    if (!button) return;
    const ticket = button.closest("[data-chosen-ticket]");
    move(ticket, button.dataset.move);
    // At the end of the list the button cannot be pressed any more; the other one of the pair takes the focus.
    if (button.disabled) ticket.querySelector("[data-move]:not(:disabled)")?.focus();
    else button.focus();
    again();
  });

  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-many] [name=engineer_id]")) again();
  });

  // Whoever is taken out of the dialog is no longer chosen in the list behind it.
  document.addEventListener("click", (event) => {
    const pk = event.target.closest("[data-take-out]")?.closest("[data-chosen-ticket]").dataset.chosenTicket;
    const box = pk && boxes().find((one) => one.value === pk);
    if (!box) return;
    box.checked = false;
    count();
  });
})();
