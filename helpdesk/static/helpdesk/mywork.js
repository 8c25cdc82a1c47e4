// My work stays true while it is open: it is read anew when its tab comes back after a minute, unless somebody is typing.
"use strict";

(() => {
  const STALE_AFTER = 60000;
  let readAt = Date.now();

  function isBusy() {
    const typed = [...document.querySelectorAll(".work-promise input:not([type=hidden])")].some((field) => field.value);
    return typed || document.querySelector("#modal-content #dialog") !== null;
  }

  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState !== "visible" || Date.now() - readAt < STALE_AFTER || isBusy()) return;
    readAt = Date.now();
    location.reload();
  });
})();
