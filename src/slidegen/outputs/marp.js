// The player of a Marp deck: moving, fragments, overview, theme. No dependency, no request.
(() => {
  const root = document.documentElement;
  const query = new URLSearchParams(location.search);

  // --- theme: ?theme= wins, then the deck's default, then the system; Marp's own themes go dark by their class invert
  const system = matchMedia("(prefers-color-scheme: dark)");
  let printing = false; // on white paper, which `slidegen export` does not do
  const inColor = /colors=screen/i.test(location.search);
  const scheme = () => printing ? "light" : root.dataset.scheme || (system.matches ? "dark" : "light");
  if (["light", "dark"].includes(query.get("theme"))) root.dataset.scheme = query.get("theme");
  const sections = () => document.querySelectorAll(".marpit section");
  function applyScheme() {
    dispatchEvent(new CustomEvent("slidegen-scheme"));
    if (root.dataset.look === "slidegen") return;
    for (const section of sections()) {
      section.dataset.invert ??= section.classList.contains("invert") ? "1" : "0";
      const [inverted, dark] = [section.dataset.invert === "1", scheme() === "dark"];
      section.classList.toggle("invert", inverted || dark);
      section.classList.toggle("tinted", inverted && dark); // a light slide would flash
    }
  }
  function switchScheme() {
    root.dataset.scheme = scheme() === "dark" ? "light" : "dark";
    applyScheme();
  }
  system.addEventListener("change", applyScheme);
  for (const event of ["beforeprint", "afterprint"]) {
    addEventListener(event, () => {
      printing = event === "beforeprint" && !inColor;
      applyScheme();
    });
  }

  document.addEventListener("DOMContentLoaded", () => {
    if (slidegen.speaker) return;
    let slides, notes, provenance, steps;
    // The fragments of each step, in reveal.js' order: those with an index by that, then the others one by one.
    const stepsOf = (slide) => {
      const indexed = new Map();
      const others = [];
      for (const element of slide.querySelectorAll("[data-marpit-fragment], .fragment")) {
        const index = parseInt(element.dataset.fragmentIndex, 10);
        if (Number.isNaN(index)) others.push([element]);
        else indexed.set(index, [...(indexed.get(index) ?? []), element]);
      }
      return [...[...indexed].sort(([a], [b]) => a - b).map(([, elements]) => elements), ...others];
    };
    const read = () => {
      slides = [...document.querySelectorAll(".marpit > svg")];
      [notes, provenance] = ["notes", "provenance"].map((id) => JSON.parse(document.getElementById(id).textContent));
      steps = slides.map(stepsOf);
    };
    read();
    phone.begin(() => slides, slides[0].viewBox.baseVal, () => printing);
    let at = 0;
    let shown = 0;

    function show(slide, step) {
      if (phone.flows) { phone.show(slide); return; }
      at = Math.max(0, Math.min(slide, slides.length - 1));
      shown = Math.max(0, Math.min(step, steps[at].length));
      slides.forEach((svg, index) => {
        svg.classList.toggle("current", index === at);
        svg.classList.toggle("next", index === at + 1);
      });
      steps[at].flatMap((elements, index) => elements.map((element) => [element, index])).forEach(([element, index]) => {
        element.classList.toggle("to-come", index >= shown);
        element.classList.toggle("visible", index < shown);
        element.classList.toggle("current-fragment", index === shown - 1);
      });
      const done = slides.length > 1 ? (at + (steps[at].length ? shown / (steps[at].length + 1) : 0)) / (slides.length - 1) : 1;
      document.querySelector(".progress-line").style.transform = `scaleX(${Math.min(1, done)})`;
      const hash = `#${at + 1}${shown ? `.${shown}` : ""}`;
      if (location.hash !== hash) history.replaceState(null, "", hash);
      slides[at].dispatchEvent(new CustomEvent("slide", { bubbles: true }));
      dispatchEvent(new CustomEvent("slidegen-moved"));
    }
    const next = () => phone.flows ? phone.show(phone.at()[0] + 1) : (shown < steps[at].length ? show(at, shown + 1) : at < slides.length - 1 && show(at + 1, 0));
    const back = () => phone.flows ? phone.show(phone.at()[0] - 1) : (shown > 0 ? show(at, shown - 1) : at > 0 && show(at - 1, Infinity));
    const overview = () => root.classList.toggle("overview") && slides[at].scrollIntoView({ block: "center" });
    // "#3.1" is the player's own: the third slide with one of its fragments.
    function fromHash() {
      const place = /^#(\d+)\.(\d+)$/.exec(location.hash);
      if (place) { show(place[1] - 1, Number(place[2])); return; }
      const { index, element } = linkTarget(location.hash, slides) ?? { index: 0 };
      const fragment = element?.closest("[data-marpit-fragment], .fragment");
      show(index, steps[index].findIndex((elements) => elements.includes(fragment)) + 1);
      slidegen.tabs?.open(element);
    }

    // What is next is where a line goes on.
    const rtl = document.documentElement.dir === "rtl";
    const [right, left] = rtl ? [back, next] : [next, back];
    const keys = {
      ArrowRight: right, ArrowDown: next, PageDown: next, " ": next, Enter: next, n: next,
      ArrowLeft: left, ArrowUp: back, PageUp: back, Backspace: back, p: slidegen.openSpeaker,
      l: right, j: next, h: left, k: back,
      Home: () => show(0, 0), End: () => show(slides.length - 1, Infinity),
      f: () => !phone.flows && (document.fullscreenElement ? document.exitFullscreen() : root.requestFullscreen()),
      o: overview, Escape: () => root.classList.contains("overview") && overview(), t: switchScheme,
    };
    addEventListener("keydown", (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest?.("input, textarea, select")) return;
      if (phone.flows && /^Arrow(Left|Right)$/.test(event.key) && event.target.scrollWidth > event.target.clientWidth) return; // a table scrolls
      const act = event.shiftKey && event.key === " " ? back : keys[event.key.length === 1 ? event.key.toLowerCase() : event.key];
      if (act) { act(); event.preventDefault(); }
    });
    addEventListener("hashchange", fromHash);
    document.querySelector(".marpit").addEventListener("click", (event) => {
      if (event.target.closest("a, button, input, textarea, select, label, [contenteditable], video, audio, summary")) return;
      const svg = event.target.closest(".marpit > svg");
      if (root.classList.contains("overview")) {
        if (svg) { overview(); show(slides.indexOf(svg), 0); }
        return;
      }
      if (phone.flows || getSelection().toString()) return;
      (rtl ? innerWidth - event.clientX : event.clientX) < innerWidth / 4 ? back() : next();
    });
    let touch = null;
    addEventListener("touchstart", (event) => { touch = event.changedTouches[0]; }, { passive: true });
    addEventListener("touchend", (event) => {
      const moved = event.changedTouches[0].clientX - (touch?.clientX ?? 0);
      if (!phone.flows && touch && Math.abs(moved) > 50) moved < 0 ? right() : left();
      touch = null;
    });

    applyScheme();
    fromHash();
    const player = slidegen;
    // Notes are text: it becomes HTML, as those of reveal.js' pages are.
    const html = (text) => (text ?? "").replace(/[&<>]/g, (sign) => `&#${sign.charCodeAt(0)};`).replaceAll("\n", "<br>");
    const notesOf = (index) => html(notes[index]) + (provenance[index] && `<div class="provenance"${FOREIGN ? ' lang="en" dir="ltr"' : ""}>${html(provenance[index])}</div>`);
    Object.assign(player, { show, next, back, at: () => (phone.flows ? phone.at() : [at, shown]), notes: notesOf, scheme, ready: true });
    // `slidegen serve` exchanges slides while the page is open, and then shows one.
    player.renew = () => {
      read();
      Object.assign(player, { slides, steps: steps.map((some) => some.length) });
      applyScheme();
      dispatchEvent(new CustomEvent("slidegen-moved"));
      fitting();
    };
    player.renew();
  });
})();
