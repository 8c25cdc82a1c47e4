// Choosing files and watching them go: picker, drop and paste, a line for each file with what it is doing, and its buttons.
"use strict";

(() => {
  const AT_ONCE = 3;
  const BUSY = new Set(["waiting", "hashing", "sending", "checking", "offline"]);
  const WORDS = {
    chosen: () => "goes with the ticket",
    waiting: () => "waiting",
    hashing: () => "getting ready",
    sending: (percent) => `sending, ${percent} %`,
    checking: () => "being checked",
    offline: () => "waits for the network and goes on by itself",
    there: () => "there",
    refused: (why) => `Refused. ${why}`,
    unsent: (why) => `Not sent: ${why}.`,
  };
  const SPOKEN = new Set(["chosen", "offline", "there", "refused", "unsent"]);
  const widgets = [];

  const inWords = (size) => {
    const [unit, name] = [[1024 ** 3, "GB"], [1024 ** 2, "MB"], [1024, "KB"]].find(([bytes]) => size >= bytes) ?? [1, "bytes"];
    return `${Number((size / unit).toFixed(unit === 1 ? 0 : 1))} ${name}`;
  };
  const extensionOf = (name) => (name.includes(".") ? name.split(".").pop().toLowerCase() : "");
  const isSame = (one, other) =>
    one.name === other.name && one.size === other.size && one.lastModified === other.lastModified;

  // Pictures from the clipboard are all called image.png.
  function named(file) {
    const stamp = new Date().toLocaleString("sv-SE").replace(" ", "-").replaceAll(":", ".");
    return new File([file], `pasted-${stamp}.${extensionOf(file.name) || "png"}`, { type: file.type });
  }

  class Widget {
    constructor(element) {
      this.element = element;
      this.jobs = [];
      this.caseId = element.dataset.case;
      const { announce, confirm, cancel, csrf, csrfCookie } = element.dataset;
      this.desk = { announce, confirm, cancel, csrf, csrfCookie };
      this.queue = element.querySelector("[data-files-queue]");
      this.said = element.querySelector("[data-files-said]");
      this.drop = element.querySelector("[data-files-drop]");
      this.picker = element.querySelector("input[type=file]");
      this.internal = element.querySelector("[data-files-internal]");
      element.hidden = false;
      if (!window.lineupFiles.canSend) {
        this.drop.hidden = true;
        element.querySelector("[data-files-unable]").hidden = false;
        return;
      }
      this.listen();
      this.followComment();
      widgets.push(this);
    }

    // Caught on its way down: the desk's theme listens on every file field and expects a text field beside it.
    listen() {
      const chosen = (event) => {
        if (event.target !== this.picker) return;
        event.stopPropagation();
        this.add([...this.picker.files]);
        this.picker.value = "";
      };
      this.element.addEventListener("change", chosen, true);
    }

    // A file beside an internal comment is internal too, unless somebody says otherwise here.
    followComment() {
      const comment = document.querySelector(".desk-comment-form [name=internal]");
      if (!this.internal || !comment) return;
      let isOwn = false;
      const follow = () => !isOwn && (this.internal.checked = comment.checked);
      comment.addEventListener("change", follow);
      this.internal.addEventListener("change", () => (isOwn = true));
      follow();
    }

    // --- what may come along -------------------------------------------------------------------------------------------

    refusal(file) {
      const { types, largest, largestWords, room } = this.element.dataset;
      if (!types.split(",").includes(extensionOf(file.name))) return "Files of this type cannot be attached.";
      if (file.size === 0) return "This file is empty.";
      if (file.size > Number(largest)) return `This file is larger than ${largestWords}.`;
      const taken = this.jobs.filter((job) => job.state !== "refused").length;
      return taken >= Number(room) ? "The ticket has no room for more files." : "";
    }

    add(files) {
      files.forEach((file) => {
        if (this.jobs.some((job) => isSame(job.file, file) && job.state !== "refused")) {
          this.say(`${file.name} is on the list already.`);
          return;
        }
        const why = this.refusal(file);
        const job = { file, key: crypto.randomUUID(), caseId: this.caseId, internal: Boolean(this.internal?.checked) };
        this.line(job);
        this.jobs.push(job);
        this.show(job, why ? "refused" : this.caseId ? "waiting" : "chosen", why);
      });
      this.queue.lastElementChild?.scrollIntoView({ block: "nearest" });
      this.pump();
    }

    // --- one line a file -----------------------------------------------------------------------------------------------

    line(job) {
      const line = this.element.querySelector("[data-files-row]").content.firstElementChild.cloneNode(true);
      const part = (name) => line.querySelector(`[data-row-${name}]`);
      part("name").textContent = job.file.name;
      part("size").textContent = inWords(job.file.size) + (job.internal ? ", internal" : "");
      part("bar").setAttribute("aria-label", job.file.name);
      line.querySelectorAll("[data-row-of]").forEach((name) => (name.textContent = ` ${job.file.name}`));
      part("again").addEventListener("click", () => this.again(job));
      part("off").addEventListener("click", () => this.takeOff(job));
      job.line = line;
      job.part = part;
      job.show = (state, detail) => this.show(job, state, detail);
      this.queue.append(line);
      this.queue.hidden = false;
    }

    show(job, state, detail = "") {
      if (job.isOff) return;
      const isNew = job.state !== state;
      job.state = state;
      job.line.dataset.state = state;
      job.part("state").textContent = WORDS[state](detail);
      job.part("bar").hidden = !["sending", "checking"].includes(state);
      job.part("bar").value = state === "checking" ? 100 : Number(detail) || 0;
      const hadFocus = job.line.contains(document.activeElement);
      job.part("again").hidden = state !== "unsent";
      job.part("off").hidden = state === "checking" || state === "there";
      job.part("word").textContent = { chosen: "Take off", refused: "Take off", unsent: "Take off" }[state] ?? "Cancel";
      if (hadFocus && document.activeElement?.hidden !== false) (state === "unsent" ? job.part("again") : this.picker).focus();
      if (isNew && SPOKEN.has(state)) this.say(`${job.file.name}: ${WORDS[state](detail)}`);
      if (isNew) this.tell();
    }

    say(sentence) {
      this.said.textContent = sentence;
    }

    takeOff(job) {
      const after = job.line.nextElementSibling?.querySelector("button:not([hidden])") ?? this.picker;
      job.isOff = true;
      job.stop?.();
      if (job.id && job.state !== "refused") window.lineupFiles.giveUp(job.id, this.desk).catch(() => {});
      this.forget(job);
      this.say(`${job.file.name} is taken off the list.`);
      after.focus();
      this.tell();
      this.pump();
    }

    forget(job) {
      this.jobs = this.jobs.filter((other) => other !== job);
      job.line.remove();
      this.queue.hidden = !this.jobs.length;
    }

    again(job) {
      this.show(job, "waiting");
      this.pump();
    }

    // --- sending -------------------------------------------------------------------------------------------------------

    get isBusy() {
      return this.jobs.some((job) => BUSY.has(job.state));
    }

    count(state) {
      return this.jobs.filter((job) => job.state === state).length;
    }

    // The ticket exists now: what was chosen for it is sent.
    start(caseId) {
      this.caseId = caseId;
      this.jobs.filter((job) => job.state === "refused").forEach((job) => this.forget(job));
      this.jobs.filter((job) => job.state === "chosen").forEach((job) => {
        job.caseId = caseId;
        this.show(job, "waiting");
      });
      this.pump();
    }

    pump() {
      const going = this.jobs.filter((job) => job.isGoing).length;
      this.jobs.filter((job) => job.state === "waiting" && !job.isGoing).slice(0, AT_ONCE - going).forEach((job) => this.go(job));
    }

    async go(job) {
      job.isGoing = true;
      try {
        await window.lineupFiles.send(job, this.desk);
        this.show(job, "there");
      } catch (trouble) {
        this.show(job, trouble.kind ?? "unsent", trouble.kind ? trouble.message : "something went wrong in this browser");
      }
      job.isGoing = false;
      if (job.state === "offline" && navigator.onLine) this.again(job);
      this.pump();
      this.tell();
    }

    resume() {
      this.jobs.filter((job) => job.state === "offline" && !job.isGoing).forEach((job) => this.again(job));
    }

    tell() {
      const isSettled = !this.isBusy && !this.jobs.some((job) => job.isGoing);
      this.element.dispatchEvent(new CustomEvent("files:change", { bubbles: true, detail: { widget: this, isSettled } }));
    }

    // Lines of files that stand in the ticket's list now.
    clearThere() {
      this.jobs.filter((job) => job.state === "there").forEach((job) => this.forget(job));
    }
  }

  // --- the page --------------------------------------------------------------------------------------------------------

  const theOne = () => widgets.find((widget) => widget.element.isConnected && !widget.drop.hidden);
  const hasFiles = (event) => [...(event.dataTransfer?.types ?? [])].includes("Files");

  // A file dropped beside the field would replace the page.
  ["dragover", "drop"].forEach((name) =>
    document.addEventListener(name, (event) => {
      const widget = theOne();
      if (!widget || !hasFiles(event)) return;
      event.preventDefault();
      const isOver = widget.element.contains(event.target);
      widget.drop.classList.toggle("files-over", name === "dragover" && isOver);
      if (name === "drop" && isOver) widget.add([...event.dataTransfer.files]);
    }),
  );
  document.addEventListener("dragleave", () => theOne()?.drop.classList.remove("files-over"));

  document.addEventListener("paste", (event) => {
    const pictures = [...(event.clipboardData?.files ?? [])].filter((file) => file.type.startsWith("image/"));
    const widget = theOne();
    if (!widget || !pictures.length || document.querySelector("dialog[open]")) return;
    event.preventDefault();
    widget.add(pictures.map((file) => (file.name.startsWith("image.") ? named(file) : file)));
  });

  addEventListener("online", () => widgets.forEach((widget) => widget.resume()));
  addEventListener("beforeunload", (event) => {
    if (widgets.some((widget) => widget.isBusy)) event.preventDefault();
  });

  // On the page of a ticket its list is read anew when the last one has come; typed text beside it stays.
  async function refresh(widget) {
    const list = document.querySelector("[data-file-list]");
    if (!list || !widget.count("there")) return;
    const answer = await fetch(location.href, { headers: { Accept: "text/html" } }).catch(() => null);
    if (!answer?.ok) return;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    const [newList, newWidget] = [fresh.querySelector("[data-file-list]"), fresh.querySelector("[data-files]")];
    if (!newList) return;
    list.replaceWith(newList);
    const history = [document, fresh].map((page) => page.querySelector("[data-history]"));
    if (history.every(Boolean)) history[0].replaceWith(history[1]);
    openGiveUps(newList);
    widget.clearThere();
    if (newWidget) widget.element.dataset.room = newWidget.dataset.room;
  }

  document.addEventListener("files:change", (event) => {
    const { widget, isSettled } = event.detail;
    if (isSettled && widget.element.dataset.files === "ticket") refresh(widget);
  });

  // One's own files that never arrived can be taken off the list.
  const openGiveUps = (root) => root.querySelectorAll("[data-give-up]").forEach((button) => (button.hidden = false));
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-give-up]");
    const widget = theOne();
    if (!button || !widget) return;
    button.disabled = true;
    try {
      await window.lineupFiles.giveUp(button.dataset.giveUp, widget.desk);
    } catch (trouble) {
      button.disabled = false;
      widget.say(`Not taken off: ${trouble.message}`);
      return;
    }
    const part = button.closest(".files-missing");
    button.closest("[data-missing]").remove();
    if (!part.querySelector("[data-missing]")) part.remove();
    widget.say("Taken off the list.");
    widget.picker.focus();
  });

  function begin() {
    document.querySelectorAll("[data-files]").forEach((element) => (element.widget = new Widget(element)));
    if (theOne()) openGiveUps(document);
  }
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", begin);
  else begin();
})();
