// One file on its way: its checksum, the link for it, the bytes straight to S3, and the desk's look at what arrived.
"use strict";

(() => {
  const CALL_LIMIT = 30000;
  const SILENCE_LIMIT = 20000; // no byte moves any more
  const THERE_ALREADY = 412;
  const LINK_REFUSED = 403;

  // Why a file is not there: `refused` is final; `unsent` can be tried again; `offline` goes on by itself.
  class Trouble extends Error {
    constructor(kind, sentence) {
      super(sentence);
      this.kind = kind;
    }
  }

  const of = (id, address) => address.replace("/0/", `/${id}/`); // addresses are made for file number 0

  const lost = (sentence) => new Trouble(navigator.onLine ? "unsent" : "offline", sentence);

  // The token of this moment: signing in again in another tab has made a new one.
  function tokenOf(desk) {
    const cookie = document.cookie.split("; ").find((one) => one.startsWith(`${desk.csrfCookie}=`));
    return cookie ? cookie.slice(desk.csrfCookie.length + 1) : desk.csrf;
  }

  async function call(address, body, desk, options = {}) {
    let answer;
    try {
      answer = await fetch(address, {
        method: "POST",
        headers: { "Content-Type": "application/json", "X-CSRFToken": tokenOf(desk), Accept: "application/json" },
        body: JSON.stringify(body),
        signal: AbortSignal.timeout(CALL_LIMIT),
        ...options,
      });
    } catch {
      throw lost("the desk does not answer");
    }
    const told = await answer.json().catch(() => ({}));
    if (answer.ok) return told;
    if (answer.status === 401) throw new Trouble("unsent", "your session has ended; sign in in another tab");
    const passing = answer.status >= 500 || answer.status === 429 || told.code === "file_not_uploaded";
    throw new Trouble(passing ? "unsent" : "refused", told.detail || "the desk did not take it");
  }

  async function digest(file) {
    let bytes;
    try {
      bytes = await file.arrayBuffer();
    } catch {
      throw new Trouble("refused", "It cannot be read any more. Please choose it again.");
    }
    const sum = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
    return btoa(String.fromCharCode(...sum));
  }

  // The status S3 answers with. `job.stop` ends it; so does silence.
  function put(link, job) {
    return new Promise((resolve, reject) => {
      const request = new XMLHttpRequest();
      let silence = 0;
      const listen = () => {
        clearTimeout(silence);
        silence = setTimeout(() => request.abort(), SILENCE_LIMIT);
      };
      const end = (act) => () => {
        clearTimeout(silence);
        job.stop = null;
        act();
      };
      request.open(link.method, link.url);
      Object.entries(link.headers).forEach(([name, value]) => request.setRequestHeader(name, value));
      request.upload.addEventListener("progress", (event) => {
        listen();
        if (event.lengthComputable) job.show("sending", Math.floor((event.loaded / event.total) * 100));
      });
      request.addEventListener("load", end(() => resolve(request.status)));
      request.addEventListener("error", end(() => reject(lost("the file store does not answer"))));
      request.addEventListener("abort", end(() => reject(new Trouble("unsent", "the file store does not answer"))));
      job.stop = () => request.abort();
      listen();
      request.send(job.file);
    });
  }

  async function bring(job, desk) {
    const body = { case_id: job.caseId, filename: job.file.name, content_type: job.file.type, size: job.file.size };
    const link = await call(desk.announce, { ...body, sha256: job.sha256, internal: job.internal, client_key: job.key }, desk);
    job.id = link.id;
    if (job.isOff) return null;
    job.show("sending", 0);
    return put(link, job);
  }

  // From the file to its place on the ticket; rejects with a Trouble. A link that has expired is asked for anew once.
  async function send(job, desk) {
    job.show("hashing");
    job.sha256 ??= await digest(job.file);
    if (job.isOff) return;
    let status = await bring(job, desk);
    if (status === LINK_REFUSED) status = await bring(job, desk);
    if (job.isOff) return;
    if (status !== 200 && status !== THERE_ALREADY) throw new Trouble("unsent", "the file store is busy");
    job.show("checking");
    await call(of(job.id, desk.confirm), {}, desk);
  }

  const giveUp = (id, desk) => call(of(id, desk.cancel), {}, desk, { keepalive: true }); // also when the page is left

  window.lineupFiles = { send, giveUp, canSend: Boolean(window.crypto?.subtle) };
})();
