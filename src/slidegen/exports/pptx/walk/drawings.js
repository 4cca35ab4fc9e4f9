// Pictures, drawings, and what has no place in a presentation.
const frameOf = (element) => {
  const style = styleOf(element);
  const rect = element.getBoundingClientRect();
  const side = (name) => px(style[`border${name}Width`]) + px(style[`padding${name}`]);
  return { left: rect.left + side("Left"), top: rect.top + side("Top"), width: rect.width - side("Left") - side("Right"), height: rect.height - side("Top") - side("Bottom") };
};

// Where a picture of some size stands in a frame, and the share cut off at the left, top, right and bottom.
const fitted = (frame, width, height, fit, position) => {
  if (!width || !height || fit === "fill") return { rect: frame, crop: [0, 0, 0, 0] };
  const scales = [frame.width / width, frame.height / height];
  const scale = fit === "cover" ? Math.max(...scales) : fit === "none" ? 1 : fit === "scale-down" ? Math.min(1, ...scales) : Math.min(...scales);
  const [x, y] = position.split(" ").map((part) => (part.endsWith("%") ? parseFloat(part) / 100 : 0.5));
  const drawn = { width: width * scale, height: height * scale };
  const left = frame.left + (frame.width - drawn.width) * x;
  const top = frame.top + (frame.height - drawn.height) * (y ?? 0.5);
  const sides = {
    left: Math.max(left, frame.left), top: Math.max(top, frame.top),
    right: Math.min(left + drawn.width, frame.left + frame.width), bottom: Math.min(top + drawn.height, frame.top + frame.height),
  };
  const crop = [(sides.left - left) / drawn.width, (sides.top - top) / drawn.height, (left + drawn.width - sides.right) / drawn.width, (top + drawn.height - sides.bottom) / drawn.height];
  return {
    rect: { left: sides.left, top: sides.top, width: sides.right - sides.left, height: sides.bottom - sides.top },
    crop: crop.map((share) => Math.max(0, Math.round(share * 100000) / 100000)),
  };
};

const labelOf = (element) => {
  const figure = element.closest("figure");
  const own = element.getAttribute("alt") ?? element.getAttribute("aria-label");
  const inside = element.querySelector?.(":scope > desc")?.textContent || element.querySelector?.(":scope > title")?.textContent;
  return (own || inside || figure?.getAttribute("aria-label") || "").trim();
};
// The colours of charts where a figure stands, by the names of `given.tints`.
const tintsOf = (figure) => {
  const probe = Object.assign(document.createElement("i"), { style: "display: none" });
  figure.append(probe);
  const found = Object.entries(given.tints).map(([name, css]) => {
    probe.style.color = css;
    return [name, colorOf(getComputedStyle(probe).color)];
  });
  probe.remove();
  return Object.fromEntries(found.filter(([, color]) => color));
};
const pictureOf = (element, rect, more) => {
  const figure = element.closest("figure[data-figure]");
  return {
    kind: "picture", box: boxOf(rect), alt: labelOf(element), link: linkOf(element), step: stepOf(element),
    figure: figure?.dataset.figure ?? "", figure_kind: figure?.dataset.kind ?? "", tints: figure ? tintsOf(figure) : {}, ...more,
  };
};

// Some formats are no pictures to PowerPoint: they become PNGs, as drawings do besides.
const NATIVE = /^data:image\/(png|jpe?g|gif|bmp|tiff)[;,]/;
const waiting = []; // work that ends after the walk
const asPng = async (address, width, height, scale) => {
  const image = Object.assign(new Image(), { src: address });
  await image.decode();
  const canvas = Object.assign(document.createElement("canvas"), {
    width: Math.max(1, Math.min(4096, Math.round(width * scale))), height: Math.max(1, Math.min(4096, Math.round(height * scale))),
  });
  canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
  return canvas.toDataURL("image/png");
};
const svgText = (address) => {
  const [head, body] = [address.slice(0, address.indexOf(",")), address.slice(address.indexOf(",") + 1)];
  if (!head.includes("base64")) return decodeURIComponent(body);
  return new TextDecoder().decode(Uint8Array.from(atob(body), (sign) => sign.charCodeAt(0)));
};
// The data of a picture from its address; it is filled in at the end if it has to be drawn.
const dataOf = (address, width, height, name) => {
  const found = { data: "", svg: "" };
  if (!address.startsWith("data:")) {
    lose(name, "is not in the file: it could not be read");
    return null;
  }
  if (NATIVE.test(address)) return { ...found, data: address };
  if (address.startsWith("data:image/svg")) found.svg = svgText(address);
  waiting.push(asPng(address, width, height, 2).then((png) => { found.data = png; }, () => lose(name, "could not be drawn")));
  return found;
};

const KEPT = ["fill", "fill-opacity", "fill-rule", "stroke", "stroke-width", "stroke-opacity", "stroke-dasharray", "stroke-linecap", "stroke-linejoin",
  "font-family", "font-size", "font-weight", "font-style", "letter-spacing", "text-anchor", "opacity", "stop-color", "stop-opacity", "marker-start", "marker-end", "clip-path", "mask"];
const PLAIN = { "fill-opacity": "1", "stroke-opacity": "1", "stroke-dasharray": "none", opacity: "1", "letter-spacing": "normal", "font-style": "normal", "fill-rule": "nonzero", "stroke-linecap": "butt", "stroke-linejoin": "miter", "marker-start": "none", "marker-end": "none", "clip-path": "none", mask: "none", "stop-opacity": "1" };
const SHAPES = /^(path|rect|circle|ellipse|line|polyline|polygon|text|tspan|use|image|stop|g|svg|marker|pattern|clipPath|mask)$/;
// The family of a text, and what is like it on most machines: other programs read no longer lists.
const familiesOf = (style) => `${familyOf(style)}, ${isMono(style) ? "Consolas, Courier New, monospace" : "Calibri, Arial, sans-serif"}`;
// A drawing that stands alone: what style sheets say is written into it.
const alone = (svg, width, height) => {
  const copy = svg.cloneNode(true);
  const copies = [...copy.querySelectorAll("*")];
  const gone = [];
  const haloes = [];
  [svg, ...svg.querySelectorAll("*")].forEach((one, index) => {
    const made = index ? copies[index - 1] : copy;
    if (["script", "style", "animate", "animateTransform", "set"].includes(one.localName)) return gone.push(made);
    if (!SHAPES.test(one.localName)) return;
    const style = getComputedStyle(one);
    if (style.display === "none" && !one.closest("defs, symbol")) return gone.push(made);
    const hidden = style.visibility === "hidden";
    for (const name of KEPT) {
      let value = style.getPropertyValue(name);
      if (/^(fill|stroke|stop-color)$/.test(name) && !/^(none|url|context)/.test(value)) {
        const color = colorOf(value);
        value = color ? `#${color.rgb}` : "none";
        if (color && color.alpha < 1) made.setAttribute(`${name === "stop-color" ? "stop" : name}-opacity`, color.alpha);
      }
      value = value.replace(/url\("?[^"#)]*#([^")]+)"?\)/g, "url(#$1)");
      if (PLAIN[name] === value || (name.startsWith("stop") && one.localName !== "stop") || (/^(font|text|letter)/.test(name) && !/^(text|tspan)$/.test(one.localName))) {
        if (!/^(fill|stroke|stop)-opacity$/.test(name)) made.removeAttribute(name);
      } else if (value && !(one.localName === "g" && /^(fill|stroke)/.test(name))) made.setAttribute(name, name === "font-family" ? familiesOf(style) : value);
    }
    if (one.localName === "text" && style.paintOrder.startsWith("stroke") && style.stroke !== "none" && made.parentNode) haloes.push(made);
    if (hidden) made.setAttribute("visibility", "hidden");
    if (/^(text|tspan)$/.test(one.localName)) {
      const baseline = style.dominantBaseline;
      if (/middle|central/.test(baseline)) made.setAttribute("dy", `${rounded(px(made.getAttribute("dy")) + 0.35 * px(style.fontSize))}`);
    }
    if (one.localName === "use") {
      const id = (one.getAttribute("href") ?? one.getAttribute("xlink:href") ?? "").slice(1);
      const target = id && !svg.querySelector(`#${CSS.escape(id)}`) && document.getElementById(id);
      if (target) copy.prepend(Object.assign(target.cloneNode(true)));
    }
    for (const name of ["class", "style", "role", "tabindex", "dominant-baseline", "aria-label", "aria-labelledby", "aria-hidden"]) made.removeAttribute(name);
  });
  for (const made of gone) made.remove();
  for (const made of haloes) { // PowerPoint draws strokes over what they surround
    made.before(made.cloneNode(true));
    for (const one of [made, ...made.querySelectorAll("*")]) one.setAttribute("stroke", "none");
  }
  copy.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  copy.setAttribute("width", width);
  copy.setAttribute("height", height);
  if (!copy.hasAttribute("viewBox")) copy.setAttribute("viewBox", `0 0 ${width} ${height}`);
  return copy;
};
const written = new XMLSerializer();
// The fonts of the page, for drawings that the browser paints as pictures of their own.
const faces = () => {
  faces.found ??= [...document.styleSheets].flatMap((sheet) => {
    try { return [...sheet.cssRules]; } catch { return []; }
  }).filter((rule) => rule instanceof CSSFontFaceRule && rule.cssText.includes("data:")).map((rule) => [rule.style.fontFamily.replace(/["']/g, ""), rule.cssText]);
  return faces.found;
};
const drawingOf = (svg) => {
  const rect = svg.getBoundingClientRect();
  if (rect.width < 1 || rect.height < 1) return [];
  const copy = alone(svg, rounded(rect.width), rounded(rect.height));
  const shape = pictureOf(svg, rect, { data: "", svg: written.serializeToString(copy) });
  const used = new Set([...copy.querySelectorAll("[font-family]")].map((one) => one.getAttribute("font-family").split(",")[0]));
  const css = faces().filter(([family]) => used.has(family)).map(([, rule]) => rule).join("\n");
  const sheet = document.createElementNS("http://www.w3.org/2000/svg", "style");
  sheet.textContent = css;
  copy.prepend(sheet);
  const name = `the drawing ${JSON.stringify(shape.alt.slice(0, 40))}`;
  const address = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(written.serializeToString(copy))}`;
  waiting.push(asPng(address, rect.width, rect.height, 2).then((png) => { shape.data = png; }, () => lose(name, "could not be drawn")));
  return [shape];
};

const LOST = {
  iframe: "is not in the file: PowerPoint shows no web pages", audio: "is not in the file",
  canvas: "is not in the file: a script draws it", object: "is not in the file", embed: "is not in the file",
  select: "is not in the file: PowerPoint has no forms", textarea: "is not in the file: PowerPoint has no forms", button: "is not in the file: PowerPoint has no forms",
};
const isLost = (element) => {
  const what = LOST[tagOf(element)];
  if (what) lose(`<${tagOf(element)}>`, what);
  return Boolean(what);
};
const radiusOf = (element) => rounded(px(styleOf(element).borderTopLeftRadius));

// The shapes of an element that is a picture.
const replaced = (element) => {
  const tag = tagOf(element);
  const style = styleOf(element);
  if (style.filter !== "none") lose(`<${tag}>`, "has lost its filter");
  if (tag === "svg") return drawingOf(element);
  if (tag === "video") {
    lose("<video>", element.poster ? "is a picture: its poster" : "is not in the file, and it has no poster");
    if (!element.poster) return [];
  }
  const address = tag === "video" ? element.poster : element.currentSrc || element.src;
  const frame = frameOf(element);
  const natural = tag === "video" ? [frame.width, frame.height] : [element.naturalWidth, element.naturalHeight];
  const { rect, crop } = fitted(frame, ...natural, tag === "video" ? "contain" : style.objectFit, style.objectPosition);
  if (rect.width < 1 || rect.height < 1) return [];
  const data = dataOf(address, rect.width / (1 - crop[0] - crop[2]), rect.height / (1 - crop[1] - crop[3]), `the picture ${JSON.stringify(labelOf(element).slice(0, 40))}`);
  if (!data) return [];
  return [Object.assign(data, pictureOf(element, rect, { crop, radius: radiusOf(element) }))];
};
