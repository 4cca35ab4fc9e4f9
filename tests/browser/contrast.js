// The contrast (WCAG 2.2) of every text of the current slide on the colour behind it, where that is plain;
// gives what is too low.
() => {
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const rgba = (color) => {
    canvas.clearRect(0, 0, 1, 1); canvas.fillStyle = color; canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data];
  };
  const luminance = ([r, g, b]) => [r, g, b]
    .map((c) => c / 255).map((c) => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
    .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
  const behind = (element) => {
    for (let e = element; e; e = e.parentElement) {
      const names = e.tagName === "SECTION" ? e.getAttributeNames().join(" ") + e.className : "";
      if (/data-background|on-dark|on-light/.test(names)) return null;
      const color = rgba(getComputedStyle(e).backgroundColor);
      if (color[3] === 255) return color;
    }
    return null;
  };
  const low = [];
  const slide = Reveal.getCurrentSlide();
  const walker = document.createTreeWalker(slide, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const parent = node.parentElement;
    if (!node.data.trim() || !parent.checkVisibility()) continue;
    if (parent.closest(".katex-mathml, title, desc, svg:not([data-marpit-svg]), .notes, .sg-stepped")) continue;
    const back = behind(parent);
    if (!back) continue;
    const [a, b] = [luminance(rgba(getComputedStyle(parent).color)), luminance(back)];
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    const size = parseFloat(getComputedStyle(parent).fontSize);
    if (ratio < (size >= 24 ? 3 : 4.5)) low.push([Math.round(ratio * 100) / 100, node.data.trim().slice(0, 40)]);
  }
  return low;
}
