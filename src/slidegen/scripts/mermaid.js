// What a page would give to Mermaid besides the DOM: widths of text, seeded random numbers, and its start.
// The text of a label is measured in the slides' typeface; `slidegenWidths` has the widths in ems.
const slidegenWide = (code) =>
  code > 0x1f000 || (code >= 0x2e80 && code < 0xd7a4) || (code >= 0xf900 && code < 0xfb00) || (code >= 0xff00 && code < 0xff61);
const slidegenSize = (size) => Number(size) || 16;
const slidegenWidth = (text, size, weight) => {
  let ems = 0;
  for (const sign of String(text ?? "")) ems += slidegenWidths[sign] ?? (slidegenWide(sign.codePointAt(0)) ? 1 : 0.56);
  const bold = String(weight ?? "").startsWith("bold") || Number(weight) >= 600;
  return ems * slidegenSize(size) * slidegenSlack * (bold ? slidegenBold : 1);
};
globalThis.__log = () => {};
globalThis.__measureText = (text, size, family, weight) => slidegenWidth(text, size, weight);
globalThis.__measureTextFull = (text, size, family, weight) => {
  const em = slidegenSize(size);
  return { width: slidegenWidth(text, em, weight), ascent: 0.98 * em, descent: 0.27 * em, xHeight: 0.49 * em };
};
globalThis.__measureGlyphs = (text, size, family, weight) => {
  const em = slidegenSize(size);
  const boxes = [];
  let pen = 0;
  for (const sign of String(text ?? "")) {
    const width = slidegenWidth(sign, em, weight);
    if (sign.trim()) boxes.push([pen, 0, width, -0.72 * em, 0.2 * em]);
    pen += width;
  }
  return boxes;
};
globalThis.__measureForeignObject = (html, size, family, weight) => {
  const em = slidegenSize(size);
  const text = String(html ?? "").replace(/<[^>]*>/g, " ").trim();
  return { width: slidegenWidth(text, em, weight), height: 1.2 * em, line_count: 1, line_height: 1.2 * em };
};

let slidegenSeed = 1;
Math.random = () => {
  slidegenSeed = (slidegenSeed * 48271) % 2147483647;
  return slidegenSeed / 2147483647;
};

// Begins to draw a diagram. `slidegenStep` then runs one timer, and returns null, or whether it worked and the result.
function slidegenBegin(source, config) {
  slidegenSeed = 1;
  globalThis.slidegenAnswer = null;
  __resetDocument();
  mermaid.mermaidAPI.reset();
  mermaid.initialize(config);
  const failed = (error) => {
    const place = error?.hash?.loc?.first_line ?? error?.hash?.line;
    slidegenAnswer = ["error", String(error?.message ?? error), place ?? null];
  };
  try {
    const container = document.getElementById("container");
    mermaid.render("d", source, container).then(({ svg, diagramType }) => {
      container.innerHTML = svg;
      const [drawn] = container.getElementsByTagName("svg");
      slidegenAnswer = ["ok", new XMLSerializer().serializeToString(drawn), diagramType ?? ""];
    }).catch(failed);
  } catch (error) {
    failed(error);
  }
  return true;
}

function slidegenStep() {
  if (slidegenAnswer !== null) return slidegenAnswer;
  return __runNextTimer() ? null : slidegenAnswer ?? ["error", "Mermaid draws nothing", null];
}
