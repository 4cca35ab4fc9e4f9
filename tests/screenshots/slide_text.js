// What can be read on the slide at hand: a line for each block of text, the cells of a table's row with bars between them.
() => {
  const slide = window.Reveal ? Reveal.getCurrentSlide() : document.querySelector(".marpit > svg.current");
  const number = window.Reveal
    ? document.querySelector(".reveal > .slide-number")?.innerText
    : slide.querySelector("[data-marpit-pagination]")?.dataset.marpitPagination;
  const UNSEEN = "script, style, title, desc, metadata, aside.notes, .katex-mathml, mjx-assistive-mml";
  const UNITS = "text, tr, .katex-display";
  // The element that a text makes a line with: a row, a label of a drawing, else the nearest that is no part of a line.
  const lineOf = (text) => {
    const unit = text.parentElement.closest(UNITS);
    if (unit) return unit;
    let around = text.parentElement.closest(".katex") ?? text.parentElement;
    while (around !== slide && /^(inline|contents|ruby)/.test(getComputedStyle(around).display)) around = around.parentElement;
    return around;
  };
  const lines = [];
  let last = null;
  let cell = null;
  const parts = document.createTreeWalker(slide, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT);
  while (parts.nextNode()) {
    const part = parts.currentNode;
    if (part.nodeName === "BR") last = null;
    if (part.nodeType !== Node.TEXT_NODE) continue;
    const parent = part.parentElement;
    const line = lineOf(part);
    const own = parent.closest("td, th");
    if (parent.closest(UNSEEN) || (line.matches("tr") && !own)) continue;
    if (!parent.checkVisibility({ visibilityProperty: true })) continue;
    if (line !== last) lines.push("");
    else if (own !== cell) lines.push(lines.pop() + " | ");
    [last, cell] = [line, own];
    lines.push(lines.pop() + (getComputedStyle(parent).whiteSpace.startsWith("pre") ? part.data : part.data.replaceAll(/\s+/g, " ")));
  }
  const read = lines.flatMap((line) => line.replaceAll(/[\u200b\u2060]/g, "").split("\n"));
  if (number) read.push(`(${number})`);
  return read.map((line) => line.replaceAll(/\s+/g, " ").trim()).filter((line) => line && !/^[| ]+$/.test(line));
}
