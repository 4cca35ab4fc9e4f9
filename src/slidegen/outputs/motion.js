// Moves what two states of a block of code, or two slides with auto-animate, have in common. What is shown at rest is
// the style sheet's and the player's: this only plays from what was there to what is there, and leaves nothing behind.
document.addEventListener("DOMContentLoaded", () => {
  if (slidegen.speaker) return;
  const still = matchMedia("(prefers-reduced-motion: reduce)");
  const EASE = "cubic-bezier(0.4, 0, 0.2, 1)";
  const TEXTS = "h1, h2, h3, h4, h5, h6, p, li, td, th, dt, dd, figcaption, [data-id]";
  const BOXES = "img, video, svg.chart, svg.inline, [data-id]";
  const NUMBER = /\d+(?:[.,'’\u00a0\u202f\u2009]\d+)*/g;
  const isText = (element) => !element.matches("img, video, svg") && !element.querySelector("img, video, svg, table");

  // --- what plays: animations, and what has to be undone when they end, or when something else begins
  let playing = [];
  let undo = [];
  const settle = () => {
    const before = playing;
    playing = [];
    for (const one of before) one.cancel();
    for (const act of undo.splice(0)) act();
  };
  let [duration, easing] = [500, EASE];
  // `from` and `to` are the parts of the time, from 0 to 1, in which an element moves.
  const play = (element, frames, from = 0, to = 1, more = {}) => {
    playing.push(element.animate(frames, { delay: from * duration, duration: (to - from) * duration, easing, fill: "both", ...more }));
  };
  const appear = (element, more) => play(element, { opacity: [0, 1] }, 0.5, 1, more);
  const emerge = (element) => {
    if (window.Reveal?.getConfig().autoAnimateUnmatched !== false) play(element, { opacity: [0, 1] }, 0, 0.6);
  };
  const vanish = (element) => play(element, { opacity: [1, 0] }, 0, 0.4);
  const marked = (element, ...names) => {
    element.classList.add(...names);
    undo.push(() => element.classList.remove(...names));
  };
  const added = (element, parent) => {
    element.setAttribute("aria-hidden", "true");
    parent.append(element);
    undo.push(() => element.remove());
    return element;
  };
  const move = (element, from, to, more) => {
    const [x, y] = [from.x - to.x, from.y - to.y];
    if (Math.abs(x) > 0.1 || Math.abs(y) > 0.1) play(element, { transform: [`translate(${x}px, ${y}px)`, "none"] }, 0, 1, more);
    return y;
  };

  // --- where things are on a slide, in its own pixels
  const rulerOf = (slide) => {
    const origin = slide.getBoundingClientRect();
    const box = slide.querySelector("marp-section, section") ?? slide;
    const scale = box.getBoundingClientRect().width / box.offsetWidth || 1;
    const place = (element) => {
      const { left, top, width, height } = element.getBoundingClientRect();
      return { x: (left - origin.left) / scale, y: (top - origin.top) / scale, width: width / scale, height: height / scale };
    };
    return Object.assign(place, { height: origin.height / scale });
  };
  const isShown = (block) => getComputedStyle(block).visibility !== "hidden";

  // --- code
  const readBlock = (block, place) => ({
    box: place(block.querySelector("pre")),
    lines: [...block.querySelectorAll(".sg-line")].map((line) => {
      const at = place(line);
      const inView = at.y < place.height && at.y + at.height > 0; // of a long block, most is not
      const words = inView ? line.querySelectorAll("[data-p]") : [];
      return {
        line, at, inView, key: line.dataset.m, dim: inView ? getComputedStyle(line).getPropertyValue("--dim") : "",
        words: new Map([...words].map((word) => [word.dataset.p, place(word)])),
      };
    }),
  });
  // A copy of a line that goes, where it was.
  const ghost = ({ line, at, dim }, box, code) => {
    const copy = line.cloneNode(true);
    copy.style.cssText = `left: ${at.x - box.x}px; top: ${at.y - box.y}px; width: ${at.width}px; --dim: ${dim || "initial"}`;
    copy.classList.add("sg-ghost");
    return added(copy, code);
  };
  const moveBlock = (from, block, to) => {
    const pre = block.querySelector("pre");
    const code = pre.querySelector("code");
    const style = getComputedStyle(pre);
    const edge = { x: to.box.x + pre.clientLeft, y: to.box.y + pre.clientTop }; // what stands absolutely begins there
    const grown = ["x", "y", "width", "height"].some((side) => Math.abs(from.box[side] - to.box[side]) > 0.5);
    if (grown) {
      const ground = document.createElement("div");
      ground.className = "sg-ground";
      ground.style.cssText = `background: ${style.background}; border: ${style.border}; border-radius: ${style.borderRadius}`;
      const frame = ({ x, y, width, height }) => ({ left: `${x - edge.x}px`, top: `${y - edge.y}px`, width: `${width}px`, height: `${height}px` });
      added(ground, pre);
      marked(block, "sg-grows");
      play(ground, [frame(from.box), frame(to.box)]);
    }
    marked(block, "sg-moves");
    const old = new Map(from.lines.map((one) => [one.key, one]));
    for (const one of to.lines) {
      const before = old.get(one.key);
      old.delete(one.key);
      if (!before) {
        if (one.inView) appear(one.line);
        continue;
      }
      if (!before.inView && !one.inView) continue;
      if (!before.inView || !one.inView || before.line.textContent === one.line.textContent) {
        const y = move(one.line, before.at, one.at);
        // Its number stays: it is that of the place.
        if (one.line.dataset.n && y) play(one.line, { transform: [`translateY(${-y}px)`, "none"] }, 0, 1, { pseudoElement: "::before" });
        continue;
      }
      marked(one.line, "sg-edited");
      const copy = ghost(before, edge, code);
      for (const word of copy.querySelectorAll("[data-p]")) {
        const stays = one.words.has(word.dataset.p);
        word.dataset.gone = stays ? "no" : "yes";
        if (!stays) vanish(word);
      }
      for (const word of one.line.querySelectorAll("[data-p]")) {
        const at = before.words.get(word.dataset.p);
        if (at) move(word, at, one.words.get(word.dataset.p));
        else appear(word);
      }
    }
    for (const one of old.values()) if (one.inView) vanish(ghost(one, edge, code));
  };

  // --- slides
  const textsOf = (element) => {
    const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
    const found = [];
    while (walker.nextNode()) if (walker.currentNode.data.trim()) found.push(walker.currentNode);
    return found;
  };
  const blank = (text) => text.replace(NUMBER, "0").trim();
  // What has the same name, or the same words but for numbers, is the same one; of several, the one in the same place.
  const readSlide = (slide, place) => {
    const found = new Map();
    const seen = new Map();
    const add = (name, value) => {
      const count = (seen.get(name) ?? 0) + 1;
      seen.set(name, count);
      found.set(`${name}#${count}`, value);
    };
    for (const block of slide.querySelectorAll(".sg-code-block[data-motion]:has(> pre > code)")) {
      if (isShown(block)) add(`code ${block.dataset.motion}`, { block, ...readBlock(block, place) });
    }
    const fresh = [...slide.querySelectorAll(`${TEXTS}, ${BOXES}`)].filter((one) =>
      !one.closest(".sg-code-block, .notes, [hidden], .katex") && !one.querySelector(`:scope :is(${TEXTS}, ${BOXES})`) && one.checkVisibility({ visibilityProperty: true, opacityProperty: true }));
    for (const element of fresh) {
      const nodes = isText(element) ? textsOf(element) : [];
      const { fontSize, color } = getComputedStyle(element);
      const name = element.dataset.id ? `id ${element.dataset.id}`
        : nodes.length ? `${element.localName} ${blank(element.textContent)}`
          : `${element.localName} ${element.getAttribute("src")?.slice(0, 200) ?? ""}`;
      add(name, { element, at: place(element), texts: nodes.map(({ data }) => data), nodes, size: parseFloat(fontSize), color, marks: readChart(element) });
    }
    return found;
  };

  // Numbers count from one text to the other, with the signs and the digits of the new one.
  const SIGNS = (() => {
    try {
      const parts = new Intl.NumberFormat(document.documentElement.lang || "en").formatToParts(12345.6);
      return parts.find(({ type }) => type === "decimal").value;
    } catch {
      return ".";
    }
  })();
  const readNumber = (text) => {
    const [whole, part = "", more] = text.split(SIGNS);
    const value = Number(`${whole.replace(/\D/g, "")}.${part}`);
    return more === undefined && /^\d*$/.test(part) && text.length < 20 ? { value, digits: part.length, group: /\D/.exec(whole)?.[0] ?? "" } : null;
  };
  const counted = (from, to, share) => {
    const [a, b] = [readNumber(from), readNumber(to)];
    if (!a || !b || from === to) return to;
    const [whole, part] = (a.value + (b.value - a.value) * share).toFixed(b.digits).split(".");
    const group = b.group || a.group;
    return whole.replace(/\B(?=(\d{3})+(?!\d))/g, group) + (part ? SIGNS + part : "");
  };
  const count = (nodes, from) => {
    const to = nodes.map(({ data }) => data);
    if (from.length !== to.length || to.some((text, at) => blank(text) !== blank(from[at]))) return;
    const pairs = nodes.map((node, at) => ({ node, to: to[at], from: from[at].match(NUMBER) ?? [] })).filter(({ to: text }, at) => text !== from[at]);
    if (!pairs.length) return;
    let frame;
    const start = performance.now();
    const step = (now) => {
      const done = Math.min(1, Math.max(0, now - start) / duration);
      const share = done < 0.5 ? 2 * done * done : 1 - (2 - 2 * done) ** 2 / 2;
      for (const one of pairs) {
        let at = 0;
        one.node.data = done === 1 ? one.to : one.to.replace(NUMBER, (number) => counted(one.from[at++], number, share));
      }
      if (done < 1) frame = requestAnimationFrame(step);
    };
    undo.push(() => {
      cancelAnimationFrame(frame);
      for (const one of pairs) one.node.data = one.to;
    });
    step(start);
  };

  // Bars grow and their values count where two charts have the same parts.
  const SIDES = ["x", "y", "width", "height"];
  const readChart = (svg) => svg.matches("svg.chart") ? ["rect", "text"].map((kind) => [...svg.querySelectorAll(kind)].map((mark) => ({
    mark, sides: SIDES.map((side) => Number(mark.getAttribute(side) ?? 0)), texts: kind === "text" ? textsOf(mark).map(({ data }) => data) : [],
  }))) : null;
  const moveChart = (from, to) => {
    if (!from || from.some((marks, kind) => marks.length !== to[kind].length)) return;
    for (const [kind, marks] of to.entries()) for (const [at, { mark, sides }] of marks.entries()) {
      const before = from[kind][at];
      if (kind === 0) play(mark, Object.fromEntries(SIDES.map((side, which) => [side, [`${before.sides[which]}px`, `${sides[which]}px`]])));
      else if (!mark.hasAttribute("transform")) {
        play(mark, { transform: [`translate(${before.sides[0] - sides[0]}px, ${before.sides[1] - sides[1]}px)`, "none"] });
        count(textsOf(mark), before.texts);
      }
    }
  };

  const moveSlide = (from, to) => {
    for (const [name, one] of to) {
      const before = from.get(name);
      if (one.block) {
        if (before) moveBlock(before, one.block, one);
        else emerge(one.block);
        continue;
      }
      if (!before) {
        emerge(one.element);
        continue;
      }
      const text = one.nodes.length > 0;
      const across = text ? before.size / one.size : before.at.width / one.at.width;
      const down = text ? across : before.at.height / one.at.height;
      const rtl = getComputedStyle(one.element).direction === "rtl";
      const x = rtl && text ? before.at.x + before.at.width - one.at.x - one.at.width : before.at.x - one.at.x;
      const frames = { transform: [`translate(${x}px, ${before.at.y - one.at.y}px) scale(${across}, ${down})`, "none"], transformOrigin: Array(2).fill(`${rtl && text ? "100%" : "0"} 0`) };
      if (before.color !== one.color) frames.color = [before.color, one.color];
      if (isFinite(across) && isFinite(down)) play(one.element, frames);
      if (text) count(one.nodes, before.texts);
      if (one.marks) moveChart(before.marks, one.marks);
    }
  };

  // --- when
  const AUTO = "data-auto-animate";
  const joined = (one, other) => {
    const [low, high] = slidegen.slides.indexOf(one) < slidegen.slides.indexOf(other) ? [one, other] : [other, one];
    return Math.abs(slidegen.slides.indexOf(one) - slidegen.slides.indexOf(other)) === 1 && one.hasAttribute(AUTO) && other.hasAttribute(AUTO)
      && one.getAttribute(`${AUTO}-id`) === other.getAttribute(`${AUTO}-id`) && !high.hasAttribute(`${AUTO}-restart`) && low !== high;
  };
  const timed = (element) => {
    const config = window.Reveal?.getConfig() ?? {};
    const slow = Number(element.getAttribute(`${AUTO}-duration`)) || (config.autoAnimateDuration !== 1 && Number(config.autoAnimateDuration));
    [duration, easing] = [slow ? slow * 1000 : 600, element.getAttribute(`${AUTO}-easing`) || (config.autoAnimateEasing !== "ease" && config.autoAnimateEasing) || EASE];
    if (!CSS.supports("transition-timing-function", easing)) easing = EASE;
  };
  const stateOf = (group) => [...group.children].filter((one) => one.matches(".sg-code-block") && (!one.previousElementSibling || one.previousElementSibling.classList.contains("visible"))).at(-1);
  const groupsOf = (slide) => new Map([...slide.querySelectorAll(".sg-magic")].map((group) => [group, stateOf(group)]));
  let last = { slide: null, groups: new Map() };
  let left = null; // reveal.js' slide that is about to be left, and what is on it
  // The slide of a Marp deck that was left is shown again while it is measured.
  const leave = (slide) => {
    if (window.Reveal) return left?.slide === slide ? left.found : null;
    slide.classList.add("current");
    const found = readSlide(slide, rulerOf(slide));
    slide.classList.remove("current");
    return found;
  };
  const quiet = () => still.matches || slidegen.framed || phone.flows || document.documentElement.classList.contains("overview") || document.hidden;
  const moved = () => {
    const slide = slidegen.slides[slidegen.at()[0]];
    if (!slide) return;
    const groups = groupsOf(slide);
    const before = last;
    last = { slide, groups };
    const changed = [...groups].filter(([group, state]) => before.groups.has(group) && before.groups.get(group) !== state);
    if (slide === before.slide && !changed.length) return;
    settle();
    if (quiet()) return;
    if (slide === before.slide) {
      const place = rulerOf(slide);
      for (const [group, state] of changed) {
        [duration, easing] = [Number(group.dataset.duration) || 500, EASE];
        moveBlock(readBlock(before.groups.get(group), place), state, readBlock(state, place));
      }
    } else if (before.slide?.isConnected && joined(before.slide, slide)) {
      const found = leave(before.slide);
      if (!found) return;
      timed(slide);
      moveSlide(found, readSlide(slide, rulerOf(slide)));
    }
    const all = playing;
    Promise.allSettled(all.map(({ finished }) => finished)).then(() => all === playing && settle());
  };
  // All that a player tells of one move comes before the next frame.
  let waits = false;
  addEventListener("slidegen-moved", () => {
    if (waits) return;
    waits = true;
    queueMicrotask(() => {
      waits = false;
      moved();
    });
  });
  addEventListener("beforeprint", settle);
  document.addEventListener("visibilitychange", settle);
  window.Reveal?.on("beforeslidechange", () => {
    const slide = Reveal.getCurrentSlide();
    if (!slide?.hasAttribute(AUTO)) return;
    settle();
    left = { slide, found: readSlide(slide, rulerOf(slide)) };
  });
  if (window.Reveal && !Reveal.isReady()) Reveal.on("ready", moved);
  else moved();
});
