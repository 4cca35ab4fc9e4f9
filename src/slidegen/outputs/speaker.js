// The speaker view: a window of the same file with "?speaker", which shows two frames of it with "?frame", the notes and
// the time. Windows talk by messages, which works from disk as well; each hears its opener, its parent and its own only.
window.slidegen = (() => {
  const query = new URLSearchParams(location.search);
  const own = { speaker: query.has("speaker"), framed: query.has("frame") && window !== top };
  const post = (target, message) => target.postMessage({ slidegen: message }, "*");
  const address = (name) => {
    const url = new URL(location.href);
    url.searchParams.delete("speaker");
    url.searchParams.set(name, "");
    url.searchParams.set("theme", own.scheme?.() ?? query.get("theme") ?? "");
    return url.href;
  };

  // --- dialogs
  own.make = (html) => {
    const template = document.createElement("template");
    template.innerHTML = html.trim();
    return template.content.firstElementChild;
  };
  own.SHUT = `<button type="button" class="sg-shut" ${named("Close")}>×</button>`;
  own.opened = (dialog) => {
    dialog.tabIndex = -1;
    dialog.addEventListener("keydown", (event) => event.stopPropagation());
    dialog.addEventListener("click", (event) => { if (event.target === dialog || event.target.closest(".sg-shut")) dialog.close(); });
    dialog.addEventListener("close", () => dialog.remove());
    document.body.append(dialog);
    dialog.showModal();
    dialog.focus();
    return dialog;
  };

  // --- the window that presents, and a frame
  const views = new Set();
  own.openSpeaker = () => {
    const view = window.open(address("speaker"), "slidegen-speaker", "width=1280,height=880");
    if (view) views.add(view);
  };
  own.hasSpeaker = () => [...views].some((view) => !view.closed);
  own.toSpeaker = (message) => { for (const view of views) view.closed ? views.delete(view) : post(view, message); };
  own.toParent = (ready) => {
    if (!own.framed) return;
    const at = own.at();
    post(parent, { frame: { at, total: own.slides.length, notes: own.notes(at[0]), ready } });
  };
  const listen = ({ source, data }) => {
    const message = data?.slidegen;
    const known = own.framed ? source === parent : source && (views.has(source) || source.opener === window);
    if (!known || typeof message !== "object" || !own.talk) return;
    if (message.show) own.show(...message.show);
    else if (message.hello) {
      views.add(source);
      post(source, { state: own.talk.state() });
      if (message.hello === "new") post(source, { drawn: own.talk.drawn() });
    } else own.talk.take(message, "speaker");
  };
  addEventListener("message", listen);
  addEventListener("slidegen-shown", () => own.talk && own.toParent()); // an edit may have changed the notes
  if (!own.speaker) return own;

  // --- the speaker view itself
  removeEventListener("message", listen);
  document.documentElement.classList.add("speaker");
  const button = (act, label, more = "") => `<button type="button" data-act="${act}" ${more}>${label}</button>`;
  const heading = (short, whole) => word(whole in WORDS ? whole : short);
  const VIEW = `<main class="sp"><h1>${word("Speaker view")}</h1>
    <header><div class="sp-time"><output class="sp-timer" ${named("Time since the start")}>0:00</output>${button("toggle", word("Start"))}${button("reset", word("Reset"))}</div>
      ${PACE}<span class="sp-place"></span><span class="sp-clock"></span>${button("phone", word("Phone"), "hidden")}</header>
    <section ${named("Current slide")}><h2>${heading("Now", "Current slide")}</h2><div class="sp-frame"><iframe tabindex="-1" ${named("Current slide", "title")}></iframe></div></section>
    <section ${named("Next slide")}><h2>${heading("Next", "Next slide")}</h2><div class="sp-frame"><iframe tabindex="-1" ${named("Next slide", "title")}></iframe><p class="sp-end" hidden>${word("End of the talk")}</p></div></section>
    <section class="sp-notes" ${named("Notes")}><div class="sp-head"><h2>${word("Notes")}</h2><span>${button("smaller", "A−", named("Smaller notes"))}${button("larger", "A+", named("Larger notes"))}</span></div>
      <div class="sp-text" tabindex="0" data-none="${said("No notes")}"></div></section>
    <p class="sp-gone" role="status" hidden>${word("The window of the deck is closed; this one goes on alone")}</p>
  </main>`;
  document.addEventListener("DOMContentLoaded", () => {
    const timing = JSON.parse(document.getElementById("timing")?.textContent || "{}");
    const phone = JSON.parse(document.getElementById("slidegen-present")?.textContent || "{}").remote;
    document.title = `${said("Speaker view")}: ${document.title}`;
    const config = JSON.parse(document.getElementById("reveal-config")?.textContent ?? "null");
    const { width, height } = config ?? document.querySelector(".marpit > svg").viewBox.baseVal;
    document.body.innerHTML = VIEW;
    document.body.style.setProperty("--shape", width / height);
    const find = (name) => document.querySelector(name);
    const frames = [...document.querySelectorAll("iframe")];
    const notes = find(".sp-text");
    let state = { at: [0, 0], total: 1, timer: { since: null, before: 0 } };
    let heard = 0; // when the deck's window was last heard
    let needsInk = true;

    // Kept for the next talk, where the browser lets a page keep anything.
    const SIZE = "slidegen-notes-size";
    let size = 26;
    try { size = Number(localStorage.getItem(SIZE)) || size; } catch { /* as it is */ }
    const resize = (by) => {
      size = Math.max(14, Math.min(64, size + by));
      notes.style.fontSize = `${size}px`;
      try { if (by) localStorage.setItem(SIZE, size); } catch { /* as above */ }
    };
    resize(0);

    const alive = () => window.opener && !window.opener.closed && Date.now() - heard < 4000;
    const order = (message) => {
      if (alive()) post(window.opener, message);
      else if (message.timer) {
        const { since, before } = state.timer;
        const passed = since === null ? 0 : Date.now() - since;
        state.timer = message.timer === "reset" ? { since: since === null ? null : Date.now(), before: 0 }
          : { since: since === null ? Date.now() : null, before: before + passed };
        tick();
      } else if (message.do) post(frames[0].contentWindow, message);
    };
    const showNext = () => {
      const [index] = state.at;
      const end = index + 1 >= state.total;
      frames[1].hidden = end;
      find(".sp-end").hidden = !end;
      if (!end) post(frames[1].contentWindow, { show: [index + 1, Infinity] });
    };
    const show = () => {
      post(frames[0].contentWindow, { show: state.at });
      showNext();
      find(".sp-place").textContent = `${state.at[0] + 1} / ${state.total}`;
      tick();
    };
    const tick = () => {
      const { timer } = state;
      find(".sp-timer").textContent = clockText(elapsed(timer));
      sayIn(find("[data-act=toggle]"), timer.since !== null ? "Pause" : timer.before ? "Go on" : "Start");
      find(".sp-clock").textContent = new Date().toLocaleTimeString(document.documentElement.lang || [], { timeStyle: "short" });
      if (timing.plan) drawPace(find(".pace"), timing, state.at[0], timer);
      find(".sp-gone").hidden = alive() || Date.now() - began < 4000;
    };
    const began = Date.now();
    const greet = () => {
      tick();
      if (window.opener && !window.opener.closed) post(window.opener, { hello: needsInk ? "new" : "still" });
    };
    addEventListener("message", ({ source, data }) => {
      const message = data?.slidegen;
      if (typeof message !== "object") return;
      if (source === window.opener) {
        heard = Date.now();
        const next = message.state;
        if (!next) {
          needsInk &&= !message.drawn;
          post(frames[0].contentWindow, message);
          return;
        }
        const moved = String([next.at, next.total]) !== String([state.at, state.total]);
        const another = next.id !== state.id;
        state = next;
        document.documentElement.dataset.veil = next.veil;
        if (moved || another) show();
        if (another) { needsInk = true; greet(); }
        tick();
      } else if (source === frames[0].contentWindow && message.frame) {
        const { at, total, notes: html, ready } = message.frame;
        if (ready) { needsInk = true; greet(); }
        if (notes.innerHTML !== html) { notes.innerHTML = html; notes.scrollTop = 0; }
        notes.classList.toggle("sp-empty", !html);
        if (!alive()) { state = { ...state, at, total }; showNext(); find(".sp-place").textContent = `${at[0] + 1} / ${total}`; tick(); }
        else if (String(at) !== String(state.at)) post(frames[0].contentWindow, { show: state.at });
      } else if (source === frames[1].contentWindow && message.frame && message.frame.at[0] !== state.at[0] + 1) showNext();
    });
    const acts = {
      toggle: () => order({ timer: "toggle" }), reset: () => order({ timer: "reset" }), larger: () => resize(2), smaller: () => resize(-2),
      next: () => order({ do: "next" }), back: () => order({ do: "back" }),
      black: () => order({ veil: "black" }), white: () => order({ veil: "white" }),
      phone: () => own.opened(own.make(`<dialog class="sg-dialog sg-qr" ${named("QR code for the remote")}><header><h2>${word("Remote")}</h2>${own.SHUT}</header>${phone}</dialog>`)),
    };
    find("[data-act=phone]").hidden = !phone;
    document.body.addEventListener("click", ({ target }) => acts[target.closest("[data-act]")?.dataset.act]?.());
    const rtl = document.documentElement.dir === "rtl";
    const keys = {
      ArrowRight: rtl ? "back" : "next", ArrowDown: "next", PageDown: "next", n: "next", ArrowLeft: rtl ? "next" : "back", ArrowUp: "back", PageUp: "back", p: "back",
      " ": "next", Enter: "next", b: "black", ".": "black", w: "white", "+": "larger", "=": "larger", "-": "smaller",
    };
    addEventListener("keydown", (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
      if (event.target.closest("button") && [" ", "Enter"].includes(event.key)) return;
      if (event.target === notes && /^(Arrow(Up|Down)|Page)/.test(event.key)) return; // they scroll
      const act = event.shiftKey && event.key === " " ? "back" : keys[event.key.length === 1 ? event.key.toLowerCase() : event.key];
      if (!act) return;
      acts[act]();
      event.preventDefault();
    });
    for (const frame of frames) frame.src = address("frame");
    greet();
    setInterval(greet, 500);
  });
  return own;
})();
