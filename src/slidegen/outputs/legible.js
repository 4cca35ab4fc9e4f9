// Text on a background of its own slide: it takes the scheme whose text reaches AA everywhere on it (WCAG 2.2, 4.5:1), and
// stands on a scrim if none does. Colours and gradients are known; a picture is looked at in a small canvas.
const legible = (() => {
  const LEAST = 4.5;
  const [WIDTH, HEIGHT] = [48, 27];
  const EXTREME = 0.02; // the share of the lightest and of the darkest points that do not count
  const COLOR = /rgba?\([^)]*\)|color\([^)]*\)/g;
  const canvas = Object.assign(document.createElement("canvas"), { width: WIDTH, height: HEIGHT });
  const brush = canvas.getContext("2d", { willReadFrequently: true });
  const pixels = () => {
    const { data } = brush.getImageData(0, 0, WIDTH, HEIGHT);
    return Array.from({ length: data.length / 4 }, (_, at) => luminance(data.subarray(4 * at)));
  };
  const luminance = (color) => [0.2126, 0.7152, 0.0722].reduce((sum, share, at) => {
    const part = color[at] / 255;
    return sum + share * (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
  }, 0);
  const fill = (color) => {
    brush.fillStyle = color;
    brush.fillRect(0, 0, WIDTH, HEIGHT);
  };
  const contrast = (a, b) => (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
  // The colour of a token in a scheme, as the browser computes it.
  const token = (name, scheme) => {
    const probe = document.createElement("i");
    probe.style.cssText = `color-scheme: ${scheme}; color: var(--${name})`;
    document.body.append(probe);
    const { color } = getComputedStyle(probe);
    probe.remove();
    return color;
  };
  const ofToken = (name, scheme) => {
    fill(token(name, scheme));
    return pixels()[0];
  };
  const backgroundOf = (section) => {
    const { backgroundColor: color, backgroundGradient: gradient, backgroundImage: picture, backgroundOpacity: opacity } = section.dataset;
    if (window.Reveal) return { color, gradient, picture, opacity: Number(opacity ?? 1) };
    const style = section.style.backgroundImage;
    const url = /^url\((["']?)(.*)\1\)$/s.exec(style)?.[2];
    return { color: section.style.backgroundColor, gradient: url ? "" : style.replace(/^(none|initial)$/, ""), picture: url, opacity: 1 };
  };
  // The luminances of a background; null if it has none that can be looked at.
  async function luminances({ color, gradient, picture, opacity }, scheme) {
    brush.globalAlpha = 1;
    fill(token("background", scheme));
    if (color) fill(color);
    if (gradient) {
      const probe = document.createElement("i");
      probe.style.backgroundImage = gradient;
      document.body.append(probe);
      const stops = getComputedStyle(probe).backgroundImage.match(COLOR) ?? [];
      probe.remove();
      return stops.map((stop) => (fill(stop), pixels()[0]));
    }
    if (picture) {
      const image = new Image();
      image.src = picture;
      await image.decode();
      brush.globalAlpha = opacity;
      brush.drawImage(image, 0, 0, WIDTH, HEIGHT);
      brush.globalAlpha = 1;
    }
    return color || picture ? pixels() : null;
  }
  // The slide number stands outside of its slide, which gives its state to the page.
  const mark = (section, name, state = name) => {
    section.classList.add(name);
    if (!window.Reveal) return;
    section.dataset.state = [section.dataset.state, state].filter(Boolean).join(" ");
    if (section === Reveal.getCurrentSlide()) Reveal.getViewportElement().classList.add(state);
  };
  async function look(section) {
    const background = backgroundOf(section);
    if (!(background.color || background.gradient || background.picture)) return;
    const given = section.classList.contains("on-dark") ? "dark" : section.classList.contains("on-light") ? "light" : null;
    const schemes = given ? [given] : slidegen.scheme() === "dark" ? ["dark", "light"] : ["light", "dark"];
    for (const scheme of schemes) {
      const found = (await luminances(background, scheme).catch(() => [0, 1])) ?? [];
      found.sort((a, b) => a - b);
      const off = Math.floor(found.length * EXTREME);
      const ends = [found[off], found[found.length - 1 - off]];
      const text = ofToken("text", scheme);
      if (found.length && ends.every((end) => contrast(end, text) >= LEAST)) {
        if (!given) mark(section, `on-${scheme}`);
        return;
      }
    }
    section.dataset.contrast = "low";
    if (!section.classList.contains("no-scrim")) mark(section, "scrim", "on-picture");
  }
  // Each slide once, one after the other: they share the canvas.
  return async () => {
    for (const slide of document.querySelectorAll(".deck .slide:not([data-looked])")) {
      slide.dataset.looked = "";
      const section = slide.closest("section, marp-section");
      if (section && !section.matches(".layout-image-full")) await look(section);
    }
  };
})();
