// A first look at a picture or a PDF in a dialog; the link behind the button shows the same in a tab of its own.
"use strict";

(() => {
  const dialog = () => document.querySelector("[data-preview-dialog]");
  const part = (name) => dialog().querySelector(`[data-preview-${name}]`);

  function picture(address, name) {
    const shown = document.createElement("img");
    shown.alt = name;
    shown.addEventListener("error", () => {
      const said = document.createElement("p");
      said.className = "desk-subtle";
      said.setAttribute("role", "alert");
      said.textContent = "The picture cannot be shown just now. Please try again later.";
      shown.replaceWith(said);
    });
    shown.src = address;
    return shown;
  }

  function pages(address, name) {
    const shown = document.createElement("iframe");
    shown.title = name;
    shown.referrerPolicy = "no-referrer";
    shown.src = address;
    return shown;
  }

  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-preview]");
    if (!link || !dialog() || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const { preview, previewName, previewFile } = link.dataset;
    part("title").textContent = previewName;
    part("save").href = previewFile;
    part("tab").href = link.href;
    part("place").replaceChildren(preview === "picture" ? picture(link.href, previewName) : pages(link.href, previewName));
    dialog().showModal();
    part("close").focus();
  });

  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-preview-close]") || event.target === dialog()) dialog().close();
  });
  // What was looked at is not kept; "close" does not bubble.
  document.addEventListener(
    "close",
    (event) => {
      if (event.target === dialog()) part("place").replaceChildren();
    },
    true,
  );
})();
