// Grounds, borders, and what style sheets draw before and after an element.
const STOP = /((?:rgba?|color|oklch|oklab|lab|lch|hsl)\([^)]*\))\s*([\d.]+%)?/g;
const gradientOf = (image, opacity) => {
  if (!image.startsWith("linear-gradient")) return null;
  const angle = /^linear-gradient\(\s*(-?[\d.]+)deg/.exec(image);
  const sides = { "to right": 90, "to left": 270, "to top": 0, "to bottom right": 135, "to bottom left": 225, "to top right": 45, "to top left": 315 };
  const side = /^linear-gradient\(\s*(to [a-z ]+?)\s*,/.exec(image);
  const found = [...image.matchAll(STOP)];
  const stops = found.map(([, color, at], index) => [at ? Math.min(1, Math.max(0, parseFloat(at) / 100)) : index / Math.max(1, found.length - 1), colorOf(color, opacity) ?? { rgb: "ffffff", alpha: 0 }]);
  if (stops.length < 2 || stops.every(([, color]) => color.alpha === 0)) return null;
  return { angle: angle ? Number(angle[1]) : side ? sides[side[1]] ?? 180 : 180, stops };
};

const borderOf = (style, side, opacity) => {
  if (["none", "hidden"].includes(style[`border${side}Style`])) return null;
  const [width, color] = [px(style[`border${side}Width`]), colorOf(style[`border${side}Color`], opacity)];
  return width && color ? { width: rounded(width), color } : null;
};

// The panels of a box with a style: its ground, its outline, and lines at single sides.
const panelsOf = (rect, style, opacity, step, element) => {
  const box = boxOf(rect);
  const shapes = [];
  const sides = ["Top", "Right", "Bottom", "Left"].map((side) => borderOf(style, side, opacity));
  const around = sides.every(Boolean) ? sides[0] : null;
  const fill = colorOf(style.backgroundColor, opacity);
  const gradient = style.backgroundImage === "none" ? null : gradientOf(style.backgroundImage, opacity);
  const radius = rounded(Math.min(/%/.test(style.borderTopLeftRadius) ? 9999 : px(style.borderTopLeftRadius), box.width / 2, box.height / 2));
  if ((fill || gradient || around) && box.width > 0.4 && box.height > 0.4) {
    shapes.push({ kind: "panel", box, fill: gradient ? null : fill, gradient, outline: around, radius, step });
  }
  const url = /url\("?(data:[^")]+)"?\)/.exec(style.backgroundImage);
  if (url && element) shapes.push(...groundPicture(url[1], rect, style, element, step));
  if (!around) {
    const lines = [
      [sides[0], { ...box, height: sides[0]?.width }], [sides[2], { ...box, top: box.top + box.height - sides[2]?.width, height: sides[2]?.width }],
      [sides[3], { ...box, width: sides[3]?.width }], [sides[1], { ...box, left: box.left + box.width - sides[1]?.width, width: sides[1]?.width }],
    ];
    for (const [line, place] of lines) if (line) shapes.push({ kind: "panel", box: place, fill: line.color, step });
  }
  return shapes;
};

const sizes = new Map(); // the natural sizes of pictures behind elements, read before the walk
const groundPicture = (address, rect, style, element, step) => {
  const [width, height] = sizes.get(address) ?? [0, 0];
  const fit = /cover|contain/.test(style.backgroundSize) ? style.backgroundSize : "none";
  let natural = [width, height];
  const given = style.backgroundSize.split(" ");
  if (fit === "none" && given[0].endsWith("px")) natural = [px(given[0]), given[1]?.endsWith("px") ? px(given[1]) : (px(given[0]) * height) / (width || 1)];
  if (fit === "none" && given[1]?.endsWith("px") && given[0] === "auto") natural = [(px(given[1]) * width) / (height || 1), px(given[1])];
  if (fit === "none" && given[0].endsWith("%")) natural = [(rect.width * parseFloat(given[0])) / 100, (((rect.width * parseFloat(given[0])) / 100) * height) / (width || 1)];
  const { rect: place, crop } = fitted(rect, ...natural, fit, style.backgroundPosition);
  const label = element.tagName === "FIGURE" ? element.textContent.trim() : element.getAttribute("aria-label") ?? "";
  const data = dataOf(address, place.width, place.height, "a background picture");
  return data && place.width > 1 && place.height > 1 ? [Object.assign(data, { kind: "picture", box: boxOf(place), crop, alt: label, step })] : [];
};

// What a style sheet draws before or after an element: its box is known if it is placed, or a block at the start or end.
const pseudoPanels = (element, which) => {
  const style = getComputedStyle(element, which);
  if (style.content === "none" || style.content === "normal" || style.display === "none") return [];
  const [width, height] = [px(style.width), px(style.height)];
  const rect = element.getBoundingClientRect();
  const own = styleOf(element);
  let [left, top] = [rect.left + px(own.borderLeftWidth), rect.top + px(own.borderTopWidth)];
  const border = { x: px(style.borderLeftWidth) + px(style.borderRightWidth), y: px(style.borderTopWidth) + px(style.borderBottomWidth) };
  const outer = style.boxSizing === "border-box" ? { width, height } : { width: width + border.x, height: height + border.y };
  if (style.position === "absolute") {
    let holder = element;
    while (holder.parentElement && styleOf(holder).position === "static") holder = holder.parentElement;
    const around = holder.getBoundingClientRect();
    left = around.left + px(styleOf(holder).borderLeftWidth) + px(style.left) + px(style.marginLeft);
    top = around.top + px(styleOf(holder).borderTopWidth) + px(style.top) + px(style.marginTop);
  } else if (style.display === "block") {
    left = own.direction === "rtl" ? rect.right - px(own.borderRightWidth) - px(own.paddingRight) - px(style.marginRight) - outer.width : left + px(own.paddingLeft) + px(style.marginLeft);
    top = which === "::before" ? top + px(own.paddingTop) + px(style.marginTop) : rect.bottom - px(own.paddingBottom) - px(own.borderBottomWidth) - px(style.marginBottom) - outer.height;
  } else return [];
  if (!/^rotate|matrix/.test(style.transform)) return panelsOf({ left, top, ...outer }, style, opacityOf(element) * Number(style.opacity), stepOf(element), null);
  return [];
};
const decorationOf = (element) => [
  ...panelsOf(element.getBoundingClientRect(), styleOf(element), opacityOf(element), stepOf(element), element),
  ...["::before", "::after"].flatMap((which) => pseudoPanels(element, which)),
];
