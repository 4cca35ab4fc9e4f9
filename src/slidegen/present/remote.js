// The remote: it gives orders to the presenting page, shows the slide and its notes, and draws and points on it.
(() => {
  const find = (name) => document.querySelector(name);
  const id = `r${Math.random().toString(36).slice(2)}`;
  const base = location.pathname.replace(/[^/]*$/, "");
  const timing = JSON.parse(find("#timing")?.textContent || "{}");
  const frame = find("iframe");
  const pad = find("#pad");
  const notes = find("#text");
  let state = { at: [0, 0], total: 1, veil: "", timer: { since: null, before: 0 } };
  find("#pace").innerHTML = PACE;

  // --- what it says: orders and strokes, in their order
  const warn = (words) => {
    sayIn(find("#lost"), words);
    find("#lost").hidden = !words;
  };
  const say = sendTo(`${base}send?id=${id}`, ["laser"], (status) => {
    if (!status) again();
    else if (status === 409) warn("The deck is not open on the computer");
  });
  let early = []; // what the frame is to hear when it has loaded
  const tell = (message) => (early ? early.push(message) : frame.contentWindow.postMessage({ slidegen: message }, location.origin));
  const strokes = new Map(); // slide -> the names of its strokes
  const strokesOf = (slide) => strokes.get(slide) ?? strokes.set(slide, new Set()).get(slide);
  const draw = (message) => {
    const { drawn, ink, rub, wipe } = message;
    if (drawn) strokes.clear();
    for (const one of drawn ?? (ink ? [ink] : [])) strokesOf(one.slide).add(one.id);
    if (rub) strokesOf(rub.slide).delete(rub.id);
    if (wipe) strokes.delete(wipe.slide);
    tell(message);
  };
  const change = (message) => { say(message); draw(message); };

  // --- how the talk stands
  const tick = () => {
    const { timer, at } = state;
    find("#time").textContent = clockText(elapsed(timer));
    find("#time").toggleAttribute("data-paused", timer.since === null);
    if (timing.plan) drawPace(find(".pace"), timing, at[0], timer);
  };
  const place = () => { find("#place").textContent = `${state.at[0] + 1} / ${state.total}`; };
  const show = () => {
    tell({ show: state.at });
    place();
    find("#slide").dataset.veil = state.veil;
    find("#slide").dataset.veiled = state.veil && said(`${state.veil} screen`);
    tick();
  };
  setInterval(tick, 500);
  addEventListener("message", ({ source, data }) => {
    const found = source === frame.contentWindow && data?.slidegen?.frame;
    if (!found) return;
    if (!state.id) { // nobody presents yet
      state.total = found.total;
      place();
    }
    if (found.ready) {
      if (!early) again(); // it has loaded again, and lacks everything
      const waited = early ?? [];
      early = null;
      waited.forEach(tell);
    }
    if (String(found.at) !== String(state.at)) return;
    if (notes.innerHTML !== found.notes) { notes.innerHTML = found.notes; notes.scrollTop = 0; }
    notes.classList.toggle("empty", !found.notes);
  });
  const take = (message) => {
    if (message.snapshot) {
      draw({ drawn: message.snapshot.drawn });
      if (message.snapshot.state) take({ state: message.snapshot.state });
    } else if (message.state) {
      state = message.state;
      show();
    } else draw(message);
  };

  // --- buttons
  document.addEventListener("click", ({ target }) => {
    const { order, by } = target.closest("button")?.dataset ?? {};
    if (order) say(JSON.parse(order));
    if (by) resize(Number(by));
  });
  find("#time").addEventListener("click", () => say({ timer: "toggle" }));
  find("#more").addEventListener("click", ({ currentTarget }) => {
    const menu = find("#menu");
    menu.hidden = !menu.hidden;
    currentTarget.setAttribute("aria-expanded", String(!menu.hidden));
  });
  addEventListener("keydown", ({ key, target }) => {
    if (target.closest("button") && [" ", "Enter"].includes(key)) return;
    const [right, left] = document.documentElement.dir === "rtl" ? ["back", "next"] : ["next", "back"];
    const order = { ArrowRight: right, PageDown: "next", " ": "next", ArrowLeft: left, PageUp: "back" }[key];
    if (order) say({ do: order });
  });
  const KEPT = "slidegen-notes-size";
  let size = 20;
  try { size = Number(localStorage.getItem(KEPT)) || size; } catch { /* a browser that keeps nothing */ }
  function resize(by) {
    size = Math.max(14, Math.min(48, size + by));
    notes.style.fontSize = `${size}px`;
    try { if (by) localStorage.setItem(KEPT, size); } catch { /* as above */ }
  }
  resize(0);

  // --- the slide as a pad
  let tool = "";
  for (const button of document.querySelectorAll("[data-tool]")) {
    button.addEventListener("click", () => {
      tool = tool === button.dataset.tool ? "" : button.dataset.tool;
      for (const one of document.querySelectorAll("[data-tool]")) if (one !== pad) one.setAttribute("aria-pressed", String(one.dataset.tool === tool));
      if (tool) pad.dataset.tool = tool;
      else delete pad.dataset.tool;
    });
  }
  const here = () => state.at[0];
  find("#undo").addEventListener("click", () => {
    const last = [...strokesOf(here())].at(-1);
    if (last) change({ rub: { slide: here(), id: last } });
  });
  find("#clear").addEventListener("click", () => change({ wipe: { slide: here() } }));
  const point = (event) => {
    const { left, top, width, height } = pad.getBoundingClientRect();
    const within = (value) => Math.round(10_000 * Math.max(0, Math.min(1, value)));
    const pressure = event.pointerType === "pen" && event.pressure ? event.pressure : 0.5;
    return [within((event.clientX - left) / width), within((event.clientY - top) / height), Math.round(100 * pressure)];
  };
  let stroke = null;
  let pointer = null; // the one that draws; a second finger does not
  let pending = [];
  let due = 0;
  const flush = () => {
    due = 0;
    if (!pending.length) return;
    if (stroke) change({ ink: { ...stroke, points: pending } });
    else change({ laser: pending.at(-1) });
    pending = [];
  };
  const later = () => { due ||= setTimeout(flush, 30); };
  pad.addEventListener("pointerdown", (event) => {
    if (!tool || pointer !== null) return;
    event.preventDefault();
    pointer = event.pointerId;
    pad.setPointerCapture(pointer);
    stroke = tool === "laser" ? null : { slide: here(), id: `${id}${Date.now().toString(36)}`, tool, color: 1 };
    pending = [point(event)];
    flush();
  });
  pad.addEventListener("pointermove", (event) => {
    if (event.pointerId !== pointer) return;
    pending.push(point(event));
    later();
  });
  const lift = ({ pointerId }) => {
    if (pointerId !== pointer) return;
    clearTimeout(due);
    flush();
    stroke = pointer = null;
    if (tool === "laser") change({ laser: null });
  };
  for (const name of ["pointerup", "pointercancel"]) pad.addEventListener(name, lift);

  const again = keepConnected(`${base}events?id=${id}`, {
    heard: (message) => { if (message || find("#lost").textContent === said("Connecting")) warn(""); },
    lost: () => warn("Connecting"),
    take,
  });
})();
