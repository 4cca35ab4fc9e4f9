// What is seen of a slide, by default the current one: the rectangles of its text and media, against the slide's own rectangle.
// Gives the farthest on each side, in the slide's pixels.
(given) => {
  const slide = given || document.querySelector(".slides > section.present:not(.stack), .slides > .stack.present > section.present, .marpit > svg.current");
  const box = slide.querySelector(".slide") || slide;
  const frame = box.getBoundingClientRect();
  const drawn = slide.querySelector("svg[data-marpit-svg]") || (slide.matches("svg") ? slide : null);
  const scale = drawn ? frame.width / drawn.viewBox.baseVal.width : frame.width / box.offsetWidth;
  const found = [];
  const look = (rect, what, element) => {
    if (rect.width < 1 || rect.height < 1) return;
    const by = {
      left: frame.left - rect.left,
      top: frame.top - rect.top,
      right: rect.right - frame.right,
      bottom: rect.bottom - frame.bottom,
    };
    for (const [side, pixels] of Object.entries(by)) {
      if (pixels / scale > 1.5) found.push({ side, pixels: Math.round(pixels / scale), what: what.trim().slice(0, 60), element });
    }
  };
  const walker = document.createTreeWalker(box, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const parent = node.parentElement;
    if (!node.data.trim() || !parent.checkVisibility()) continue;
    if (parent.closest(".katex-mathml, title, desc, style, script, .flow :is(table, .math-display, .wide-drawing)")) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    for (const rect of range.getClientRects()) look(rect, node.data, parent);
  }
  for (const media of box.querySelectorAll("img, video, svg, canvas, pre, table")) {
    if (media.matches("[data-marpit-svg]")) continue;
    if (media.parentElement.closest(".katex, .flow :is(table, .wide-drawing)")) continue;
    const label = media.getAttribute("alt") || media.getAttribute("aria-label") || "";
    look(media.getBoundingClientRect(), `${media.tagName.toLowerCase()} ${label}`, media);
  }
  const clipped = [...slide.querySelectorAll("pre")].filter((pre) => pre.scrollWidth > pre.clientWidth + 1);
  for (const pre of clipped) {
    found.push({ side: "right", pixels: pre.scrollWidth - pre.clientWidth, what: pre.textContent.trim().slice(0, 60), element: pre });
  }
  const numbers = [...found].sort((a, b) => b.pixels - a.pixels);
  const sides = new Set();
  return numbers.filter(({ side }) => !sides.has(side) && sides.add(side));
}
