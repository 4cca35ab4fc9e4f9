// An upright phone: slides stand below each other, each as wide as the screen and as high as what it holds.
const phone = (() => {
  const upright = matchMedia("(max-width: 500px) and (orientation: portrait)");
  const root = document.documentElement;
  const own = { query: upright, flows: false };
  const WIDTH = 640; // of a slide, in its own pixels
  const LEAST = 27; // the size of type of the own pixels, which is 15 on a screen of 360
  const OF_MARP = 540; // with the type of Marp's themes
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
    const width = root.dataset.look === "slidegen" ? WIDTH : OF_MARP;
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
      svg.setAttribute("viewBox", `0 0 ${width} ${Math.max(height, above + tall(section))}`);
      box.setAttribute("height", tall(section));
    }
    const total = svg.viewBox.baseVal.height;
    for (const [name, box] of layers) {
      if (name !== "background") continue;
      box.setAttribute("height", above || total);
      box.querySelector("section, marp-section").style.setProperty("height", `${above || total}px`, "important");
    }
  };
  own.begin = (slides) => {
    if (!upright.matches || slidegen.framed || slidegen.speaker || document.getElementById("slidegen-present")) return;
    own.flows = true;
    root.classList.add("phone", "flow");
    own.place = () => {
      root.style.setProperty("--phone-zoom", root.clientWidth / WIDTH);
      root.style.setProperty("--phone-height", `${(least() * WIDTH) / root.clientWidth}px`);
      for (const svg of document.querySelectorAll(".marpit > svg")) reflow(svg);
      for (const svg of document.querySelectorAll(".deck svg:is(.inline, .chart)")) enlarge(svg);
    };
    own.place();
    addEventListener("resize", own.place);
    const grown = new ResizeObserver((entries) => entries.forEach(({ target }) => reflow(target.closest("svg"))));
    for (const section of document.querySelectorAll(".marpit > svg > foreignObject > *")) grown.observe(section);
    document.fonts.ready.then(own.place);
    let asked = 0;
    addEventListener("scroll", () => {
      cancelAnimationFrame(asked);
      asked = requestAnimationFrame(() => dispatchEvent(new CustomEvent("slidegen-moved")));
    }, { passive: true });
    own.slides = slides;
  };
  // The number of the slide that has the middle of the screen.
  own.at = () => {
    const all = own.slides();
    const found = all.findIndex((slide) => slide.getBoundingClientRect().bottom > innerHeight / 2);
    return [found < 0 ? all.length - 1 : found, 0];
  };
  own.show = (index) => own.slides()[Math.max(0, Math.min(index, own.slides().length - 1))]?.scrollIntoView();
  return own;
})();
