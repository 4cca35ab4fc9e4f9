// Presenting, alike on reveal.js' pages and Marp's: drawing, the laser pointer, a blank screen, going to a slide, help,
// and the state of the talk, which the speaker view and `slidegen present` show elsewhere.
document.addEventListener("DOMContentLoaded", () => {
  if (slidegen.speaker || /print-pdf/i.test(location.search)) return;
  const root = document.documentElement;
  const framed = slidegen.framed;
  const id = Math.random().toString(36).slice(2);
  const { make, opened, SHUT } = slidegen;
  const text = (value) => value.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);

  // --- the state of the talk, and who hears of it
  const kept = `slidegen-timer:${location.pathname}`;
  let timer = { since: null, before: 0 };
  try { timer = JSON.parse(sessionStorage.getItem(kept)) ?? timer; } catch { /* a page that may keep nothing */ }
  let veil = "";
  let last = "";
  const links = new Map(); // name -> how to tell it
  const state = () => ({ id, at: slidegen.at(), total: slidegen.slides.length, veil, timer });
  const tell = (message, from) => { for (const [name, link] of links) if (name !== from) link(message); };
  const tellState = (from) => {
    const now = state();
    const text = JSON.stringify(now);
    if (text === last) return;
    last = text;
    tell({ state: now }, from);
  };
  const setTimer = (next) => {
    timer = next;
    try { sessionStorage.setItem(kept, JSON.stringify(timer)); } catch { /* as above */ }
    tellState();
  };
  const start = () => timer.since === null && setTimer({ ...timer, since: Date.now() });
  const timers = {
    toggle: () => (timer.since === null ? start() : setTimer({ since: null, before: timer.before + Date.now() - timer.since })),
    reset: () => setTimer({ since: timer.since === null ? null : Date.now(), before: 0 }),
  };
  const setVeil = (next) => {
    veil = next;
    cover.hidden = !veil;
    cover.className = `sg-veil ${veil}`;
    tellState();
  };

  // --- the layer over the slide: its size is that of the slide, in units of which a slide is 1600 wide
  const WIDTH = 1600;
  const PEN = { pen: 4, marker: 30 };
  const layer = make('<svg class="sg-ink" aria-hidden="true"><g></g><circle class="sg-laser" r="9" hidden></circle></svg>');
  const [group, dot] = layer.children;
  const cover = make('<div class="sg-veil" hidden></div>');
  const status = make('<div class="sg-status" role="status"></div>');
  let box = { left: 0, top: 0, width: 1, height: 1 };
  const place = () => {
    const slide = slidegen.slides[slidegen.at()[0]];
    const holder = window.Reveal && !phone.flows ? document.querySelector(".slides") : slide;
    let { left, top, width, height } = holder.getBoundingClientRect();
    const view = holder.viewBox?.baseVal;
    if (view) { // drawn in the middle of its element
      const scale = Math.min(width / view.width, height / view.height);
      [left, top] = [left + (width - view.width * scale) / 2, top + (height - view.height * scale) / 2];
      [width, height] = [view.width * scale, view.height * scale];
    }
    box = { left, top, width: width || 1, height: height || 1 };
    Object.assign(layer.style, { left: `${left}px`, top: `${top}px`, width: `${width}px`, height: `${height}px` });
    layer.setAttribute("viewBox", `0 0 ${WIDTH} ${(WIDTH * box.height) / box.width}`);
  };
  const point = (event) => [
    Math.round((10000 * (event.clientX - box.left)) / box.width), Math.round((10000 * (event.clientY - box.top)) / box.height),
    Math.round(100 * (event.pointerType === "pen" && event.pressure ? event.pressure : 0.5)),
  ];
  const onLayer = ([x, y]) => [(x * WIDTH) / 10000, (y * WIDTH * box.height) / box.width / 10000];

  // --- strokes, of each slide its own
  const ink = new WeakMap();
  const strokesOf = (index) => {
    const slide = slidegen.slides[index];
    if (slide && !ink.has(slide)) ink.set(slide, new Map());
    return ink.get(slide);
  };
  // Neighbours of the same width are one path, so that a mouse draws a single one.
  const strokeHtml = ({ id: name, tool, color, points }) => {
    const runs = [];
    points.forEach((at, index) => {
      const width = tool === "marker" ? PEN.marker : Math.round(PEN.pen * (0.4 + (1.2 * at[2]) / 100) * 2) / 2;
      const [x, y] = onLayer(at).map((one) => one.toFixed(1));
      const run = runs.at(-1);
      if (run?.width === width) { run.d += `L${x} ${y}`; return; }
      const [before, above] = onLayer(points[Math.max(0, index - 1)]).map((one) => one.toFixed(1));
      runs.push({ width, d: `M${before} ${above}L${x} ${y}` });
    });
    return `<g data-id="${text(name)}" class="sg-${tool} sg-color-${color}">${runs.map((run) => `<path d="${run.d}" stroke-width="${run.width}"/>`).join("")}</g>`;
  };
  const here = () => slidegen.at()[0];
  const draw = () => { group.innerHTML = [...(strokesOf(here())?.values() ?? [])].map(strokeHtml).join(""); };
  const drawOne = (stroke) => {
    const known = group.querySelector(`[data-id="${CSS.escape(stroke.id)}"]`);
    if (known) known.outerHTML = strokeHtml(stroke);
    else group.insertAdjacentHTML("beforeend", strokeHtml(stroke));
  };
  const changes = {
    ink: (stroke) => {
      const strokes = strokesOf(stroke.slide);
      if (!strokes) return;
      const known = strokes.get(stroke.id);
      if (known) known.points.push(...stroke.points);
      else strokes.set(stroke.id, { ...stroke, points: [...stroke.points] });
    },
    rub: ({ slide, id: name }) => strokesOf(slide)?.delete(name),
    wipe: ({ slide }) => strokesOf(slide)?.clear(),
    tab: (chosen) => slidegen.tabs?.take(chosen),
    drawn: (all) => { // everything, for a window that comes later
      for (let index = 0; index < slidegen.slides.length; index += 1) strokesOf(index).clear();
      for (const one of all) changes.ink(one);
    },
    laser: (at) => {
      dot.toggleAttribute("hidden", !at);
      if (!at) return;
      const [x, y] = onLayer(at);
      dot.setAttribute("cx", x);
      dot.setAttribute("cy", y);
    },
  };
  const change = (message, from) => {
    const [kind] = Object.keys(message);
    changes[kind](message[kind]);
    if (kind === "ink") message.ink.slide === here() && drawOne(strokesOf(here()).get(message.ink.id));
    else if (kind !== "laser") draw();
    tell(message, from);
  };
  const drawn = () => slidegen.slides.flatMap((_, index) => [...strokesOf(index).values()].map((one) => ({ ...one, slide: index })));

  // --- the tools
  let tool = "";
  let drawer = "pen"; // the tool that a colour is for
  let color = 1;
  let stroke = null;
  let pointer = null; // the one that draws; a palm or a second finger does not
  let rubbed = null; // where the eraser was last
  let pending = [];
  let due = 0;
  const flush = () => {
    due = 0;
    if (!pending.length) return;
    if (tool === "laser") change({ laser: pending.at(-1) });
    else if (stroke) change({ ink: { ...stroke, points: pending } });
    pending = [];
  };
  const later = () => { due ||= setTimeout(flush, 30); };
  const lift = () => { flush(); stroke = pointer = rubbed = null; };
  const bar = make(`<section class="sg-tools" ${named("Drawing")} hidden>${
    [["pen", "Pen"], ["marker", "Marker"], ["eraser", "Eraser"]].map(([name, label]) => `<button type="button" data-tool="${name}">${word(label)}</button>`).join("")
  }<span class="sg-colors">${["red", "blue", "green", "yellow"].map((name, at) => `<button type="button" data-color="${at + 1}" ${named(name)}></button>`).join("")
  }</span><button type="button" data-act="undo">${word("Undo")}</button><button type="button" data-act="clear">${word("Clear")}</button><button type="button" data-act="done">${word("Done")}</button></section>`);
  const setTool = (next, stay = false) => {
    lift();
    if (tool === "laser") change({ laser: null });
    tool = tool === next && !stay ? "" : next;
    if (["pen", "marker"].includes(tool)) drawer = tool;
    root.dataset.tool = tool;
    if (tool) root.classList.remove("sg-no-ink");
    bar.hidden = !tool || tool === "laser";
    for (const button of bar.querySelectorAll("[data-tool]")) button.setAttribute("aria-pressed", button.dataset.tool === tool);
    for (const button of bar.querySelectorAll("[data-color]")) button.setAttribute("aria-pressed", button.dataset.color === String(color));
    if (!tool) delete root.dataset.tool;
    sayIn(status, tool ? `${tool} on` : "");
    place();
  };
  const acts = {
    undo: () => {
      const name = [...strokesOf(here()).keys()].at(-1);
      if (name) change({ rub: { slide: here(), id: name } });
    },
    clear: () => change({ wipe: { slide: here() } }),
    done: () => setTool(""),
  };
  bar.addEventListener("click", ({ target }) => {
    const { tool: next, color: shade, act } = target.closest("button")?.dataset ?? {};
    if (act) acts[act]();
    else if (shade) {
      color = Number(shade);
      setTool(drawer, true);
    } else if (next) setTool(next, true);
  });
  bar.addEventListener("mousedown", (event) => event.preventDefault()); // else Space would press the button again
  // A quick move has its points far apart, and lines are thin.
  const rubAt = ({ clientX: x, clientY: y }) => {
    const [left, top] = rubbed ?? [x, y];
    const steps = Math.ceil(Math.hypot(x - left, y - top)) || 1;
    for (let step = 1; step <= steps; step += 1) {
      for (const element of document.elementsFromPoint(left + ((x - left) * step) / steps, top + ((y - top) * step) / steps)) {
        const found = layer.contains(element) && element.closest("[data-id]");
        if (found) change({ rub: { slide: here(), id: found.dataset.id } });
      }
    }
    rubbed = [x, y];
  };
  layer.addEventListener("pointerdown", (event) => {
    if (!tool || event.button > 0 || pointer !== null) return;
    event.preventDefault();
    place();
    root.classList.remove("sg-no-ink");
    if (tool === "laser") return;
    pointer = event.pointerId;
    layer.setPointerCapture(pointer);
    if (tool === "eraser") { rubAt(event); return; }
    stroke = { slide: here(), id: `${id}${Date.now().toString(36)}`, tool, color };
    pending = [point(event)];
    flush();
  });
  layer.addEventListener("pointermove", (event) => {
    if (tool === "laser") { pending = [point(event)]; later(); }
    else if (event.pointerId !== pointer) return;
    else if (tool === "eraser") rubAt(event);
    else if (stroke) {
      const between = event.getCoalescedEvents?.() ?? [];
      pending.push(...(between.length ? between : [event]).map(point));
      later();
    }
  });
  for (const name of ["pointerup", "pointercancel"]) layer.addEventListener(name, ({ pointerId }) => pointerId === pointer && lift());
  layer.addEventListener("pointerleave", () => { if (tool === "laser") { pending = []; change({ laser: null }); } });
  for (const name of ["touchstart", "touchend", "click"]) layer.addEventListener(name, (event) => event.stopPropagation());

  // What is copied has no soft hyphens.
  document.addEventListener("copy", (event) => {
    const chosen = String(getSelection());
    if (!chosen.includes("\u00ad") || event.target.closest?.("input, textarea")) return;
    event.clipboardData.setData("text/plain", chosen.replaceAll("\u00ad", ""));
    event.preventDefault();
  });

  // --- dialogs
  // Words are found whatever their case and accents are.
  const plain = (value) => value.normalize("NFKD").replace(/[\p{M}\u00ad]/gu, "").toUpperCase();
  const titleOf = (slide, index) => slide.querySelector("h1, h2, h3, h4, h5, h6")?.textContent.trim() || `${said("Slide")} ${index + 1}`;
  const goTo = () => {
    const rows = slidegen.slides.map((slide, index) => ({
      index, title: titleOf(slide, index), all: plain((slide.querySelector(".slide, .marpit, foreignObject") ?? slide).textContent),
    }));
    const dialog = opened(make(`<dialog class="sg-dialog sg-goto" aria-labelledby="sg-goto-title"><header><h2 id="sg-goto-title">${word("Go to slide")}</h2>${SHUT}</header>
      <input type="text" role="combobox" ${named("Number or words")} aria-expanded="true" aria-controls="sg-goto-list" placeholder="${said("Number or words")}" autocomplete="off" spellcheck="false">
      <ol id="sg-goto-list" role="listbox" ${named("Slides")}></ol><p class="sg-none" hidden>${word("No slide has these words")}</p></dialog>`));
    const [input, list, none] = ["input", "ol", ".sg-none"].map((name) => dialog.querySelector(name));
    let found = [];
    let chosen = 0;
    const choose = (at) => {
      chosen = Math.max(0, Math.min(at, found.length - 1));
      [...list.children].forEach((row, index) => row.setAttribute("aria-selected", index === chosen));
      const row = list.children[chosen];
      input.setAttribute("aria-activedescendant", row?.id ?? "");
      row?.scrollIntoView({ block: "nearest" });
    };
    const filter = () => {
      const wanted = plain(input.value.trim());
      const words = wanted.split(/\s+/);
      const has = (value) => words.every((word) => value.includes(word));
      const titled = rows.filter(({ title }) => has(plain(title)));
      found = /^\d+$/.test(wanted) ? rows.filter(({ index }) => String(index + 1).startsWith(wanted)) : [];
      found = [...new Set([...found, ...titled, ...rows.filter(({ all }) => has(all))])];
      list.innerHTML = found.map(({ index, title }) => `<li role="option" id="sg-to-${index}" data-index="${index}"><b>${index + 1}</b><span>${text(title)}</span></li>`).join("");
      none.hidden = found.length > 0;
      choose(wanted ? 0 : here());
    };
    const leave = (index) => { dialog.close(); slidegen.show(index, 0); };
    input.addEventListener("input", filter);
    dialog.addEventListener("keydown", (event) => {
      const by = { ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8 }[event.key];
      if (by) choose(chosen + by);
      else if (event.key === "Enter" && event.target === input && found[chosen]) leave(found[chosen].index);
      else return;
      event.preventDefault();
    });
    list.addEventListener("click", ({ target }) => { const row = target.closest("li"); if (row) leave(Number(row.dataset.index)); });
    filter();
    input.focus();
  };
  const KEYS = () => [
    ["Move", [
      ["→ Space N", "next"], [window.Reveal ? "← P Shift+Space" : "← Shift+Space", "back"],
      ["H J K L", window.Reveal ? "left, down, up, right" : "back, next, back, next"], ["Home End", "first and last slide"],
      ["G", "go to a slide by number or words"], ["O", "overview of all slides"],
      ...(document.querySelector(".sg-transcript") ? [["X", "read the deck as text"]] : []),
    ]],
    ["Show", [
      ["B .", "black screen"], ["W", "white screen"], ["F", "full screen"], ["T", "light and dark"],
      [window.Reveal ? "S" : "S P", "speaker view: notes, next slide, timer"],
      ...(window.Reveal ? [[/linux/i.test(navigator.platform) ? "Ctrl+click" : "Alt+click", "zoom in and out"]] : []),
      ...(window.Reveal?.getConfig().autoSlide ? [["A", "pause and go on by itself"]] : []),
      ...more,
    ]],
    ["Draw", [
      ["D", "pen"], ["M", "marker"], ["R", "laser pointer"], ["E", "eraser"], ["Z", "undo"], ["C", "clear the slide"],
      ["I", "hide and show what is drawn"], ["Esc", "end the tool"],
    ]],
    ...(document.getElementById("slidegen-live") ? [["Write", [["Alt+E", "open the source in the editor"], ["Alt+O", "outline what runs off"]]]] : []),
  ];
  const more = [];
  const help = () => opened(make(`<dialog class="sg-dialog sg-help" aria-labelledby="sg-help-title"><header><h2 id="sg-help-title">${word("Keys")}</h2>${SHUT}</header><div class="sg-groups">${
    KEYS().map(([name, keys]) => `<div><h3>${word(name)}</h3><dl>${keys.map(([key, what]) => `<div><dt>${key.split(" ").map((one) => `<kbd>${text(one)}</kbd>`).join(" ")}</dt><dd>${word(what)}</dd></div>`).join("")}</dl></div>`).join("")
  }</div></dialog>`));

  // --- keys
  const keys = {
    d: () => setTool("pen"), m: () => setTool("marker"), r: () => setTool("laser"), e: () => setTool("eraser"),
    z: acts.undo, c: acts.clear, i: () => root.classList.toggle("sg-no-ink"),
    b: () => setVeil(veil === "black" ? "" : "black"), w: () => setVeil(veil === "white" ? "" : "white"),
    g: goTo, "?": () => window.Reveal?.getConfig().help !== false && help(), s: slidegen.openSpeaker,
  };
  Object.assign(keys, { ".": keys.b });
  const PRESSED = { " ": "button, summary, video, audio", Enter: "button, summary, a[href]" };
  const onKey = (event) => {
    const { target } = event;
    const within = (names) => names && target.closest?.(names);
    // An open dialog has all keys, a control those that it needs: neither moves the deck.
    if (document.querySelector("dialog:modal") ? !within("dialog") : target.isContentEditable || within("select") || within(PRESSED[event.key])) {
      event.stopImmediatePropagation();
      return;
    }
    // A dialog that has just been closed, or what is in it, is the target until it is removed.
    if (!within("dialog:not([open])") && within("input, textarea, dialog")) return;
    if (window.Reveal?.getConfig().keyboard === false) return;
    // On keyboards with other letters, the keys are those in the same place.
    const typed = /^Key[A-Z]$/.test(event.code) && !/^[a-z]$/i.test(event.key) ? event.code[3] : event.key;
    const key = typed.length === 1 ? typed.toLowerCase() : typed;
    const find = event.ctrlKey && event.shiftKey && key === "f";
    if (!find && (event.ctrlKey || event.metaKey || event.altKey)) return;
    const escape = key === "Escape" && (tool || veil) && (() => (veil ? setVeil("") : setTool("")));
    const act = find ? goTo : escape || (Object.hasOwn(keys, key) && keys[key]);
    if (!act) return;
    act();
    event.preventDefault();
    event.stopImmediatePropagation();
  };

  // --- what other windows and devices say
  const orders = {
    do: (name) => ({ next: slidegen.next, back: slidegen.back })[name]?.(),
    go: ([index, step]) => slidegen.show(index, step),
    veil: (next) => setVeil(veil === next ? "" : next),
    timer: (name) => timers[name]?.(),
    state: ({ at, total, veil: next, timer: counted }) => { // of another window that presents, or of the one that is followed
      if (String(at) !== String(slidegen.at()) && total === slidegen.slides.length) slidegen.show(...at);
      timer = counted;
      last = JSON.stringify({ ...state(), veil: next });
      setVeil(next);
    },
  };
  const take = (message, from) => {
    for (const [kind, value] of Object.entries(message)) {
      if (Object.hasOwn(changes, kind)) change({ [kind]: value }, from);
      else if (Object.hasOwn(orders, kind)) orders[kind](value);
    }
  };
  slidegen.talk = { id, link: (name, send) => links.set(name, send), tell, take, state, drawn, keys, more };
  links.set("speaker", (message) => slidegen.toSpeaker?.(message));

  // The time of a talk that someone watches elsewhere begins with its first move.
  const watched = () => slidegen.hasSpeaker() || links.size > 1;
  let at = "";
  const moved = () => {
    if (at && at !== String(slidegen.at())) {
      if (veil) setVeil("");
      lift();
      if (!timer.before && watched()) start();
    }
    at = String(slidegen.at());
    place();
    draw();
    tellState();
    slidegen.toParent?.();
  };
  const begin = () => {
    document.body.append(layer, cover, bar, status);
    addEventListener("slidegen-moved", moved);
    addEventListener("resize", () => { place(); draw(); });
    window.Reveal?.on("resize", () => { place(); draw(); });
    if (!framed) addEventListener("keydown", onKey, true);
    moved();
    slidegen.toParent("ready");
  };
  window.Reveal && !Reveal.isReady() ? Reveal.on("ready", begin) : begin();
});
