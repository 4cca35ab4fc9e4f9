// A slide: its shapes, ground, footer and number. Paragraphs that stand below each other in one column become one text box.
const HEADING = /^h[1-6]$/;
const near = (a, b, most = 3) => Math.abs(a - b) <= most;
const joins = (last, { paragraph, block, list }) => {
  const above = last.paragraphs.at(-1);
  const gap = paragraph.box.top - (above.box.top + above.box.height);
  const same = near(above.box.left, paragraph.box.left) && (near(above.box.left + above.box.width, paragraph.box.left + paragraph.box.width) || above.indent || paragraph.indent);
  return same && gap > -6 && gap < 64 && !last.role && (last.holder === holderOf(block) || (list && last.list === list));
};
// What a text box may not leave: a cell of a grid, a panel, a column.
const holderOf = (block) => {
  for (let one = block; one && one !== sheet; one = one.parentElement) {
    const style = styleOf(one.parentElement ?? one);
    if (/grid|flex/.test(style.display) || one.matches(".body, .media, .footnotes, footer, header")) return one;
    const own = styleOf(one);
    if (own.float !== "none" || ["absolute", "fixed"].includes(own.position) || colorOf(own.backgroundColor)) return one;
  }
  return sheet;
};

const roleOf = (block) => {
  if (block.closest("footer, .slide-footer, .footer")) return "footer";
  return null;
};

const textShapes = (blocks) => {
  const shapes = [];
  let last = null;
  let titled = blocks.some(({ block }) => block && /^h[12]$/.test(tagOf(block)));
  const level = titled ? /^h[12]$/ : HEADING;
  titled = false;
  for (const one of blocks) {
    if (one.shape) {
      if (one.shape.kind !== "panel") last = null;
      shapes.push(one.shape);
      continue;
    }
    const heading = !titled && level.test(tagOf(one.block));
    const role = heading ? "title" : roleOf(one.block);
    titled ||= heading;
    if (!role && last && joins(last, one)) {
      const above = last.paragraphs.at(-1);
      last.paragraphs.push({ ...one.paragraph, before: rounded(Math.max(0, one.paragraph.box.top - above.box.top - above.box.height)) });
      continue;
    }
    last = { kind: "text", paragraphs: [one.paragraph], role, holder: holderOf(one.block), list: one.list, step: null };
    shapes.push(last);
  }
  for (const shape of shapes) {
    if (shape.kind !== "text" || shape.code) continue;
    const boxes = shape.paragraphs.map(({ box }) => box);
    const [left, top] = ["left", "top"].map((side) => Math.min(...boxes.map((box) => box[side])));
    const right = Math.max(...boxes.map((box) => box.left + box.width));
    const bottom = Math.max(...boxes.map((box) => box.top + box.height));
    const [first] = shape.paragraphs;
    // Where a line is higher or lower than its font asks for, PowerPoint moves its text, CSS half as much.
    const more = (first.leading - first.natural) * first.size;
    const shift = rounded(more > 0 ? more / 4 : more / 2);
    shape.box = { left: rounded(left), top: rounded(top - shift), width: rounded(right - left), height: rounded(bottom - top) };
    shape.role ??= "text";
    delete shape.holder;
    delete shape.list;
    const steps = shape.paragraphs.map(({ step }) => step ?? null);
    if (shape.paragraphs.length === 1) shape.step = steps[0];
    for (const paragraph of shape.paragraphs) paragraph.level ??= 0;
  }
  return shapes;
};

const groundOf = () => {
  const page = sheet.querySelector(".pdf-page");
  const section = [...sheet.querySelectorAll("section, marp-section")].at(-1);
  const behind = page?.querySelector(".slide-background");
  const parts = [sheet.querySelector(".marpit"), page, behind, behind?.querySelector(".slide-background-content"), page ? section : sheet.querySelector("foreignObject > *")];
  const ground = { color: colorOf(look.colors.background && `#${look.colors.background.rgb}`), gradient: null, picture: "", opacity: 1 };
  for (const part of parts.filter(Boolean)) {
    const style = styleOf(part);
    const color = colorOf(style.backgroundColor);
    if (color && color.alpha > 0.5) [ground.color, ground.gradient, ground.picture] = [color, null, ""];
    const url = /url\("?(data:[^")]+)"?\)/.exec(style.backgroundImage);
    if (url) Object.assign(ground, groundData(url[1]), { opacity: Number(style.opacity) });
    else if (style.backgroundImage !== "none") {
      const gradient = gradientOf(style.backgroundImage, 1);
      if (gradient) ground.gradient = gradient;
      else lose("the background", "is without its gradient");
    }
  }
  if (behind?.querySelector("video")) lose("the background", "is without its video");
  if (behind?.querySelector("iframe")) lose("the background", "is without its web page");
  return { ground, section };
};
const backgrounds = [];
const groundData = (address) => {
  const [width, height] = sizes.get(address) ?? [1, 1];
  const found = dataOf(address, Math.min(1920, width), Math.min(1920, width) * height / width, "the background");
  if (found) backgrounds.push(found);
  return { picture: found ?? "" };
};

// The number in the corner: a text with the part that PowerPoint counts.
const numberOf = (section) => {
  const style = getComputedStyle(section, "::after");
  const shown = section.dataset.slideNumber ?? section.dataset.marpitPagination;
  if (!shown || style.content === "none" || style.display === "none") return [];
  const text = section.dataset.slideNumber ?? (/counter|attr\(data-marpit-pagination-total|\//.test(style.content) ? style.content.replace(/^"|"$/g, "").replace(/" "/g, "") : shown);
  const frame = sheet.getBoundingClientRect();
  const size = px(style.fontSize);
  const [right, bottom] = [px(style.right), px(style.bottom)];
  const rtl = styleOf(section).direction === "rtl";
  const width = Math.max(120, text.length * size * 0.62);
  const left = rtl ? px(style.left) : frame.width - right - width;
  const box = { left: rounded(left), top: rounded(frame.height - bottom - size * 1.3), width: rounded(width), height: rounded(size * 1.3) };
  const run = { text, size, font: familyOf(style), color: colorOf(style.color) };
  return [{ kind: "text", role: "number", fill: colorOf(style.backgroundColor), box, paragraphs: [{ runs: [run], box, size, align: "end", level: 0, rtl }] }];
};

const slideOf = () => {
  origin = sheet.getBoundingClientRect();
  styles.clear();
  losses.length = 0;
  const { ground, section } = groundOf();
  behind = ground.color;
  const out = [];
  blocksIn(sheet, out);
  const layout = /layout-([a-z-]+)/.exec(section.className)?.[1] ?? "";
  const shapes = [...textShapes(out), ...numberOf(section)];
  // What covers the slide is behind all else, wherever it stands in the HTML.
  const whole = ({ box }) => box.width > 0.97 * origin.width && box.height > 0.97 * origin.height;
  return { layout, ground, shapes: [...shapes.filter(whole), ...shapes.filter((shape) => !whole(shape))], text: colorOf(styleOf(section).color) ?? look.colors.text, losses: [...losses] };
};
