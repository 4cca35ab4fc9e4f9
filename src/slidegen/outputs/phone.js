// An upright phone, or a page that is enlarged: slides stand below each other, each as wide as the window and as high as
// what it holds.
const phone = (() => {
  const root = document.documentElement;
  const own = { flows: false };
  const READABLE = 15; // the least type, in pixels of the window
  const LEAST = 27; // the least type on a slide, in its own pixels
  const LEAST_OF_MARP = 24; // with Marp's themes
  const WIDTH = 640; // of a slide in its own pixels; less on a screen of less than 360
  const WIDTH_OF_MARP = 540;
  const TEXT = 28; // the type of a slide as it is presented
  const widthOf = (most, least) => Math.min(most, Math.floor((root.clientWidth * least) / READABLE));
  // A page that is enlarged to 200 % has a window of half the pixels: where text is under 15 of them, it flows. Talks
  // are not given in windows so small; a screen that is full, a part of another page, and a phone that was turned to see
  // the slides keep them.
  const small = ({ width, height }) => {
    const most = (side) => `${Math.floor((side * READABLE) / TEXT)}px`;
    return `(max-width: ${most(width)}) and (max-height: ${most(height)}) and (not (pointer: coarse)) and (not (display-mode: fullscreen))`;
  };
  const tall = (section) => Math.max(section.offsetHeight, section.scrollHeight);
  // A drawing whose words would be too small is wider than the screen, and scrolls in a box of its own.
  const enlarge = (svg) => {
    const sizes = [...svg.querySelectorAll("text")].map((text) => parseFloat(getComputedStyle(text).fontSize)).filter(Boolean);
    const view = svg.viewBox?.baseVal;
    if (!sizes.length || !view?.width || !svg.checkVisibility()) return;
    const width = Math.min(3 * WIDTH, (LEAST * view.width) / Math.min(...sizes));
    if (width <= svg.parentElement.clientWidth) return;
    svg.parentElement.classList.add("wide-drawing");
    svg.style.setProperty("width", `${width}px`, "important");
  };
  // The least height of a slide: one with little on it leaves room for the next, and has the middle of the screen.
  const least = () => 0.6 * root.clientHeight;
  // The picture of a slide of Marp gets a width of its own, and the height that its content then takes.
  const reflow = (svg) => {
    const width = root.dataset.look === "slidegen" ? widthOf(WIDTH, LEAST) : widthOf(WIDTH_OF_MARP, LEAST_OF_MARP);
    const height = Math.round((least() * width) / root.clientWidth);
    const boxes = [...svg.querySelectorAll(":scope > foreignObject")];
    const layers = new Map(boxes.map((box) => [box.querySelector("section, marp-section")?.dataset.marpitAdvancedBackground ?? "content", box]));
    const beside = layers.get("background")?.querySelector("[data-marpit-advanced-background-split]");
    const above = beside ? Math.round(width * 0.6) : 0; // a picture beside the content stands above it
    for (const [name, box] of layers) {
      const section = box.querySelector("section, marp-section");
      if (!section) continue;
      Object.entries({ x: 0, y: name === "content" ? above : 0, width }).forEach(([key, value]) => box.setAttribute(key, value));
      section.style.setProperty("width", `${width}px`, "important");
      section.style.setProperty("--split", "100%");
      if (name === "pseudo") box.style.display = "none";
      if (name !== "content") continue;
      section.style.setProperty("height", "auto", "important");
      section.style.setProperty("container-type", "inline-size", "important"); // Marp's, `size`, is no higher for its content
      section.style.setProperty("min-height", `${height - above}px`, "important");
      box.setAttribute("height", 100000);
      const needed = tall(section);
      svg.setAttribute("viewBox", `0 0 ${width} ${Math.max(height, above + needed)}`);
      box.setAttribute("height", needed);
      section.style.setProperty("min-height", `${needed}px`, "important"); // Chromium may keep a smaller one
    }
    const total = svg.viewBox.baseVal.height;
    // WebKit draws what has a position in an enlarged drawing at its own size, but enlarges a whole drawing well.
    if (window.Reveal) {
      const [holder, factor] = [svg.parentElement, root.clientWidth / width];
      Object.assign(holder.style, { width: `${width}px`, height: `${total}px`, transform: `scale(${factor})`, transformOrigin: "var(--start, left) 0" });
      holder.parentElement.style.setProperty("height", `${total * factor}px`, "important");
    }
    for (const [name, box] of layers) {
      if (name !== "background") continue;
      box.setAttribute("height", above || total);
      box.querySelector("section, marp-section").style.setProperty("height", `${above || total}px`, "important");
    }
  };
  // `size` is that of the slides as they are presented; `busy` says when the page must not load again.
  own.begin = (slides, size, busy) => {
    if (slidegen.framed || slidegen.speaker || document.getElementById("slidegen-present")) return;
    const queries = ["(max-width: 500px) and (orientation: portrait)"];
    if (window === top) queries.push(small(size));
    const query = matchMedia(queries.join(", "));
    const check = () => {
      if (busy() || document.fullscreenElement || query.matches === own.flows) return;
      if (!own.flows && slidegen.fitted) history.replaceState(null, "", `#${slidegen.at()[0] + 1}`);
      location.reload();
    };
    query.addEventListener("change", check);
    addEventListener("fullscreenchange", check);
    if (!query.matches) return;
    own.flows = true;
    history.scrollRestoration = "manual"; // the address has the slide
    root.classList.add("phone", "flow");
    own.place = () => {
      root.style.setProperty("--phone-zoom", 1); // in WebKit, the sizes of a drawing's type depend on the zoom
      for (const svg of document.querySelectorAll(".deck svg:is(.inline, .chart)")) enlarge(svg);
      // Marp's slides are drawings, which are enlarged one by one.
      const width = root.dataset.look === "marp" ? root.clientWidth : widthOf(WIDTH, LEAST);
      root.style.setProperty("--phone-width", `${width}px`);
      root.style.setProperty("--phone-zoom", root.clientWidth / width);
      root.style.setProperty("--phone-height", `${(least() * width) / root.clientWidth}px`);
      for (const svg of document.querySelectorAll(".marpit > svg")) reflow(svg);
    };
    own.place();
    let shown = root.clientWidth;
    addEventListener("resize", () => {
      own.place();
      if (shown !== root.clientWidth) own.show(seen);
      shown = root.clientWidth;
    });
    const grown = new ResizeObserver((entries) => entries.forEach(({ target }) => reflow(target.closest("svg"))));
    for (const section of document.querySelectorAll(".marpit > svg > foreignObject > *")) grown.observe(section);
    document.fonts.ready.then(own.place);
    let [asked, seen] = [0, 0];
    addEventListener("scroll", () => {
      cancelAnimationFrame(asked);
      asked = requestAnimationFrame(() => {
        const [index] = own.at();
        if (index !== seen) history.replaceState(null, "", `#${index + 1}`);
        seen = index;
        dispatchEvent(new CustomEvent("slidegen-moved"));
      });
    }, { passive: true });
    own.slides = slides;
  };
  // The number of the slide that has the middle of the screen.
  own.at = () => {
    const all = own.slides();
    // WebKit gives rectangles in the pixels of a zoomed element; a slide is as wide as the screen.
    const bottom = (slide) => (({ bottom, width }) => (bottom * root.clientWidth) / width)(slide.getBoundingClientRect());
    const found = all.findIndex((slide) => bottom(slide) > innerHeight / 2);
    return [found < 0 ? all.length - 1 : found, 0];
  };
  own.show = (index) => own.slides()[Math.max(0, Math.min(index, own.slides().length - 1))]?.scrollIntoView();
  return own;
})();
