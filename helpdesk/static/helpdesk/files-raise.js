// Raising a ticket with files: the ticket first, on the same page its files after it, by the page that shows its case id.
"use strict";

(() => {
  const form = () => document.querySelector("form[data-raise]");
  const widgetOf = () => document.querySelector("[data-files=raise]")?.widget;
  const PASSING = "The desk does not answer. Nothing is lost: what you wrote and chose is still here. Please try again.";
  const swapped = (root) => document.dispatchEvent(new CustomEvent("desk:swapped", { detail: root }));

  function open(raising) {
    delete raising.dataset.sent;
    setTimeout(() => raising.querySelectorAll("[type=submit]").forEach((button) => (button.disabled = false)), 0);
  }

  function complain(sentence) {
    const place = document.querySelector("[data-raise-told]");
    const said = document.createElement("p");
    said.className = "desk-notice desk-tone-red";
    said.setAttribute("role", "alert");
    said.textContent = sentence;
    place.replaceChildren(said);
    said.scrollIntoView({ block: "nearest" });
  }

  // The desk refused something: the fields come back with what it says of them, the files stay.
  function showRefusals(raising, page) {
    ["[data-raise-told]", "[data-raise-fields]"].forEach((part) => {
      const fresh = page.querySelector(part);
      if (fresh) document.querySelector(part).replaceWith(fresh);
    });
    open(raising);
    (raising.querySelector("[aria-invalid='true']") ?? document.querySelector("[data-raise-told]")).focus();
  }

  // The ticket is raised: its case id now, and below it the files on their way.
  function goOn(page, address) {
    const widget = widgetOf();
    const fresh = document.adoptNode(page.querySelector("#main"));
    fresh.querySelector("[data-raised-missing]")?.remove();
    const card = fresh.querySelector("[data-raised-files]");
    card.hidden = false;
    card.querySelector("[data-raised-place]").append(widget.element);
    widget.drop.hidden = true;
    document.querySelector("#main").replaceWith(fresh);
    document.title = page.title;
    history.replaceState(null, "", address);
    swapped(fresh);
    scrollTo(0, 0);
    fresh.focus();
    widget.element.addEventListener("files:change", (event) => tell(card, event.detail, address));
    widget.start(fresh.querySelector("#case-id").textContent.trim());
  }

  function tell(card, { widget, isSettled }, address) {
    const [there, unsent, refused] = ["there", "unsent", "refused"].map((state) => widget.count(state));
    const all = widget.jobs.length;
    const told = card.querySelector("[data-raised-told]");
    card.querySelector("[data-raised-go]").hidden = !isSettled;
    if (!isSettled) {
      told.textContent = `${there} of ${all} there. Please keep this page open until all are.`;
    } else if (!unsent && !refused) {
      location.replace(address);
    } else {
      const [which, them] = unsent + refused === 1 ? ["1 file", "it"] : [`${unsent + refused} files`, "them"];
      const now = unsent ? "Try again below, or go on" : "You can go on";
      told.textContent = `The ticket is raised; ${which} did not make it. ${now} without ${them}.`;
    }
  }

  function submitPlainly(raising) {
    raising.elements.files_announced.value = 0;
    raising.submit();
  }

  async function raise(raising, widget) {
    raising.elements.files_announced.value = widget.count("chosen");
    let answer;
    let page;
    try {
      answer = await fetch(raising.action, {
        method: "POST",
        body: new FormData(raising),
        headers: { "X-Requested-With": "XMLHttpRequest" },
      });
      page = new DOMParser().parseFromString(await answer.text(), "text/html");
    } catch {
      open(raising);
      complain(PASSING);
      return;
    }
    if (page.querySelector("#case-id")) goOn(page, answer.url);
    else if (page.querySelector("form[data-raise]")) showRefusals(raising, page);
    else if (answer.status >= 500) {
      open(raising);
      complain(PASSING);
    } else submitPlainly(raising); // the session has ended: the browser goes where the desk sends it, the draft stays
  }

  document.addEventListener(
    "submit",
    (event) => {
      const raising = form();
      const widget = widgetOf();
      if (event.target !== raising || raising.dataset.sent || !widget?.count("chosen")) return;
      event.preventDefault();
      raise(raising, widget);
    },
    true,
  );
})();
