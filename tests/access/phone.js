// What is wrong with the slides on a phone, as "slide: what": type under `least` pixels of the screen, words beside the
// screen that no box of their own scrolls to, words that stand outside their slide. Raised and lowered signs are smaller.
(least) => {
  const APART = "aside.notes, annotation, .katex, sup, sub, style, script, title, desc, [aria-hidden=true], tspan";
  const SCROLLS = "table, .math-display, .katex-display, .wide-drawing, mjx-container";
  const found = [];
  slidegen.slides.forEach((slide, index) => {
    const frame = slide.getBoundingClientRect();
    const words = document.createTreeWalker(slide, NodeFilter.SHOW_TEXT);
    while (words.nextNode()) {
      const text = words.currentNode.textContent.trim();
      const element = words.currentNode.parentElement;
      if (!text || element.closest(APART) || !element.checkVisibility({ visibilityProperty: true })) continue;
      const range = document.createRange();
      const start = words.currentNode.data.search(/\S/); // spaces at the end of a row may hang beyond it
      range.setStart(words.currentNode, start);
      range.setEnd(words.currentNode, words.currentNode.data.trimEnd().length);
      const box = range.getBoundingClientRect();
      if (!box.width) continue;
      const drawing = element.closest("svg:not(.marpit > svg)") ?? element.closest(".marpit > svg");
      const scale = drawing ? drawing.getBoundingClientRect().width / drawing.viewBox.baseVal.width : element.currentCSSZoom;
      const size = parseFloat(getComputedStyle(element).fontSize) * scale;
      const say = (what) => found.push(`${index + 1}: ${what}: ${text.slice(0, 30)}`);
      if (size < least - 0.1) say(`${size.toFixed(1)} px`);
      if (element.closest(SCROLLS)) continue;
      if (box.left < -2 || box.right > innerWidth + 2) say("beside the screen");
      if (box.top < frame.top - 2 || box.bottom > frame.bottom + 2) say("outside its slide");
    }
  });
  if (document.documentElement.scrollWidth > innerWidth) found.push(`the page is ${document.documentElement.scrollWidth} px wide`);
  return found;
}
