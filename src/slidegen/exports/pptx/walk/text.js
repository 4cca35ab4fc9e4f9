// Paragraphs and their runs.
const GENERIC = new Set(["serif", "sans-serif", "monospace", "system-ui", "ui-monospace", "ui-sans-serif", "math"]);
const familyOf = (style) => {
  const names = style.fontFamily.split(",").map((name) => name.trim().replace(/^["']|["']$/g, ""));
  return names.find((name) => !GENERIC.has(name) && name !== "Slidegen Blank") ?? names[0];
};
const isMono = (style) => familyOf(style) === look.code_font || /mono|courier|consolas|menlo/i.test(style.fontFamily.split(",")[0]);

// A block may be drawn larger or smaller than its style says: its text is.
const zoomOf = (element) => {
  const block = element.closest("p, li, h1, h2, h3, h4, h5, h6, td, th, pre, div, section") ?? element;
  const factor = block.offsetWidth ? block.getBoundingClientRect().width / block.offsetWidth : 1;
  return Math.abs(factor - 1) < 0.02 ? 1 : factor;
};

const lookOf = (element, around) => {
  const style = styleOf(element);
  const tag = tagOf(element);
  const raised = tag === "sup" || style.verticalAlign === "super" ? 1 : tag === "sub" || style.verticalAlign === "sub" ? -1 : around.raised;
  const lines = `${around.lines} ${style.textDecorationLine}`;
  const ground = element === around.block ? null : colorOf(style.backgroundColor, opacityOf(element));
  return {
    ...around, raised, lines,
    size: raised ? around.size : rounded(px(style.fontSize) * around.zoom),
    font: familyOf(style), code: isMono(style), color: colorOf(style.color, opacityOf(element)),
    bold: Number(style.fontWeight) >= 600, italic: /italic|oblique/.test(style.fontStyle),
    highlight: over(ground, behind) ?? around.highlight, link: linkOf(element), lang: element.closest("[lang]")?.lang ?? "",
    spacing: rounded(px(style.letterSpacing) * around.zoom), transform: style.textTransform, keeps: style.whiteSpaceCollapse === "preserve" || /^pre/.test(style.whiteSpace),
  };
};
const runOf = (text, of, more = {}) => ({
  text, size: of.size, font: of.font, color: of.color, bold: of.bold, italic: of.italic, code: of.code,
  underline: /underline/.test(of.lines) && !of.link, strike: /line-through/.test(of.lines),
  raised: of.raised, spacing: of.spacing ?? 0, highlight: of.highlight, link: of.link, lang: of.lang, ...more,
});

const formulaOf = (element) => {
  const math = element.querySelector(".katex-mathml math");
  const tex = element.querySelector("annotation")?.textContent.trim() ?? "";
  const plain = math ? [...math.querySelectorAll("mi, mo, mn, mtext")].map((leaf) => leaf.textContent).join("") : element.textContent;
  return { formula: { tex, mathml: math?.outerHTML ?? "", display: Boolean(element.closest(".katex-display")) }, plain };
};

const [EM_SPACE, EN_SPACE] = ["\u2003", "\u2002"];
// The runs in some nodes that stand in a line, and the pictures among them, which become shapes of their own.
const runsIn = (nodes, block, floating) => {
  const runs = [];
  const push = (run) => {
    const last = runs.at(-1);
    const same = last && run.text !== "\n" && last.text !== "\n" && !run.formula && !last.formula
      && JSON.stringify({ ...last, text: "" }) === JSON.stringify({ ...run, text: "" });
    if (same) last.text += run.text;
    else runs.push(run);
  };
  const go = (node, of) => {
    if (node.nodeType === Node.TEXT_NODE) {
      let text = of.keeps ? node.data : node.data.replace(/[ \t\r\n\f]+/g, " ");
      text = text.replaceAll("\u00ad", "").replaceAll("\u200b", "");
      if (of.transform === "uppercase") text = text.toLocaleUpperCase();
      if (!of.keeps && text.startsWith(" ") && (!runs.length || /[ \n]$/.test(runs.at(-1).text))) text = text.slice(1);
      const parts = of.keeps ? text.split("\n") : [text];
      parts.forEach((part, index) => {
        if (index) push(runOf("\n", of));
        if (part) push(runOf(part, of));
      });
      return;
    }
    if (node.nodeType !== Node.ELEMENT_NODE || !seen(node)) return;
    const tag = tagOf(node);
    if (tag === "br") {
      const last = runs.at(-1);
      if (last && !of.keeps) last.text = last.text.replace(/ $/, "");
      return push(runOf("\n", of));
    }
    if (node.matches(".katex")) {
      const { formula, plain } = formulaOf(node);
      if (formula.mathml.includes("mathcolor")) lose("a formula", "has one colour");
      return push(runOf(plain, { ...of, color: lookOf(node, of).color }, { formula }));
    }
    if (node.matches(".sg-emoji")) return push(runOf(node.textContent, { ...of, font: "" }));
    if (tag === "input" || node.matches(".bar")) return;
    if (tag === "img" || tag === "svg" || tag === "video") {
      const shapes = replaced(node);
      floating.push(...shapes);
      const style = styleOf(node);
      const wide = (node.getBoundingClientRect().width + px(style.marginLeft) + px(style.marginRight)) / of.size;
      if (shapes.length) push(runOf(EM_SPACE.repeat(Math.floor(wide)) + (wide % 1 > 0.05 ? EN_SPACE : ""), of));
      return;
    }
    if (isLost(node)) return;
    // A chip has a gap before it that no character makes.
    const chip = styleOf(node).display === "inline-block" && runs.length && !/\s$/.test(runs.at(-1).text) && px(styleOf(node).marginInlineStart) >= 0;
    if (chip && node.getBoundingClientRect().width > 8) push(runOf(" ", of));
    for (const child of node.childNodes) go(child, lookOf(node, of));
  };
  const base = { block, raised: 0, lines: "", zoom: zoomOf(block), highlight: null, size: 0 };
  const own = lookOf(block, base);
  for (const node of nodes) go(node, own);
  const last = runs.at(-1);
  if (last && !own.keeps) last.text = last.text === "\n" ? "" : last.text.replace(/ +$/, "");
  return runs.filter((run) => run.text);
};

// Where the lines of some nodes stand.
const linesOf = (nodes) => {
  const range = document.createRange();
  range.setStartBefore(nodes[0]);
  range.setEndAfter(nodes.at(-1));
  const rects = [...range.getClientRects()].filter((rect) => rect.width > 0.5 && rect.height > 0.5);
  const formulas = nodes.filter((node) => node.nodeType === Node.ELEMENT_NODE && node.matches(".katex"));
  if (formulas.length && formulas.length === nodes.filter((node) => node.nodeType === Node.ELEMENT_NODE || node.data.trim()).length) {
    const whole = formulas.map((one) => (one.querySelector(".katex-html") ?? one).getBoundingClientRect());
    const parts = formulas.flatMap((one) => [...one.querySelectorAll(".katex-html > .katex-base, .katex-html > .katex-tag")]).map((one) => one.getBoundingClientRect());
    const across = parts.length ? parts : whole; // a displayed formula is a block as wide as its slide
    return { count: 1, left: Math.min(...across.map((r) => r.left)), right: Math.max(...across.map((r) => r.right)), top: Math.min(...whole.map((r) => r.top)), bottom: Math.max(...whole.map((r) => r.bottom)) };
  }
  if (!rects.length) return null;
  const bottoms = [];
  for (const rect of [...rects].sort((a, b) => a.top - b.top)) {
    const middle = rect.top + rect.height / 2;
    if (!bottoms.length || middle > bottoms.at(-1)) bottoms.push(rect.bottom);
    else bottoms[bottoms.length - 1] = Math.max(bottoms.at(-1), Math.min(rect.bottom, bottoms.at(-1) + 4));
  }
  const left = Math.min(...rects.map((rect) => rect.left));
  const right = Math.max(...rects.map((rect) => rect.right));
  return { count: bottoms.length, left, right, top: Math.min(...rects.map((r) => r.top)), bottom: Math.max(...rects.map((r) => r.bottom)) };
};

// The height of a line that a font asks for, over the size of its type.
const naturals = new Map();
const naturalOf = (style) => {
  const family = style.fontFamily;
  if (!naturals.has(family)) {
    const line = Object.assign(document.createElement("div"), { textContent: "x" });
    line.style.cssText = `position: absolute; font-size: 100px; line-height: normal; font-family: ${family.replaceAll('"', "'")}`;
    document.body.append(line);
    naturals.set(family, rounded(line.getBoundingClientRect().height / 100));
    line.remove();
  }
  return naturals.get(family);
};

const alignOf = (style) => {
  const rtl = style.direction === "rtl";
  const name = style.textAlign.replace("-webkit-", "");
  if (name === "left") return rtl ? "end" : "start";
  if (name === "right") return rtl ? "start" : "end";
  return ["center", "end", "justify"].includes(name) ? name : "start";
};

// A paragraph of some nodes in a block; null if nothing of it is seen. Its box is that of its lines, as high as the style
// sheet makes them.
const paragraphOf = (nodes, block, floating, more = {}) => {
  const runs = runsIn(nodes, block, floating);
  if (!runs.some((run) => run.text.trim() || run.formula)) return null;
  const style = styleOf(block);
  const lines = linesOf(nodes);
  if (!lines) return null;
  const zoom = zoomOf(block);
  const own = rounded(px(style.fontSize) * zoom);
  const size = Math.max(...runs.map((run) => run.size), runs.some((run) => !run.raised) ? 0 : own);
  const rect = block.getBoundingClientRect();
  const inset = (side) => (px(style[`border${side}Width`]) + px(style[`padding${side}`])) * zoom;
  const inner = { left: rect.left + inset("Left"), right: rect.right - inset("Right"), top: rect.top + inset("Top"), bottom: rect.bottom - inset("Bottom") };
  const high = runs.some((run) => run.formula) ? lines.bottom - lines.top : 0;
  const line = style.lineHeight === "normal" ? 1.2 * size : px(style.lineHeight) * zoom;
  const whole = getComputedStyle(block, "::before").content === "none" && nodes.length === block.childNodes.length && INFLOW.test(style.display) && inner.bottom - inner.top < 1.6 * line * lines.count + high;
  let [top, height] = [inner.top, inner.bottom - inner.top];
  if (!whole || height < 1) {
    height = Math.max(line * lines.count, high);
    top = (lines.top + lines.bottom) / 2 - height / 2;
  }
  const left = Math.min(inner.left, lines.left);
  const balanced = lines.count > 1 && /balance/.test(style.textWrapStyle ?? style.textWrap);
  const leading = rounded(high ? line / size : height / lines.count / size);
  return {
    runs, size, leading: Math.min(3, leading), natural: naturalOf(style), align: alignOf(style), rtl: style.direction === "rtl",
    lines: lines.count, extent: rounded(lines.right - lines.left), balanced, step: stepOf(block),
    box: boxOf({ left, top, width: Math.max(inner.right, lines.right) - left, height }), ...more,
  };
};
const INFLOW = /^(block|list-item|table-cell|flow-root)$/;
