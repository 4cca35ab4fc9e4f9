// What a person sees of the current slide, for the rules of `slidegen check`: its text with the colours behind it, its
// pictures, tables and charts. It runs in a world of its own, in which a deck cannot have changed what JavaScript is.
// Lengths are in pixels of the slide, from its top left corner; `frame` leads back to those of the window.
(async () => {
  const MOST_TEXTS = 1500;
  const MOST_LINES = 6; // of one text
  const section = document.querySelector(".slides > section.present:not(.stack), .slides > section.present.stack > section.present");
  const slide = section || document.querySelector(".marpit > svg.current");
  if (!slide) return "null";
  const drawn = slide.matches("svg") ? slide : slide.querySelector("svg[data-marpit-svg]");
  const behind = document.querySelector(".backgrounds > .slide-background.present:not(.stack), .backgrounds .stack.present > .slide-background.present");
  const box = drawn || slide.querySelector(".slide") || slide;
  const own = slide.querySelector(".slide");
  const rect = box.getBoundingClientRect();
  const width = drawn ? drawn.viewBox.baseVal.width : box.offsetWidth;
  const scale = rect.width / width;
  const height = rect.height / scale;
  const relative = (r) => [(r.left - rect.left) / scale, (r.top - rect.top) / scale, r.width / scale, r.height / scale];
  const round = (numbers) => numbers.map((number) => Math.round(number * 10) / 10);

  // Everything answers the question what lies at a point, whatever the deck says.
  // The sheet stays: each change of sheets costs a new layout.
  if (!globalThis.touchable) {
    globalThis.touchable = new CSSStyleSheet();
    touchable.replaceSync("* { pointer-events: auto !important; }");
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, touchable];
  }

  const styles = new Map();
  const styleOf = (element) => {
    if (!styles.has(element)) styles.set(element, getComputedStyle(element));
    return styles.get(element);
  };
  const brush = Object.assign(document.createElement("canvas"), { width: 1, height: 1 }).getContext("2d", { willReadFrequently: true });
  const colors = new Map();
  const rgba = (color) => {
    if (!colors.has(color)) {
      brush.clearRect(0, 0, 1, 1);
      brush.fillStyle = "rgba(0, 0, 0, 0)";
      brush.fillStyle = color;
      brush.fillRect(0, 0, 1, 1);
      const [r, g, b, a] = brush.getImageData(0, 0, 1, 1).data;
      colors.set(color, [r, g, b, a / 255]);
    }
    return colors.get(color);
  };
  const over = (top, bottom, alpha) => bottom.map((one, at) => top[at] * alpha + one * (1 - alpha));

  const isDrawn = (element) => element.namespaceURI === "http://www.w3.org/2000/svg";
  const isPicture = (element) => element.matches("img, video, canvas, iframe, object, embed, image, input, select, button, meter, progress");
  const isShape = (element) => element.ownerSVGElement && !element.matches("text, tspan, foreignObject, svg, g, a");
  // What an element paints behind its content: a colour with its alpha, nothing (null), or what only pixels tell ("?").
  const grounds = new Map();
  const groundOf = (element) => {
    if (grounds.has(element)) return grounds.get(element);
    const style = styleOf(element);
    let ground = null;
    if (isPicture(element)) ground = "?";
    else if (isShape(element)) {
      const fill = rgba(style.fill.startsWith("url") || style.fill === "none" ? "transparent" : style.fill);
      const alpha = fill[3] * style.fillOpacity * style.opacity;
      ground = style.fill.startsWith("url") ? "?" : alpha ? [...fill.slice(0, 3), alpha] : null;
      if (style.fill === "none") ground = null;
    } else {
      const color = rgba(style.backgroundColor);
      const clipped = style.backgroundClip.includes("text");
      // The two layers of a slide itself are its logo, which is none of what is behind its text.
      const image = !/^none(, none)*$/.test(style.backgroundImage) && !(element === own && style.backgroundRepeat === "no-repeat, no-repeat");
      if (image && !clipped) ground = "?";
      else if (color[3] > 0 && !clipped) ground = style.opacity < 1 ? "?" : color;
      for (const name of ["::before", "::after"]) {
        const pseudo = getComputedStyle(element, name);
        if (pseudo.content === "none" || pseudo.content === "normal" || pseudo.position !== "absolute") continue;
        if (pseudo.backgroundImage !== "none" || rgba(pseudo.backgroundColor)[3] > 0) ground = "?";
      }
    }
    if (style.filter !== "none" || style.mixBlendMode !== "normal" || (style.backdropFilter ?? "none") !== "none") ground = "?";
    grounds.set(element, ground);
    return ground;
  };
  // Whether something lies over what an element shows; pixels tell how much of that is left.
  const isOpaque = (element) => {
    const ground = groundOf(element);
    if (ground === "?") return opacityOf(element) > 0.5;
    return ground !== null && ground[3] * opacityOf(element) > 0.6;
  };

  const parentOf = (node) => node.assignedSlot || node.parentElement || node.getRootNode().host || null;
  const opacities = new Map();
  const opacityOf = (element) => {
    if (!element || element === slide) return 1;
    if (!opacities.has(element)) opacities.set(element, opacityOf(parentOf(element)) * styleOf(element).opacity);
    return opacities.get(element);
  };
  const FRAGMENT = ".fragment, [data-marpit-fragment]";
  const fragmentOf = (element) => element.closest(FRAGMENT);
  const ids = new Map();
  const idOf = (element) => {
    if (!element) return 0;
    if (!ids.has(element)) ids.set(element, ids.size + 1);
    return ids.get(element);
  };
  const chain = (element) => {
    const found = new Set();
    for (let one = element; one; one = parentOf(one)) found.add(one);
    return found;
  };

  // How much larger an element is drawn than its style says.
  const sizes = new Map();
  const factorOf = (element) => {
    if (sizes.has(element)) return sizes.get(element);
    let factor = scale;
    if (isDrawn(element) && element.getScreenCTM) {
      const { a, b, c, d } = element.getScreenCTM();
      factor = Math.sqrt(Math.abs(a * d - b * c));
    } else if (element.offsetWidth && element.offsetHeight) {
      const r = element.getBoundingClientRect();
      factor = Math.sqrt((r.width * r.height) / (element.offsetWidth * element.offsetHeight));
    }
    const found = Math.abs(factor / scale - 1) < 0.04 ? 1 : factor / scale; // sizes are whole pixels
    sizes.set(element, found);
    return found;
  };

  const KINDS = [
    ["math", ".katex, mjx-container"],
    ["chart", "svg.chart"],
    ["drawing", "svg:not([data-marpit-svg])"],
    ["furniture", ".slide-footer, .slide-number, [data-theme] > header, [data-theme] > footer"],
    ["small", "figcaption, caption, .caption, .legend, .provenance, .provenance-list, .footnotes, .chart-title, .chart-subtitle, .sg-code-title, .org-todo, .org-tag, .note:not(.callout), sup, sub, small, rt, cite"],
    ["code", "pre"],
    ["table", "table"],
    ["heading", "h1, h2, h3, h4, h5, h6"],
  ];
  const kinds = new Map();
  const kindOf = (element) => {
    if (!kinds.has(element)) kinds.set(element, KINDS.find(([, names]) => element.closest(names))?.[0] ?? "body");
    return kinds.get(element);
  };
  const isVeiled = (element) => {
    for (let one = element; one && one !== box; one = parentOf(one)) {
      const { filter, maskImage, clipPath } = styleOf(one);
      if (filter !== "none" || (maskImage ?? "none") !== "none" || clipPath !== "none") return true;
    }
    return false;
  };
  const isPositioned = (element) => {
    for (let one = element; one && one !== box && one !== slide; one = parentOf(one)) {
      if (["absolute", "fixed"].includes(styleOf(one).position) && one !== own && !one.matches("foreignObject, section, marp-section")) return true;
    }
    return false;
  };
  // Elements for screen readers alone are a pixel large, or cut to nothing.
  const isForReaders = (element) => {
    for (let one = element; one && one !== box; one = parentOf(one)) {
      const style = styleOf(one);
      if (style.clipPath.startsWith("inset(50%") || style.clipPath === "inset(100%)" || /^rect\((0px|1px|auto)[, ]+(0px|1px|auto)/.test(style.clip)) return true;
      const r = one.getBoundingClientRect();
      if (style.overflow !== "visible" && (r.width <= 2 * scale || r.height <= 2 * scale)) return true;
      if (parseFloat(style.fontSize) === 0) return true;
    }
    return false;
  };
  // What is no text to see: what is for screen readers and speakers, and emoji, which are pictures over blanks.
  const SILENT = ".sg-emoji, .katex-mathml, mjx-assistive-mml, title, desc, style, script, noscript, template, aside.notes, .speaker-notes, datalist, option";
  const CLOSED = "details:not([open]) > :not(summary)";

  // What lies at a point of the window: what covers an element, whether it is there at all, and the colour behind it.
  const look = (element, x, y, ancestors) => {
    const stack = document.elementsFromPoint(x, y).filter((one) => slide.contains(one) || one.contains(slide) || behind?.contains(one));
    const root = element.getRootNode();
    const host = root.host ?? element;
    const at = stack.findIndex((one) => one === element || one === host || ancestors.has(one));
    const found = { hidden: "", back: null };
    if (at < 0) return found;
    const cover = stack.slice(0, at).find((one) => !element.contains(one) && !ancestors.has(one) && slide.contains(one) && isOpaque(one));
    const fragment = cover && fragmentOf(cover);
    if (cover && !(fragment && !fragment.contains(element))) found.hidden = "covered";
    else if (!stack.includes(element) && !stack.includes(host) && !stack.slice(0, at).some((one) => element.contains(one))) found.hidden = "clipped";
    let layers = [];
    for (const one of stack.slice(at)) {
      const ground = groundOf(one);
      if (ground === "?") return found;
      if (!ground) continue;
      layers.push(ground);
      if (ground[3] > 0.999) break;
    }
    found.back = layers.reduceRight((below, one) => over(one, below, one[3]), [255, 255, 255]);
    return found;
  };

  const texts = [];
  let left = 0;
  const addText = (words, element, rects, kind, sized = element) => {
    if (texts.length >= MOST_TEXTS) { left += 1; return; }
    const style = styleOf(element);
    const inDrawing = isDrawn(element);
    const paint = inDrawing ? style.fill : style.webkitTextFillColor;
    const clip = style.backgroundClip.includes("text") || chainHasClip(element);
    const ancestors = chain(element);
    // Letters of a chart stand on an outline in the colour of the ground.
    const outlined = inDrawing && style.paintOrder.startsWith("stroke") && parseFloat(style.strokeWidth) >= 2 && !/^(none|url)/.test(style.stroke);
    const outline = outlined ? rgba(style.stroke).slice(0, 3) : null;
    // Text that ends in an ellipsis has two boxes: with it, and as it would be without.
    const whole = (r, at) => at === 0 || r.left !== rects[at - 1].left || r.top !== rects[at - 1].top;
    const shown = rects.filter((r, at) => r.width >= 1 && r.height >= 1 && whole(r, at)).slice(0, 60);
    if (!shown.length) return;
    const step = Math.max(1, Math.ceil(shown.length / MOST_LINES));
    const looked = shown.filter((_, at) => at % step === 0);
    const backs = [];
    const hidden = [];
    let points = 0;
    const veiled = isVeiled(element);
    for (const r of looked) {
      for (const share of r.width > 60 * scale ? [0.12, 0.5, 0.88] : [0.5]) {
        const [x, y] = [r.left + r.width * share, r.top + r.height / 2];
        if (x < Math.max(0, rect.left) || y < Math.max(0, rect.top) || x >= Math.min(innerWidth, rect.right) || y >= Math.min(innerHeight, rect.bottom)) continue;
        points += 1;
        const found = look(element, x, y, ancestors);
        if (veiled) found.hidden ||= "transparent";
        if (found.hidden) hidden.push([found.hidden, ...round([(x - rect.left) / scale, (y - rect.top) / scale])]);
        else if (outline) backs.push(outline);
        else backs.push(style.textShadow === "none" ? found.back && found.back.map(Math.round) : null);
      }
    }
    const color = paint.startsWith("url") || paint === "none" || clip ? null : rgba(paint);
    const alpha = inDrawing ? Number(style.fillOpacity) : 1;
    texts.push({
      text: words.replace(/\s+/g, " ").trim().slice(0, 2000), kind, rects: shown.map((r) => round(relative(r))),
      size: Math.round(parseFloat(styleOf(sized).fontSize) * factorOf(sized) * 10) / 10, bold: Number(style.fontWeight) >= 600,
      color: color && [...color.slice(0, 3), color[3] * alpha], opacity: Math.round(opacityOf(element) * 100) / 100,
      clip, backs, hidden, points,
      fragment: idOf(fragmentOf(element)), stack: idOf(element.closest(".r-stack")), block: idOf(element.closest("p, li, td, th, h1, h2, h3, h4, h5, h6, pre, figcaption, dt, dd, text, div")),
      drawing: idOf(element.closest("svg:not([data-marpit-svg])")), table: idOf(element.closest("table")),
      positioned: isPositioned(element), quiet: Boolean(element.closest("[aria-hidden=true]")) && kind !== "math", shadow: style.textShadow !== "none", dimmed: Boolean(element.closest(".sg-stepped")),
      scrolls: Boolean(element.closest(".scrollable, .dense")),
    });
  };
  const chainHasClip = (element) => {
    for (let one = element; one && one !== box; one = parentOf(one)) {
      if (styleOf(one).backgroundClip.includes("text")) return true;
      if (styleOf(one).display !== "inline") return false;
    }
    return false;
  };
  const isShown = (element) => element.checkVisibility({ visibilityProperty: true, contentVisibilityAuto: true });
  const formulas = new Map();
  const visit = (root) => {
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      if (node.nodeType === 1) {
        if (node.shadowRoot) visit(node.shadowRoot);
        continue;
      }
      const parent = node.parentElement ?? node.getRootNode().host;
      if (!parent || !node.data.trim() || parent.closest(SILENT) || parent.closest(CLOSED) || !isShown(parent)) continue;
      const fragment = fragmentOf(parent);
      if (opacityOf(parent) === 0 && (fragment || parent.closest(".to-come"))) continue;
      if (isForReaders(parent)) continue;
      const range = document.createRange();
      range.selectNodeContents(node);
      const rects = [...range.getClientRects()];
      const formula = parent.closest(".katex, mjx-container");
      if (!formula) addText(node.data, parent, rects, kindOf(parent));
      else {
        // A formula is one text, but each of its colours by itself.
        const key = `${idOf(formula)} ${styleOf(parent).color}`;
        if (!formulas.has(key)) formulas.set(key, { formula, parent, rects: [] });
        formulas.get(key).rects.push(...rects);
      }
    }
  };
  visit(box);
  for (const { formula, parent, rects } of formulas.values()) {
    addText(formula.querySelector("annotation")?.textContent ?? formula.textContent, parent, rects, "math", formula);
  }

  // Pictures: how large each is drawn, and how many pixels it has.
  const pictures = [];
  const addPicture = (name, source, r, natural, fit, element) => {
    const [w, h] = [r.width / scale, r.height / scale];
    const [nw, nh] = natural;
    if (!nw || !nh || w < 1 || h < 1) return;
    const grown = { contain: Math.min(w / nw, h / nh), cover: Math.max(w / nw, h / nh), none: 1, "scale-down": Math.min(1, w / nw, h / nh) }[fit] ?? Math.max(w / nw, h / nh);
    const drawing = /^data:image\/svg|\.svg(?:$|[?#])/i.test(source);
    pictures.push({
      name, rect: round(relative(r)), width: nw, height: nh, grown: Math.round(grown * 100) / 100, drawing,
      pixelated: /pixelated|crisp/.test(styleOf(element).imageRendering),
      full: Boolean(element.closest(".layout-image-full .media, .slide-background, [data-marpit-advanced-background]")), positioned: isPositioned(element), side: Boolean(element.closest(".media")),
    });
  };
  for (const image of box.querySelectorAll("img, video")) {
    if (!isShown(image) || isForReaders(image) || opacityOf(image) === 0) continue;
    const r = image.getBoundingClientRect();
    const natural = image.matches("video") ? [image.videoWidth, image.videoHeight] : [image.naturalWidth, image.naturalHeight];
    const name = image.getAttribute("alt") || (/^data:/.test(image.currentSrc) ? "" : image.currentSrc.split("/").pop().slice(0, 60));
    addPicture(name, image.currentSrc || image.src, r, natural, styleOf(image).objectFit, image);
  }
  const painted = [...box.querySelectorAll("section, marp-section, figure, div"), ...(behind ? behind.querySelectorAll("*") : [])];
  for (const element of painted) {
    const style = styleOf(element);
    const url = /^url\("(.*)"\)$/s.exec(style.backgroundImage)?.[1];
    if (!url || !isShown(element) || /^data:image\/svg/.test(url)) continue;
    const image = Object.assign(new Image(), { src: url });
    try { await image.decode(); } catch { continue; }
    const r = element.getBoundingClientRect();
    const size = style.backgroundSize;
    if (size === "cover" || size === "contain") addPicture("background", url, r, [image.naturalWidth, image.naturalHeight], size, element);
  }

  const boxOf = (element) => ({ id: idOf(element), rect: round(relative(element.getBoundingClientRect())), name: (element.getAttribute("aria-label") || element.closest("figure")?.dataset.figure || "").slice(0, 80) });
  const visible = (names) => [...box.querySelectorAll(names)].filter((one) => isShown(one) && !isForReaders(one));
  const charts = visible("svg.chart").filter((one) => !one.closest("table, .stats, .cards"))
    .map((one) => ({ ...boxOf(one), diagram: one.matches(".diagram") }));
  const tables = visible("table").map(boxOf);
  const media = visible("img, video, canvas, iframe, svg.chart, figure > svg")
    .filter((one) => opacityOf(one) > 0).map((one) => ({ ...boxOf(one), positioned: isPositioned(one), stack: idOf(one.closest(".r-stack")), full: Boolean(one.closest(".layout-image-full .media, .callout-icon, .katex")), beside: Boolean(one.closest(".media")) }));

  // Where the content may stand, and the slide number.
  const frameElement = own || slide.querySelector("section:not([data-marpit-advanced-background=background]):not([data-marpit-advanced-background=pseudo]), marp-section:not([data-marpit-advanced-background=background]):not([data-marpit-advanced-background=pseudo])");
  const padded = frameElement && styleOf(frameElement);
  const part = frameElement ? relative(frameElement.getBoundingClientRect()) : [0, 0, width, height];
  const pads = padded ? ["Left", "Top", "Right", "Bottom"].map((side) => parseFloat(padded[`padding${side}`]) || 0) : [0, 0, 0, 0];
  const numbers = [];
  const number = document.querySelector(".reveal > .slide-number");
  if (number && isShown(number) && number.textContent.trim()) numbers.push(round(relative(number.getBoundingClientRect())));
  const paged = slide.querySelector("[data-marpit-pagination]:not([data-marpit-advanced-background=background])");
  if (paged) {
    const pseudo = getComputedStyle(paged, "::after");
    const [r, b, w, h] = ["right", "bottom", "width", "height"].map((key) => parseFloat(pseudo[key]));
    if (pseudo.content !== "none" && pseudo.position === "absolute" && [r, b, w, h].every(Number.isFinite)) {
      const pad = ["Left", "Right", "Top", "Bottom"].map((side) => parseFloat(pseudo[`padding${side}`]) || 0);
      const around = relative(paged.getBoundingClientRect());
      // Only what is written: a box may be as wide as the slide.
      const inner = Math.min(w, 5 * parseFloat(pseudo.fontSize));
      numbers.push(round([around[0] + around[2] - r - pad[1] - inner, around[1] + around[3] - b - pad[3] - h, inner, h]));
    }
  }
  // The logo is a background of the slide, or of what is generated on slides of Marp's themes.
  const logos = [];
  const place = own ? styleOf(own) : frameElement && getComputedStyle(frameElement, "::before");
  if (place && !/^(none)?$/.test(place.getPropertyValue("--logo").trim())) {
    const of = (name, usual) => parseFloat(place.getPropertyValue(name)) || usual;
    const [end, top, high] = own ? [of("--space-x", 72), of("--logo-top", 14), of("--logo-height", 30)] : [42, 20, 30];
    const wide = high * of("--logo-ratio", 1);
    logos.push(round([place.direction === "rtl" ? part[0] + end : part[0] + part[2] - end - wide, part[1] + top, wide, high]));
  }
  const hiddenFragments = [...slide.querySelectorAll(FRAGMENT)].filter((one) => one.textContent.trim() && (opacityOf(one) < 0.05 || !isShown(one))).length;

  return JSON.stringify({
    width, height, frame: [rect.left, rect.top, scale], content: round([part[0] + pads[0], part[1] + pads[1], part[2] - pads[0] - pads[2], part[3] - pads[1] - pads[3]]), part: round(part),
    layout: [...(slide.classList ?? [])].concat(...(slide.querySelector("section, marp-section")?.classList ?? [])).filter((name) => name.startsWith("layout-")).join(" "),
    numbers, logos, texts, left, pictures, charts, tables, media, hiddenFragments, own: Boolean(own),
  });
})()
