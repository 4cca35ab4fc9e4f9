// Text as large as its slide allows, in both outputs; reveal.js' own looks at the width alone.
(() => {
  const LEAST = 24; // pixels
  const SHARE = 0.8; // of the height of a slide
  const PHONE = 46; // what does not fit a line of this size has several
  const HEADING = ":is(h1, h2, h3, h4, h5, h6)";
  const all = () => {
    for (const one of document.querySelectorAll(".r-fit-text")) {
      one.classList.remove("r-fit-text");
      // The class of a slide, which pandoc's headings give to theirs, means the heading.
      const fitted = one.matches(".slide, section, marp-section") ? one.querySelector(HEADING) : one;
      fitted?.classList.add("fit-text");
    }
    return [...document.querySelectorAll(".fit-text")];
  };
  const boxOf = (one) => one.closest(".slide > .body") ?? one.closest("section, marp-section");
  const widthOf = (element) => {
    const { paddingLeft, paddingRight } = getComputedStyle(element);
    return element.clientWidth - parseFloat(paddingLeft) - parseFloat(paddingRight);
  };
  slidegen.fitText = () => {
    const texts = all();
    const restore = fitting.layOut(texts);
    const sizes = new Map();
    const set = (one, size) => {
      sizes.set(one, size);
      one.style.setProperty("font-size", `${size}px`, "important");
    };
    for (const one of texts) {
      Object.assign(one.style, { whiteSpace: "nowrap", width: "max-content" });
      set(one, 100);
      const size = (100 * widthOf(one.parentElement)) / Math.max(1, one.offsetWidth);
      const most = phone.flows ? Infinity : SHARE * (one.closest(".slide") ?? one.closest("section, marp-section")).offsetHeight;
      if (phone.flows && size < PHONE) Object.assign(one.style, { whiteSpace: "normal", width: "auto" });
      set(one, phone.flows ? Math.max(PHONE, size) : Math.max(LEAST, Math.min(0.995 * size, most)));
    }
    if (!phone.flows) {
      for (const box of new Set(texts.map(boxOf))) {
        const here = texts.filter((one) => boxOf(one) === box);
        for (let turn = 0; turn < 60 && fitting.overflows(box); turn += 1) {
          const largest = Math.max(...here.map((one) => sizes.get(one)));
          if (largest <= LEAST) break;
          for (const one of here) if (sizes.get(one) > 0.9 * largest) set(one, Math.max(LEAST, 0.94 * sizes.get(one)));
        }
      }
    }
    restore();
  };
  document.addEventListener("DOMContentLoaded", all); // before reveal.js begins
})();
