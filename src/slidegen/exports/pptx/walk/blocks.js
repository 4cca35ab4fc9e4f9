// The blocks of a slide, in the order of its HTML: paragraphs with the block that holds them, and shapes.
const markerOf = (item, list) => {
  const style = styleOf(item);
  const before = getComputedStyle(item, "::before");
  const counted = /counter\(/.test(before.content);
  const box = item.querySelector(":scope > input[type=checkbox], :scope > p > input[type=checkbox], :scope > label > input[type=checkbox]");
  const color = colorOf(getComputedStyle(item, "::marker").color, opacityOf(item));
  if (box) return { sign: box.checked ? "☑" : "☐", color: colorOf(look.colors[box.checked ? "accent" : "quiet"] && `#${look.colors[box.checked ? "accent" : "quiet"].rgb}`) };
  const ordered = tagOf(list) === "ol";
  const number = () => {
    const items = [...list.children].filter((one) => tagOf(one) === "li");
    return item.value > 0 && item.hasAttribute("value") ? item.value : (list.start || 1) + items.indexOf(item) * (list.reversed ? -1 : 1);
  };
  if (counted) return { style: "plain", start: number(), color: colorOf(before.color, opacityOf(item)) };
  const kind = style.listStyleType;
  if (kind === "none" || style.display !== "list-item") return null;
  if (ordered) return { style: kind, start: number(), color };
  const quoted = /^"(.*)"$/.exec(kind);
  return { sign: quoted ? quoted[1].trim() : { disc: "•", circle: "◦", square: "▪" }[kind] ?? "•", color };
};

// Items that stand below each other are a list, others are boxes beside each other.
const isColumn = (items) => items.every((item, index) => {
  if (!index) return true;
  const [above, own] = [items[index - 1].getBoundingClientRect(), item.getBoundingClientRect()];
  return own.top >= above.bottom - 2 && Math.abs(own.left - above.left) < 3;
});

const listBlocks = (list, level, out) => {
  const items = [...list.children].filter((one) => seen(one));
  const outer = (outermost(list)).getBoundingClientRect();
  const rtl = styleOf(list).direction === "rtl";
  for (const item of items) {
    const marker = tagOf(item) === "li" ? markerOf(item, list) : null;
    const first = out.length;
    const children = [];
    blocksIn(item, children, { level: level + 1, item: true });
    const textStart = (box) => (rtl ? outer.right - origin.left - (box.left + box.width) : box.left + origin.left - outer.left);
    let marked = false;
    for (const block of children) {
      if (block.paragraph && block.paragraph.level === undefined) {
        let inset = rounded(Math.max(0, textStart(block.paragraph.box)));
        const task = item.querySelector(":scope > input, :scope > p > input, :scope > label > input");
        if (task) inset = rounded(0.15 * block.paragraph.size + inset + task.getBoundingClientRect().width + px(styleOf(task).marginInlineEnd));
        const hanging = marker ? Math.max(inset - levelStart(item, outer, rtl), marker ? 0.9 * block.paragraph.size : 0) : 0;
        const indent = marker ? Math.max(inset, rounded(hanging)) : inset;
        const most = block.paragraph.size * (!marker || marker.style === "plain" || task ? 99 : marker.sign ? 0.9 : 0.75 + 0.55 * `${marker.start}`.length);
        block.paragraph = {
          ...block.paragraph, level, indent, hanging: marker && !marked ? rounded(Math.min(hanging, indent, most)) : 0, marker: marked ? null : marker,
          box: { ...block.paragraph.box, left: rtl ? block.paragraph.box.left : rounded(outer.left - origin.left), width: rounded(rtl ? outer.right - origin.left - block.paragraph.box.left : block.paragraph.box.left + block.paragraph.box.width - (outer.left - origin.left)) },
        };
        block.list ??= outermost(list);
        marked = true;
      }
      out.push(block);
    }
    const decoration = decorationOf(item);
    if (decoration.length) out.splice(first, 0, ...decoration.map((shape) => ({ shape })));
  }
};
const outermost = (list) => {
  const above = list.parentElement?.closest("ul, ol");
  return above && sheet.contains(above) && isColumn([...above.children].filter(seen)) ? outermost(above) : list;
};
// Where the marker of an item may begin: where the text of the item around it does.
const levelStart = (item, outer, rtl) => {
  const rect = item.parentElement.getBoundingClientRect();
  return Math.max(0, rtl ? outer.right - rect.right : rect.left - outer.left);
};

const CODE = /^(pre)$/;
const codeOf = (pre) => {
  const holder = pre.closest(".sg-code-block") ?? pre;
  const style = styleOf(pre);
  const rect = pre.getBoundingClientRect();
  const code = pre.querySelector("code") ?? pre;
  const rows = [...pre.querySelectorAll(".sg-line")];
  const floating = [];
  const numbered = holder.matches(".sg-numbered");
  if (holder.querySelector(".sg-code-step") && !given.steps) lose("the steps of a code block", "are not animated: --steps makes a slide of each");
  const lines = rows.length ? rows.map((row) => runsIn([...row.childNodes], row, floating)) : splitRuns(runsIn([...code.childNodes], code, floating));
  const own = styleOf(rows[0] ?? code);
  const zoom = zoomOf(pre);
  const size = rounded(px(own.fontSize) * zoom);
  const leading = rounded(own.lineHeight === "normal" ? 1.2 : px(own.lineHeight) * zoom / size);
  const box = boxOf(rect);
  const paragraphs = lines.map((runs, index) => {
    const kept = runs.map((run) => ({ ...run, text: run.text.replace(/\n$/, "") })).filter((run) => run.text);
    return { runs: kept, size, leading, natural: naturalOf(own), exact: true, box };
  });
  while (paragraphs.length && !paragraphs.at(-1).runs.length) paragraphs.pop();
  const padding = ["Top", "Right", "Bottom", "Left"].map((side) => rounded(px(style[`padding${side}`]) + px(style[`border${side}Width`])));
  const inner = code === pre ? [0, 0, 0, 0] : ["Top", "Right", "Bottom", "Left"].map((side) => px(styleOf(code)[`padding${side}`]));
  const sides = padding.map((one, at) => rounded(one + inner[at]));
  sides[0] = rounded(Math.max(0, sides[0] - (Math.max(0, leading - naturalOf(own)) * size) / 2)); // PowerPoint has all of it above
  const shape = {
    kind: "text", box, paragraphs, code: true, fill: colorOf(style.backgroundColor, opacityOf(pre)) ?? (code === pre ? null : colorOf(styleOf(code).backgroundColor, opacityOf(pre))), radius: radiusOf(pre),
    outline: borderOf(style, "Top", opacityOf(pre)), padding: sides, step: stepOf(pre), name: pre.dataset.language ?? "",
  };
  if (!numbered) return [shape];
  // The numbers of its lines stand beside the code, so that code stays code when it is copied.
  const wide = rounded(2.7 * size);
  const run = (row, index) => ({ text: row?.dataset.n ?? `${index + 1}`, size, font: familyOf(own), code: true, color: look.colors.quiet });
  const numbers = { ...shape, name: "line numbers", fill: null, outline: null, paragraphs: paragraphs.map((paragraph, index) => ({ ...paragraph, runs: [run(rows[index], index)], align: "end" })) };
  numbers.box = { ...box, width: rounded(sides[3] + wide - 1.1 * size) };
  numbers.padding = [sides[0], 0, sides[2], 0];
  shape.padding = [sides[0], sides[1], sides[2], rounded(sides[3] + wide)];
  return [shape, numbers];
};
const splitRuns = (runs) => {
  const lines = [[]];
  for (const run of runs) {
    if (run.text === "\n") lines.push([]);
    else lines.at(-1).push(run);
  }
  return lines;
};

// All paragraphs in an element, for a cell or the notes.
const paragraphsIn = (element, floating) => {
  const out = [];
  blocksIn(element, out, { level: 0, item: true });
  floating.push(...out.flatMap(({ shape }) => (shape ? [shape] : [])));
  return out.flatMap(({ paragraph }) => (paragraph ? [paragraph] : []));
};

const MEDIA = /^(img|svg|video)$/;
const blocksIn = (element, out, around = { level: 0 }) => {
  let line = []; // nodes that stand in one line, until a block
  const flush = () => {
    const floating = [];
    const text = line.some((node) => node.nodeType === Node.TEXT_NODE ? node.data.trim() : seen(node));
    const paragraph = text ? paragraphOf(line, element, floating) : null;
    for (const shape of floating) out.push({ shape });
    if (paragraph) out.push({ paragraph, block: element });
    line = [];
  };
  for (const node of element.childNodes) {
    if (node.nodeType === Node.TEXT_NODE) { line.push(node); continue; }
    if (node.nodeType !== Node.ELEMENT_NODE || !seen(node)) continue;
    const tag = tagOf(node);
    const inline = node.matches(".katex") || isInline(node) && !MEDIA.test(tag) && (!hasBlocks(node) || node.matches(".katex, .sg-emoji"));
    const alone = MEDIA.test(tag) && isInline(node) && line.every((one) => one.nodeType === Node.TEXT_NODE && !one.data.trim()) && !followed(node);
    if (inline || (MEDIA.test(tag) && isInline(node) && !alone)) { line.push(node); continue; }
    flush();
    blockOf(node, tag, out, around);
  }
  flush();
};
// Whether text follows a picture in its line.
const followed = (node) => {
  for (let next = node.nextSibling; next; next = next.nextSibling) {
    if (next.nodeType === Node.TEXT_NODE ? next.data.trim() : next.nodeType === Node.ELEMENT_NODE && seen(next) && isInline(next) && !MEDIA.test(tagOf(next)) && tagOf(next) !== "br") return true;
  }
  return false;
};

const blockOf = (node, tag, out, around) => {
  if (isLost(node)) return;
  if (MEDIA.test(tag)) {
    if (node.matches("[data-marpit-svg]")) return blocksIn(node, out, around);
    for (const shape of replaced(node)) out.push({ shape });
    return;
  }
  const style = styleOf(node);
  if (style.filter !== "none") lose(`<${tag}>`, "has lost its filter");
  if (/matrix/.test(style.transform) && !/^matrix\(([\d.]+), 0, 0, \1, /.test(style.transform) && tag !== "section") lose(`<${tag}>`, "is not turned as on the slide");
  if (tag === "table") {
    const caption = node.caption;
    if (caption && seen(caption)) blocksIn(caption, out, around);
    return out.push(...tableOf(node).map((shape) => ({ shape })));
  }
  if (CODE.test(tag)) return out.push(...codeOf(node).map((shape) => ({ shape })));
  if (tag === "hr") {
    const line = borderOf(style, "Top", opacityOf(node));
    const rect = node.getBoundingClientRect();
    const fill = line?.color ?? colorOf(style.backgroundColor);
    return fill && out.push({ shape: { kind: "panel", box: boxOf({ left: rect.left, top: rect.top, width: rect.width, height: Math.max(1, line?.width ?? rect.height) }), fill, step: stepOf(node) } });
  }
  if (!node.matches("section, foreignObject, .reveal, .slides, .pdf-page, .marpit")) out.push(...decorationOf(node).map((shape) => ({ shape })));
  if (/^(ul|ol)$/.test(tag) && isColumn([...node.children].filter(seen))) return listBlocks(node, around.level, out);
  blocksIn(node, out, around);
};
