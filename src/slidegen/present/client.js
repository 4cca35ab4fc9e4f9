// Connects a page of a talk with the server: that of the presenter, whose moves are passed on and which takes the orders
// of the remote, and those of the audience, which follow. A page goes on without the server, and connects again.
document.addEventListener("DOMContentLoaded", () => {
  if (slidegen.speaker || slidegen.framed) return;
  const settings = JSON.parse(document.getElementById("slidegen-present").textContent);
  const leads = settings.role === "presenter";
  const { talk } = slidegen;
  const base = location.pathname.replace(/[^/]*$/, "");
  const PAUSE = 25; // ms between two requests

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
  const connect = () => keepConnected(`${base}events?id=${talk.id}`, {
    heard: () => { online = note.hidden = true; },
    lost: () => { online = note.hidden = false; },
    take,
  });

  if (leads) {
    talk.link("server", say);
    if (settings.audience) {
      talk.keys.q = () => talk.opened(talk.make(`<dialog class="sg-dialog sg-qr" aria-label="QR code for the audience"><header><h2>Follow along</h2>${talk.SHUT}</header>${settings.audience}</dialog>`));
      talk.more.push(["Q", "QR code for the audience"]);
    }
  }
  window.Reveal && !Reveal.isReady() ? Reveal.on("ready", connect) : connect();
});
