// How the slide at hand is laid out: its classes, and for each block its name, its place and size in pixels of the slide, and its font size.
() => {
  const slide = window.Reveal ? Reveal.getCurrentSlide() : document.querySelector(".marpit > svg.current");
  const BLOCKS = "h1, h2, h3, h4, p, li, table, tr, pre, figure, img, svg, blockquote, figcaption, dl, dd, footer, .math-display, .column, .callout, .footnotes, .slide-footer, .body, .media";
  const section = slide.matches("section") ? slide : slide.querySelector("section");
  const frame = section.getBoundingClientRect();
  const scale = frame.width / section.offsetWidth;
  const named = (element) => [element.tagName.toLowerCase(), ...element.classList].slice(0, 2).join(".");
  const lines = [["section", ...section.classList].filter((name) => !/^(present|past|future|visible|invert|tinted)$/.test(name)).join(".")];
  for (const element of section.querySelectorAll(BLOCKS)) {
    if (!element.checkVisibility({ visibilityProperty: true }) || element.closest("aside.notes, .katex") || element.parentElement.closest("svg")) continue;
    const box = element.getBoundingClientRect();
    const [x, y, width, height] = [box.left - frame.left, box.top - frame.top, box.width, box.height].map((one) => Math.round(one / scale));
    if (width && height) lines.push(`${named(element)} ${x} ${y} ${width} ${height} ${parseFloat(getComputedStyle(element).fontSize)}`);
  }
  return lines;
}
