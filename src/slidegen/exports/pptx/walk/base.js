// Helpers of the walk: colours, boxes, what is seen. All files of this folder are one function's body; `sheet` is the
// element of the page that is walked, whose top left corner is that of the slide.
const brush = Object.assign(document.createElement("canvas"), { width: 1, height: 1 }).getContext("2d", { willReadFrequently: true });
const known = new Map();

// A colour as the browser paints it: {rgb, alpha}; null if it is transparent.
const colorOf = (css, opacity = 1) => {
  if (!css || css === "transparent" || css === "none") return null;
  if (!known.has(css)) {
    brush.clearRect(0, 0, 1, 1);
    brush.fillStyle = "#000";
    brush.fillStyle = css;
    brush.fillRect(0, 0, 1, 1);
    const [r, g, b, a] = brush.getImageData(0, 0, 1, 1).data;
    known.set(css, { rgb: [r, g, b].map((part) => part.toString(16).padStart(2, "0")).join(""), alpha: a / 255 });
  }
  const { rgb, alpha } = known.get(css);
  const seen = Math.round(alpha * opacity * 1000) / 1000;
  return seen < 0.01 ? null : { rgb, alpha: seen };
};

// A colour on another one, for what cannot be transparent.
const over = (color, ground) => {
  if (!color || color.alpha === 1 || !ground) return color;
  const part = (one, at) => parseInt(one.rgb.slice(2 * at, 2 * at + 2), 16);
  const mixed = [0, 1, 2].map((at) => Math.round(part(color, at) * color.alpha + part(ground, at) * (1 - color.alpha)));
  return { rgb: mixed.map((one) => one.toString(16).padStart(2, "0")).join(""), alpha: 1 };
};
let behind = null; // the colour of the slide that is walked
const styles = new Map();
const styleOf = (element) => {
  if (!styles.has(element)) styles.set(element, getComputedStyle(element));
  return styles.get(element);
};
const px = (value) => parseFloat(value) || 0;
const tagOf = (element) => element.localName.replace(/^marp-/, "");
const rounded = (value) => Math.round(value * 100) / 100;

let origin = { left: 0, top: 0 };
const boxOf = (rect) => ({
  left: rounded(rect.left - origin.left), top: rounded(rect.top - origin.top),
  width: rounded(rect.width), height: rounded(rect.height),
});

// The opacity of an element, with that of all around it.
const opacities = new WeakMap();
const opacityOf = (element) => {
  if (!element || element === document.body) return 1;
  if (!opacities.has(element)) opacities.set(element, opacityOf(element.parentElement) * Number(styleOf(element).opacity));
  return opacities.get(element);
};

const UNSEEN = ".katex-mathml, .phone-chart, .sg-code-step, aside.notes, .slide-number-pdf, script, style, template, noscript, .slide-background";
const seen = (element) => {
  const style = styleOf(element);
  return style.display !== "none" && style.visibility !== "hidden" && !element.matches(UNSEEN) && opacityOf(element) > 0.02;
};

// The fragment in which an element appears, from 0; null if it is there from the beginning.
const stepOf = (element) => {
  const fragment = element.closest(".fragment, [data-marpit-fragment]");
  if (!fragment || !sheet.contains(fragment)) return null;
  const other = /\b(fade-out|current-visible|(?:fade|semi)-[a-z-]+-out|highlight-[a-z-]+|grow|shrink|strike)\b/.exec(fragment.className);
  if (other) {
    if (!given.steps) lose(`a fragment of the class ${other[1]}`, "is not animated: --steps makes a slide of each step");
    return null;
  }
  const index = fragment.dataset.marpitFragment ? Number(fragment.dataset.marpitFragment) - 1 : Number(fragment.dataset.fragmentIndex ?? 0);
  return Number.isFinite(index) ? index : null;
};

const losses = [];
const lose = (element, what) => {
  if (!losses.some((loss) => loss.element === element && loss.what === what)) losses.push({ element, what });
};

const INLINE = /^(inline|ruby)/;
const isInline = (element) => {
  const style = styleOf(element);
  if (style.display === "contents") return [...element.children].every(isInline);
  return INLINE.test(style.display) && style.float === "none" && !["absolute", "fixed"].includes(style.position);
};
const hasBlocks = (element) => [...element.children].some((child) => seen(child) && (!isInline(child) || (tagOf(child) !== "svg" && !child.matches(".katex, .sg-emoji") && hasBlocks(child))));

// The address to which a link leads, or the page of the export.
const pageOf = (element) => [...document.querySelectorAll(".sheet")].indexOf(element.closest(".sheet")) + 1;
const linkOf = (element) => {
  const link = element.closest("a[href]");
  const href = link?.getAttribute("href");
  if (!href) return null;
  if (href.startsWith("#")) {
    const target = document.getElementById(decodeURIComponent(href.slice(1))) ?? document.getElementById(href.slice(1));
    return target?.closest(".sheet") ? { page: pageOf(target) } : null;
  }
  const file = new RegExp(`^${given.place}(\\d+)$`).exec(href);
  return { address: file ? given.written[Number(file[1])] : href };
};
