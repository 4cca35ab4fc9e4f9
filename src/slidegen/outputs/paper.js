// Paper: panels of tabsets, and the parts of a stack that take turns, stand below each other. What does not fit in one column
// gets several, then smaller type.
document.addEventListener("DOMContentLoaded", () => {
  if (slidegen.speaker) return;
  const printView = /print-pdf/i.test(location.search);
  const separate = /pdfSeparateFragments=true/i.test(location.search); // a page for each step
  const SIZES = [1, 0.9, 0.8, 0.7, 0.6, 0.5, 0.42, 0.36, 0.3];
  const MOST = 4; // columns
  const SMALL = 0.5; // from this size on, there may be three times as many
  const LOW = 0.8; // from this size on, drawings may be lower
  const partsOf = (set) => (set.matches(".tabset") ? [...set.querySelectorAll(":scope > .tab-panel")] : [...set.children]);
  const takesTurns = (set) => !separate && set.querySelector(":scope > .fragment, :scope > * > .fragment");
  const sets = () => [...document.querySelectorAll(".tabset:not(.tabbed), .r-stack")].filter(
    (set) => partsOf(set).length > 1 && (set.matches(".tabset") || takesTurns(set)));
  const arrange = (set) => {
    const box = set.closest(".slide > .body") ?? set.closest("section, marp-section");
    const count = partsOf(set).length;
    for (const size of SIZES) {
      for (const low of size > LOW ? [false] : [false, true]) {
        for (let across = 1; across <= Math.min(size > SMALL ? MOST : 3 * MOST, count); across += 1) {
          set.style.setProperty("--across", across);
          set.style.setProperty("--on-page", size);
          set.classList.toggle("low-drawings", low);
          const wide = [...set.querySelectorAll("pre, pre > code, table")].some((one) => one.scrollWidth > one.clientWidth + 1);
          if (!wide && !fitting.overflows(box)) return;
        }
      }
    }
  };
  const onPaper = () => {
    const found = sets();
    const restore = fitting.layOut(found);
    for (const set of found) set.classList.add("on-page");
    for (const set of found) if (!set.parentElement.closest(".on-page")) arrange(set);
    restore();
  };
  const offPaper = () => {
    for (const set of document.querySelectorAll(".on-page")) {
      set.classList.remove("on-page", "low-drawings");
      for (const name of ["--across", "--on-page"]) set.style.removeProperty(name);
    }
  };
  slidegen.onPaper = onPaper;
  if (printView) return;
  addEventListener("beforeprint", onPaper);
  addEventListener("afterprint", offPaper);
});
