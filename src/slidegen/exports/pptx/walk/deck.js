// The whole deck: its look, then its slides one by one. `given` has the option `steps`, the addresses of links to files
// as they are `written`, the sign for their `place`, the CSS of the `tints` of charts, and the HTML of the `notes` of each slide.
const rootStyle = getComputedStyle(document.documentElement);
const sans = new Set();
const firstFamily = (selector, otherwise) => {
  const found = document.querySelector(selector);
  if (found && getComputedStyle(found).fontFamily.includes("sans-serif")) sans.add(familyOf(getComputedStyle(found)));
  return found ? familyOf(getComputedStyle(found)) : otherwise;
};
const TOKENS = { background: "background", surface: "surface", text: "text", quiet: "text-quiet", rule: "rule", accent: "accent", good: "good", warn: "warn", bad: "bad", series1: "series-1", series2: "series-2", series3: "series-3", series4: "series-4", series5: "series-5", series6: "series-6" };
const readLook = () => {
  const section = document.querySelector(".sheet section, .sheet marp-section");
  const own = getComputedStyle(section);
  const colors = {};
  const known = Object.entries(TOKENS).filter(([, token]) => rootStyle.getPropertyValue(`--${token}`).trim());
  const probes = document.createElement("div");
  probes.append(...known.map(([, token]) => Object.assign(document.createElement("i"), { style: `color: var(--${token})` })));
  document.body.append(probes);
  known.forEach(([name], at) => { colors[name] = colorOf(getComputedStyle(probes.children[at]).color); });
  probes.remove();
  const link = document.querySelector(".sheet a[href]");
  colors.background ??= colorOf(own.backgroundColor) ?? { rgb: "ffffff", alpha: 1 };
  colors.text ??= colorOf(own.color);
  colors.accent ??= (link && colorOf(getComputedStyle(link).color)) ?? colors.text;
  colors.quiet ??= colors.text;
  const text = familyOf(own.fontFamily ? own : rootStyle);
  Object.assign(look, {
    colors, text_font: firstFamily(".sheet .body p, .sheet p, .sheet li", text), heading_font: firstFamily(".sheet h1, .sheet h2", text),
    sans: [], code_font: firstFamily(".sheet pre code, .sheet code", "Courier New"), rtl: document.documentElement.dir === "rtl", lang: document.documentElement.lang || "en",
  });
  look.sans = [...sans];
};
// The notes stand in one element, so that the page is laid out once for all of them.
const readNotes = () => {
  const holder = Object.assign(document.createElement("div"), { className: "deck parts" });
  holder.style.cssText = "position: absolute; left: 0; top: 0; width: 800px";
  for (const html of given.notes) holder.append(Object.assign(document.createElement("div"), { className: "sheet-notes", innerHTML: html }));
  document.body.append(holder);
  const found = [...holder.children].map((one) => {
    sheet = one;
    return paragraphsIn(one, []).map((paragraph) => ({ ...paragraph, level: paragraph.level ?? 0, step: null }));
  });
  holder.remove();
  return found;
};
const pictureSizes = async () => {
  const found = new Set();
  for (const element of document.querySelectorAll(".sheet *")) {
    const url = /url\("?(data:[^")]+)"?\)/.exec(getComputedStyle(element).backgroundImage);
    if (url) found.add(url[1]);
  }
  await Promise.all([...found].map(async (address) => {
    const image = Object.assign(new Image(), { src: address });
    await image.decode().catch(() => null);
    sizes.set(address, [image.naturalWidth, image.naturalHeight]);
  }));
};

readLook();
await pictureSizes();
const notes = readNotes();
const slides = [];
for (const element of document.querySelectorAll(".sheet")) {
  sheet = element;
  const slide = slideOf();
  slide.number = Number(element.querySelector("[data-slide]").dataset.slide);
  slide.notes = notes[slide.number - 1] ?? [];
  slides.push(slide);
}
await Promise.all(waiting);
for (const slide of slides) {
  if (slide.ground.picture) slide.ground.picture = slide.ground.picture.data;
  slide.shapes = slide.shapes.filter((shape) => shape.kind !== "picture" || shape.data);
}
return JSON.stringify({ size: given.size, look, slides });
