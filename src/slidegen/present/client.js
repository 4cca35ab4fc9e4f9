// Connects a page of a talk with the server: that of the presenter, whose moves are passed on and which takes the orders
// of the remote, and those of the audience, which follow. A page goes on without the server, and connects again.
document.addEventListener("DOMContentLoaded", () => {
  if (slidegen.speaker || slidegen.framed) return;
  const settings = JSON.parse(document.getElementById("slidegen-present").textContent);
  const leads = settings.role === "presenter";
  const { talk } = slidegen;
  const base = location.pathname.replace(/[^/]*$/, "");
  const PAUSE = 25; // ms between two requests
  const SILENT = 20_000; // ms without a word after which the connection is taken for dead

  // --- what this page says
  let waiting = [];
  let sending = false;
  let online = false;
  const pump = async () => {
    if (sending || !waiting.length) return;
    sending = true;
    const some = waiting.splice(0, 100);
    try {
      await fetch(`${base}send?id=${talk.id}`, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(some) });
    } catch { waiting = []; /* when it connects again, it says everything */ }
    setTimeout(() => { sending = false; pump(); }, PAUSE);
  };
  const say = (message) => {
    if (!online) return;
    const [kind] = Object.keys(message);
    if (["state", "laser"].includes(kind)) waiting = waiting.filter((one) => !(kind in one)); // only the last one counts
    waiting.push(message);
    pump();
  };
  const sayAll = () => { say({ state: talk.state() }); say({ drawn: talk.drawn() }); };

  // --- an audience that looks around
  let live = true;
  let followed = null;
  const back = talk.make('<button type="button" class="sg-live" hidden>Back to live</button>');
  const follow = () => {
    live = true;
    back.hidden = true;
    if (followed) talk.take({ state: followed }, "server");
  };
  back.addEventListener("click", follow);
  if (!leads) {
    addEventListener("slidegen-moved", () => {
      if (!followed || String(slidegen.at()) === String(followed.at)) return;
      live = false;
      back.hidden = false;
    });
  }

  // --- what the server says
  let first = true;
  const take = (message) => {
    if (message.snapshot) {
      const { state, drawn } = message.snapshot;
      if (leads && (!first || !state)) { sayAll(); first = false; return; }
      first = false;
      talk.take({ drawn }, "server");
      if (state) take({ state });
    } else if (message.state && !leads) {
      followed = message.state;
      if (live) follow();
    } else talk.take(message, "server");
  };

  // --- the connection
  const note = talk.make('<p class="sg-link" role="status" hidden>Not connected</p>');
  document.body.append(note, back);
  let source = null;
  let heard = 0;
  let wait = 500;
  let retry = 0;
  const lost = () => {
    source?.close();
    source = null;
    online = false;
    note.hidden = false;
    clearTimeout(retry);
    retry = setTimeout(connect, wait);
    wait = Math.min(5000, wait * 1.6);
  };
  function connect() {
    clearTimeout(retry);
    source?.close();
    heard = Date.now();
    const mine = new EventSource(`${base}events?id=${talk.id}`);
    source = mine;
    const hear = () => {
      if (mine !== source) return;
      heard = Date.now();
      online = true;
      wait = 500;
      note.hidden = true;
    };
    mine.addEventListener("alive", hear);
    mine.onmessage = ({ data }) => { hear(); take(JSON.parse(data)); };
    mine.onerror = () => mine === source && lost();
  }
  const wake = () => { if (!source || Date.now() - heard > SILENT) connect(); };
  setInterval(() => source && Date.now() - heard > SILENT && lost(), 2000);
  addEventListener("online", wake);
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && wake());
  addEventListener("pagehide", () => source?.close());
  addEventListener("pageshow", ({ persisted }) => persisted && connect());

  if (leads) {
    talk.link("server", say);
    if (settings.audience) {
      talk.keys.q = () => talk.opened(talk.make(`<dialog class="sg-dialog sg-qr" aria-label="QR code for the audience"><header><h2>Follow along</h2>${talk.SHUT}</header>${settings.audience}</dialog>`));
      talk.more.push(["Q", "QR code for the audience"]);
    }
  }
  window.Reveal && !Reveal.isReady() ? Reveal.on("ready", connect) : connect();
});
