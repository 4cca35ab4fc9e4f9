// The theme: ?theme=light|dark wins, then the deck's own default, then the system. Key T switches.
(() => {
  const root = document.documentElement;
  const printView = /print-pdf/i.test(location.search);
  // Its print view waits for frames, and a browser without a screen that prints at once paints none.
  if (printView) window.requestAnimationFrame = (act) => setTimeout(() => act(performance.now()), 0);
  // `slidegen export` prints the colours of the screen, everybody else on white paper.
  const inColor = /colors=screen/i.test(location.search);
  if (inColor) root.dataset.colors = "screen";
  let printing = printView && !inColor;
  const asked = new URLSearchParams(location.search).get("theme");
  const system = matchMedia("(prefers-color-scheme: dark)");
  const current = () => printing ? "light" : root.dataset.scheme || (system.matches ? "dark" : "light");
  if (asked === "light" || asked === "dark") root.dataset.scheme = asked;
  // Marp's own themes go dark by the class invert of their sections.
  const apply = () => {
    dispatchEvent(new CustomEvent("slidegen-scheme"));
    if (root.dataset.look !== "marp") return;
    for (const section of document.querySelectorAll("marp-section")) {
      section.dataset.invert ??= section.classList.contains("invert") ? "1" : "0";
      const [inverted, dark] = [section.dataset.invert === "1", current() === "dark"];
      section.classList.toggle("invert", inverted || dark);
      section.classList.toggle("tinted", inverted && dark); // a light slide would flash
    }
  };
  system.addEventListener("change", apply);
  document.addEventListener("DOMContentLoaded", apply);
  let leaves = []; // the slides in order, each with its place
  const readLeaves = () => [...document.querySelectorAll(".slides > section")].flatMap((section, h) => {
    const below = [...section.querySelectorAll(":scope > section")];
    return below.length ? below.map((slide, v) => ({ slide, h, v, stacked: true })) : [{ slide: section, h, v: 0 }];
  });

  // What presenting needs, as the player of a Marp deck has it: slides by their number, from 0, and how many of the
  // fragments are shown.
  const toggle = () => {
    root.dataset.scheme = current() === "dark" ? "light" : "dark";
    apply();
  };
  Object.defineProperty(slidegen, "slides", { get: () => leaves.map(({ slide }) => slide).filter((slide) => slide.isConnected) });
  Object.assign(slidegen, {
    scheme: current,
    toggle,
    at: () => [Math.max(0, slidegen.slides.indexOf(Reveal.getCurrentSlide())), (Reveal.getIndices().f ?? -1) + 1],
    show(index, step) {
      const { h, v } = Reveal.getIndices(slidegen.slides[Math.max(0, Math.min(index, slidegen.slides.length - 1))]);
      Reveal.slide(h, v || 0, step - 1);
    },
    next: () => Reveal.next(),
    back: () => Reveal.prev(),
    // Notes stand in an element or an attribute of the slide, or of the fragment that came last.
    notes(index) {
      const slide = slidegen.slides[index];
      for (const one of [...[...(slide?.querySelectorAll(".current-fragment") ?? [])].reverse(), slide]) {
        const html = one?.dataset.notes ?? one?.querySelector(one === slide ? ":scope > aside.notes" : "aside.notes")?.innerHTML;
        if (html) return html;
      }
      return "";
    },
  });

  // The numbers as reveal.js counts them, for paper: there each stands on its own slide.
  const number = (config) => {
    if (!config.slideNumber || config.showSlideNumber === "speaker") return;
    const counts = (slide) => slide.dataset.visibility !== "uncounted";
    const total = leaves.filter(({ slide }) => counts(slide)).length;
    let count = 0;
    for (const { slide, h, v, stacked } of leaves) {
      count += counts(slide);
      const place = `${h + 1}${stacked ? `${config.slideNumber === "h/v" ? " / " : "."}${v + 1}` : ""}`;
      const text = { c: `${count}`, "c/t": `${count} / ${total}` }[config.slideNumber] ?? place;
      if (!slide.dataset.state?.includes("no-slide-number")) slide.dataset.slideNumber = text;
    }
  };

  // "#/3/2" and "#/name/1" are reveal.js' own; all others lead where they do in marp-cli, one that is dead too.
  const target = (hash) => {
    const found = linkTarget(hash.replace(/^#\/(?!\d)/, "#"), leaves.map(({ slide }) => slide));
    return found ?? (root.dataset.look && !hash.startsWith("#/") ? { index: 0, element: null } : null);
  };
  const follow = (hash) => {
    const found = target(hash);
    if (!found) return false;
    const { h, v } = leaves[found.index];
    if (phone.flows) {
      (found.element ?? leaves[found.index].slide).scrollIntoView();
      return true;
    }
    const fragment = found.element?.closest(".fragment")?.dataset.fragmentIndex;
    Reveal.slide(h, v, fragment === undefined ? undefined : Number(fragment));
    slidegen.tabs?.open(found.element);
    return true;
  };
  // It listens before reveal.js does, which takes "#3" for the fourth slide and knows no names with a percent sign.
  const followLinks = () => {
    document.querySelector(".slides").addEventListener("click", (event) => {
      const link = event.target.closest('a[href^="#"]');
      if (!link || !follow(link.getAttribute("href"))) return;
      event.preventDefault();
      event.stopImmediatePropagation();
    });
    addEventListener("hashchange", (event) => {
      if (Reveal.getConfig().respondToHashChanges && follow(location.hash)) event.stopImmediatePropagation();
    });
  };
  // A PDF keeps a link only if an element has its very name; the first child of a slide stands for the slide.
  const nameTargets = () => {
    const least = Reveal.getConfig().hashOneBasedIndex ? 1 : 0;
    for (const link of document.querySelectorAll('.slides a[href^="#"]')) {
      const hash = link.getAttribute("href");
      if (document.getElementById(hash.slice(1))) continue;
      const [, across, down = least] = /^#\/(\d+)(?:\/(\d+))?/.exec(hash) ?? [];
      const slide = across
        ? leaves.find(({ h, v }) => h === across - least && v === down - least)?.slide
        : leaves[target(hash)?.index]?.slide;
      if (!slide) continue;
      slide.firstElementChild.id ||= `to-slide-${leaves.findIndex((leaf) => leaf.slide === slide) + 1}`;
      link.setAttribute("href", `#${slide.firstElementChild.id}`);
    }
  };

  // Printing without ?print-pdf: the style sheet lays the slides out, and they get their backgrounds for the time.
  addEventListener("beforeprint", () => {
    printing = !inColor;
    apply();
    if (printView || slidegen.speaker) return;
    nameTargets();
    // reveal.js' own rules for paper, which leave no layout alone, hold for pages without this class.
    root.classList.add("print-pdf");
    for (const slide of Reveal.getSlides()) {
      Reveal.loadSlide(slide);
      const background = slide.slideBackgroundElement?.cloneNode(true);
      if (!background || phone.flows) continue;
      background.classList.add("printed-background");
      slide.prepend(background);
    }
  });
  addEventListener("afterprint", () => {
    printing = printView && !inColor;
    apply();
    if (printView || slidegen.speaker) return;
    root.classList.remove("print-pdf");
    for (const background of document.querySelectorAll(".printed-background")) background.remove();
  });

  // `slidegen serve` exchanges slides while the page is open.
  window.slidegen.renew = () => {
    leaves = readLeaves();
    for (const { slide } of leaves) delete slide.dataset.slideNumber;
    number(Reveal.getConfig());
    apply();
    dispatchEvent(new CustomEvent("slidegen-moved"));
    fitting();
  };

  let timer;
  addEventListener("mousemove", () => {
    root.classList.add("pointer-moves");
    clearTimeout(timer);
    timer = setTimeout(() => root.classList.remove("pointer-moves"), 2000);
  });

  // reveal.js only begins there: it keeps its slides apart, and hides all but one from screen readers.
  const flow = () => {
    phone.place();
    for (const { slide } of leaves) {
      Reveal.loadSlide(slide);
      if (slide.slideBackgroundElement) slide.prepend(Object.assign(slide.slideBackgroundElement.cloneNode(true), { className: "slide-background flowing" }));
      for (const element of [slide, slide.parentElement]) for (const name of ["hidden", "aria-hidden", "inert"]) element.removeAttribute(name);
      for (const fragment of slide.querySelectorAll(".fragment")) fragment.classList.add("visible");
    }
    Object.assign(slidegen, {
      at: phone.at, show: phone.show,
      next: () => phone.show(phone.at()[0] + 1), back: () => phone.show(phone.at()[0] - 1),
    });
  };

  // Other windows show the page in frames, which only follow them.
  const FRAMED = {
    controls: false, progress: false, hash: false, respondToHashChanges: false, history: false, keyboard: false, touch: false, autoSlide: 0,
    mouseWheel: false, transition: "none", backgroundTransition: "none", autoPlayMedia: false, scrollActivationWidth: 0, view: null,
  };
  document.addEventListener("DOMContentLoaded", () => {
    if (slidegen.speaker) return;
    const config = JSON.parse(document.getElementById("reveal-config").textContent);
    leaves = readLeaves();
    // Paper may be narrower than the screen; a page that loads again while it is printed prints nothing.
    if (!printView) phone.begin(() => slidegen.slides, config, () => printing);
    if (phone.flows && !root.dataset.look) {
      config.width = 640;
      config.height = Math.round((640 * innerHeight) / innerWidth);
    }
    config.scrollActivationWidth = 0;
    if (slidegen.framed) Object.assign(config, FRAMED);
    if (phone.flows) Object.assign(config, { hash: false, keyboard: false, touch: false, transition: "none", backgroundTransition: "none" });
    number(config);
    followLinks();
    const opened = location.hash;
    const page = document.createElement("style");
    page.textContent = `@page { size: ${config.width}px ${config.height}px; margin: 0; }`;
    document.head.append(page);
    const started = Reveal.initialize({ ...config, jumpToSlide: false, pause: false, plugins: [RevealZoom] });
    started.then(() => {
      if (phone.flows) flow();
      printView ? nameTargets() : opened && follow(opened);
    });
    if (printView) Reveal.on("pdf-ready", () => { // its pages have their sizes
      slidegen.tabs?.renew();
      fitting(true);
    });
    else started.then(() => fitting());
    Reveal.addKeyBinding(84, toggle);
    for (const name of ["slidechanged", "fragmentshown", "fragmenthidden"]) {
      Reveal.on(name, () => dispatchEvent(new CustomEvent("slidegen-moved")));
    }
  });
})();
