// Connects a page of a talk with the server: that of the presenter, whose moves are passed on and which takes the orders
// of the remote, and those of the audience, which follow. A page goes on without the server, and connects again.
document.addEventListener("DOMContentLoaded", () => {
  if (slidegen.speaker || slidegen.framed) return;
  const settings = JSON.parse(document.getElementById("slidegen-present").textContent);
  const leads = settings.role === "presenter";
  const { talk } = slidegen;
  const base = location.pathname.replace(/[^/]*$/, "");

  // --- what this page says
  let online = false;
  const send = sendTo(`${base}send?id=${talk.id}`, ["state", "laser"], (status) => {
    if (!status) again(); // then it says everything
    else if (status === 400 || status === 202) warn("Not all drawings are passed on");
  });
  const say = (message) => online && send(message);
  const sayAll = () => {
    say({ state: talk.state() });
    say({ drawn: [] });
    for (const ink of talk.drawn()) say({ ink });
  };

  // --- an audience that looks around
  let live = true;
  let followed = null;
  const back = slidegen.make(`<button type="button" class="sg-live" hidden>${word("Back to live")}</button>`);
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
  const note = slidegen.make('<p class="sg-link" role="status" hidden></p>');
  document.body.append(note, back);
  let due = 0;
  const show = (words) => {
    clearTimeout(due);
    sayIn(note, words);
    note.hidden = !words;
  };
  function warn(words) {
    if (!online) return;
    show(words);
    due = setTimeout(show, 10_000, "");
  }
  let again = () => {};
  const connect = () => {
    again = keepConnected(`${base}events?id=${talk.id}`, {
      heard: () => { if (!online) show(""); online = true; },
      lost: () => { online = false; show("Not connected"); },
      take,
    });
  };

  if (leads) {
    talk.link("server", say);
    if (settings.audience) {
      talk.keys.q = () => slidegen.opened(slidegen.make(`<dialog class="sg-dialog sg-qr" ${named("QR code for the audience")}><header><h2>${word("Follow along")}</h2>${slidegen.SHUT}</header>${settings.audience}</dialog>`));
      talk.more.push(["Q", "QR code for the audience"]);
    }
  }
  window.Reveal && !Reveal.isReady() ? Reveal.on("ready", connect) : connect();
});
