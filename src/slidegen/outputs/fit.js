// Text that does not fit its slide gets smaller in two steps; the style sheet has the sizes. A slide is measured when all
// fonts are there, and one that is not in view is laid out for that moment.
const fitting = (() => {
  const STEPS = 2;
  const SLACK = 4; // pixels
  const BATCH = 10; // slides between two moments in which the browser may do other things
  const later = window.requestIdleCallback ?? ((act) => setTimeout(act, 1));
  let fonts = false;
  const waiting = () => [...document.querySelectorAll(".deck .slide:not([data-text-step])")];
  // A part may be a little higher than its box, by what its letters are higher than their lines.
  const runsOff = (slide) => {
    const notes = slide.querySelector(":scope > .footnotes");
    const end = notes ? notes.offsetTop : slide.clientHeight - parseFloat(getComputedStyle(slide).paddingBottom);
    return [...slide.querySelectorAll(":scope > :is(.body, .media)")].some(
      (part) =>
        (part.scrollHeight - part.clientHeight > SLACK && part.offsetTop + part.scrollHeight > end + SLACK) ||
        part.scrollWidth - part.clientWidth > SLACK);
  };
  const layOut = (slides) => {
    const shown = new Map();
    for (const slide of slides) {
      for (let element = slide.parentElement; element && element !== document.body; element = element.parentElement) {
        if (shown.has(element) || getComputedStyle(element).display !== "none") continue;
        shown.set(element, element.style.display);
        element.style.setProperty("display", "block", "important");
      }
    }
    return () => shown.forEach((display, element) => {
      element.style.removeProperty("display");
      element.style.display = display;
    });
  };
  // Marp scales headings, code and formulas to the slide when they are laid out, which those of hidden slides are not. A
  // browser that prints waits for no observer of sizes, so the sizes of each are set as its own observer would.
  function scale() {
    const scaled = [...document.querySelectorAll("[data-auto-scaling]")].map((one) => one.shadowRoot?.querySelector("marp-auto-scaling"));
    const restore = layOut(document.querySelectorAll("[data-auto-scaling]"));
    const size = (element) => {
      const { width, height } = getComputedStyle(element);
      return { width: parseFloat(width), height: parseFloat(height) };
    };
    for (const one of scaled) {
      if (!one?.container) continue;
      Object.assign(one, { containerSize: size(one.container), wrapperSize: size(one.wrapper) });
      one.updateSVGRect();
    }
    restore();
  }
  // Slides that scroll, and phones, have room for any text.
  function fit(slides) {
    const restore = layOut(slides);
    for (const slide of slides) slide.dataset.textStep = 0;
    let open = slides.filter((slide) => !slide.closest(".phone, .scrollable, .dense"));
    for (let step = 1; step <= STEPS && open.length; step++) {
      open = open.filter(runsOff);
      for (const slide of open) slide.dataset.textStep = step;
    }
    restore();
  }
  // The slide in view and its neighbours at once, the others while the browser has nothing else to do.
  async function start(atOnce = false) {
    slidegen.fitted = false;
    await Promise.all([...document.fonts].map((font) => font.load().catch(() => null)));
    fonts = true;
    slidegen.fitText?.();
    await near();
    await legible();
    const rest = () => {
      fit(atOnce ? waiting() : waiting().slice(0, BATCH));
      if (waiting().length) later(rest);
      else {
        if (atOnce || /print-pdf/i.test(location.search)) slidegen.onPaper?.();
        slidegen.fitted = true;
      }
    };
    rest();
  }
  async function near() {
    const [at] = slidegen.at();
    const open = [0, 1, -1].flatMap((by) => [...(slidegen.slides[at + by]?.querySelectorAll(".slide:not([data-text-step])") ?? [])]);
    for (const slide of open) {
      await legible([slide]); // a scrim takes room
      fit([slide]);
    }
  }
  addEventListener("slidegen-moved", () => fonts && near());
  addEventListener("beforeprint", () => fonts && fit(waiting()));
  addEventListener("beforeprint", scale);
  // Whether what stands in the body of a slide, or on one of Marp's, is higher than its place.
  start.overflows = (box) => {
    const rects = [...box.children].map((one) => one.getBoundingClientRect()).filter(({ height }) => height);
    const needed = Math.max(...rects.map(({ bottom }) => bottom)) - Math.min(...rects.map(({ top }) => top));
    const { height } = box.getBoundingClientRect();
    const { paddingTop, paddingBottom } = getComputedStyle(box);
    return needed > height - (parseFloat(paddingTop) + parseFloat(paddingBottom)) * (height / box.offsetHeight) + 1;
  };
  start.layOut = layOut;
  return start;
})();
