// The client of `slidegen serve`: it is told what has changed, and shows it. Presenter windows get the slides only.
(() => {
  if (window.slidegen?.speaker) return; // its frames hear of changes themselves
  const settings = JSON.parse(document.getElementById("slidegen-live").textContent);
  const inFrame = window !== top || /print-pdf/i.test(location.search);
  const player = players.of();
  const base = location.pathname.replace(/[^/]*$/, "");
  const sheets = new Map();
  let version = settings.version;
  let live = [];
  let lines = settings.lines;
  let files = settings.files; // of each slide; empty if all are in one
  let outlined = false;
  let edit = settings.edit;
  const overflow = new Map(); // slide's element -> what runs off it

  // --- the editor
  const send = async (line, path) => {
    const answer = await fetch(`${base}open`, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ line, path: path ?? null }) });
    const said = await answer.json().catch(() => ({}));
    if (said.address) location.href = said.address;
    else if (said.message) panel?.said(said.message);
  };
  const slideOf = (element) => live.flat().findIndex((slide) => slide.element.contains(element));
  const placeOf = (element) => {
    const at = slideOf(element);
    if (at < 0) return null;
    const near = element.closest("[data-line]");
    const below = near && live.flat()[at].element.contains(near) ? Number(near.dataset.line) : 0;
    return [lines[at] + below, files[at]];
  };
  let pointed = null;
  addEventListener("mousemove", (event) => { pointed = event.target; }, { passive: true });
  addEventListener("dblclick", (event) => {
    if (event.target.closest("a, button, input, textarea, select, video, audio")) return;
    const place = placeOf(event.target);
    if (place !== null) send(...place);
  });
  addEventListener("keydown", (event) => {
    if (!event.altKey || event.ctrlKey || event.metaKey) return;
    if (event.code === "KeyE") {
      const place = (pointed?.isConnected ? placeOf(pointed) : null) ?? placeOf(player?.current());
      if (place !== null) send(...place);
    } else if (event.code === "KeyO") {
      outlined = !outlined;
      drawOutlines();
    } else return;
    event.preventDefault();
    event.stopImmediatePropagation();
  }, true);

  // --- what runs off: measured while the browser has nothing else to do, each slide once
  let due = [];
  let waiting = false;
  const measureSome = (deadline) => {
    waiting = false;
    const start = performance.now();
    while (due.length && performance.now() - start < Math.min(8, Math.max(2, deadline.timeRemaining()))) {
      const element = due.shift();
      if (!element.isConnected) continue;
      const found = player.within(element, () => overflowOf(element));
      if (found.length) overflow.set(element, found);
      else overflow.delete(element);
    }
    if (due.length) measureLater();
    else report();
  };
  const measureLater = () => {
    if (waiting) return;
    waiting = true;
    (window.requestIdleCallback ?? ((act) => setTimeout(() => act({ timeRemaining: () => 5 }), 30)))(measureSome, { timeout: 1000 });
  };
  const measure = (elements) => {
    if (inFrame || !player) return;
    due = [...new Set([...elements, ...due])];
    measureLater();
  };
  const names = () => live.flatMap((stack, h) => stack.map((_, v) => (stack.length > 1 ? `${h + 1}.${v + 1}` : `${h + 1}`)));
  const report = () => {
    const all = live.flat();
    const numbers = names();
    for (const element of overflow.keys()) if (!all.some((slide) => slide.element === element)) overflow.delete(element);
    panel?.set({ overflow: all.flatMap(({ element }, at) => (overflow.has(element) ? [{ name: numbers[at], element }] : [])) });
    document.documentElement.dataset.overflowMeasured = String(version);
    drawOutlines();
  };
  const nextOverflow = () => {
    const all = live.flat().map(({ element }) => element);
    const here = all.indexOf(player.current());
    const order = [...all.slice(here + 1), ...all.slice(0, here + 1)];
    const found = order.find((element) => overflow.has(element));
    if (found) player.show(found);
    outlined = true;
    drawOutlines();
  };
  const drawOutlines = () => {
    for (const old of document.querySelectorAll("[data-slidegen-off]")) old.removeAttribute("data-slidegen-off");
    document.documentElement.toggleAttribute("data-slidegen-outlined", outlined);
    if (!outlined) return;
    for (const [slide, found] of overflow) {
      for (const { element } of found) element?.setAttribute("data-slidegen-off", "");
      (slide.querySelector(".slide") ?? slide).setAttribute("data-slidegen-off", "slide");
    }
  };

  const panel = inFrame ? null : makePanel(settings.css, { open: send, next: nextOverflow });

  // --- what has changed
  const show = (update) => {
    if (update.reload || (!player && update.stacks)) {
      location.reload();
      return;
    }
    version = update.version;
    if (update.css) for (const [key, css] of Object.entries(update.css)) sheets.set(key, css);
    if (update.styles) dress(update.styles);
    if (update.root) {
      for (const name of ["lang", "dir", "data-scheme", "data-look"]) {
        const value = update.root[name];
        if (value === null || value === undefined) document.documentElement.removeAttribute(name);
        else document.documentElement.setAttribute(name, value);
      }
      window.slidegen?.renew?.();
    }
    if (update.title) document.title = update.title;
    for (const name of ["notes", "timing"]) if (update[name]) document.getElementById(name).textContent = update[name];
    if (update.lines) lines = update.lines;
    if (update.files) files = update.files;
    if (update.stacks) {
      const changed = players.swap(player, live, update);
      measure(update.styles ? live.flat().map(({ element }) => element) : changed);
    } else if (update.notes) {
      window.slidegen?.renew?.();
    }
    if (update.styles && !update.stacks) {
      measure(live.flat().map(({ element }) => element));
    }
    if (settings.follow && !inFrame && update.edit > edit && update.focus !== null) {
      const slide = live.flat()[update.focus]?.element;
      if (slide && slide !== player.current()) player.show(slide);
    }
    edit = update.edit ?? edit;
    panel?.set(Object.fromEntries(["problems", "warnings", "computing"].filter((name) => name in update).map((name) => [name, update[name]])));
    document.documentElement.dataset.version = String(version);
    dispatchEvent(new CustomEvent("slidegen-shown", { detail: version }));
  };
  // The style sheets in order; those that stay are left alone.
  let worn = [];
  const dress = (keys) => {
    const had = new Map(worn.map(([key, element]) => [key, element]));
    const last = worn.at(-1)?.[1].nextSibling ?? null;
    const next = keys.map((key) => {
      const known = had.get(key);
      had.delete(key);
      if (known) return [key, known];
      const element = document.createElement("style");
      element.textContent = sheets.get(key);
      return [key, element];
    });
    for (const [, element] of next) document.head.insertBefore(element, last);
    for (const element of had.values()) element.remove();
    worn = next;
    sheets.clear();
    if (window.Reveal) Reveal.layout();
  };

  // --- the connection; the browser itself connects again
  const connect = () => {
    const source = new EventSource(`${base}events?version=${version}`);
    source.onopen = () => panel?.set({ away: false });
    source.onmessage = (event) => show(JSON.parse(event.data));
    source.onerror = () => {
      panel?.set({ away: true });
      source.close();
      setTimeout(connect, 700);
    };
    addEventListener("pagehide", () => source.close());
  };

  const start = () => {
    if (player) {
      const keys = settings.stacks.flat();
      live = player.stacks().map((stack) => stack.map((element) => ({ key: keys.shift(), element })));
      measure(live.flat().map(({ element }) => element));
    }
    panel?.set({ problems: settings.problems, warnings: settings.warnings, computing: settings.computing });
    document.documentElement.dataset.version = String(version);
    connect();
  };
  const styles = [...document.head.querySelectorAll("style")];
  worn = settings.styles.map((key, at) => [key, styles[at]]);
  player ? player.ready(start) : start();
})();
