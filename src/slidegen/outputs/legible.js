// Text on a background of its own slide: it takes the scheme whose text reaches AA everywhere on it (WCAG 2.2, 4.5:1), and
// stands on a scrim if none does. Colours and gradients are known; a picture is looked at in a small canvas.
const legible = (() => {
  const LEAST = 4.5;
  const [WIDTH, HEIGHT] = [48, 27];
  const EXTREME = 0.02; // the share of the lightest and of the darkest points that do not count
  const COLOR = /(?:rgba?|color|(?:ok)?(?:lab|lch))\([^)]*\)/g;
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
  // What a value of CSS is in a scheme, as the browser computes it.
  const computed = (property, value, scheme) => {
    const probe = document.createElement("i");
    probe.style.colorScheme = scheme;
    probe.style[property] = value;
    document.body.append(probe);
    const found = getComputedStyle(probe)[property];
    probe.remove();
    return found;
  };
  const paint = (color, scheme) => fill(computed("color", color, scheme));
  const backgroundOf = (section) => {
    const { backgroundColor: color, backgroundGradient: gradient, backgroundImage: picture, backgroundOpacity: opacity } = section.dataset;
    if (window.Reveal) return { color, gradient, picture, opacity: Number(opacity ?? 1) };
    const style = section.style.backgroundImage;
    const url = /^url\((["']?)(.*)\1\)$/s.exec(style)?.[2];
    return { color: section.style.backgroundColor, gradient: url ? "" : style.replace(/^(none|initial)$/, ""), picture: url, opacity: 1 };
  };
  // The luminances of a background. `behind` is the scheme of what shines through it, `scheme` that of its own colours.
  function luminances({ color, gradient, opacity }, image, behind, scheme) {
    const ground = () => {
      paint("var(--background)", behind);
      if (color) paint(color, scheme);
    };
    if (gradient) {
      const stops = computed("backgroundImage", gradient, scheme).match(COLOR) ?? [];
      return stops.map((stop) => (ground(), fill(stop), pixels()[0]));
    }
    ground();
    if (image) {
      brush.globalAlpha = opacity;
      brush.drawImage(image, 0, 0, WIDTH, HEIGHT);
      brush.globalAlpha = 1;
    }
    return pixels();
  }
  // The scheme whose text can be read on a background while the page has a scheme; null if none has.
  function readable(background, image, page, given) {
    for (const scheme of given ? [given] : page === "dark" ? ["dark", "light"] : ["light", "dark"]) {
      // reveal.js paints backgrounds below the slides, in the page's scheme; a slide of Marp has its own.
      const own = window.Reveal ? (given ?? page) : scheme;
      const found = luminances(background, image, window.Reveal || background.color ? page : scheme, own).sort((a, b) => a - b);
      const off = Math.floor(found.length * EXTREME);
      paint("var(--text)", scheme);
      const text = pixels()[0];
      if (found.length && [found[off], found[found.length - 1 - off]].every((end) => contrast(end, text) >= LEAST)) return scheme;
    }
    return null;
  }
  // The slide number stands outside of its slide, which gives its state to the page.
  const mark = (section, name, state, on) => {
    section.classList.toggle(name, on);
    if (!window.Reveal) return;
    const states = (section.dataset.state ?? "").split(" ").filter((one) => one && one !== state);
    if (on) states.push(state);
    if (states.length) section.dataset.state = states.join(" ");
    else delete section.dataset.state;
  };
  // reveal.js takes back only the states that a slide had when it came into view.
  const tell = () => {
    if (!window.Reveal?.isReady()) return;
    const states = (Reveal.getCurrentSlide()?.dataset.state ?? "").split(" ");
    for (const state of ["on-dark", "on-light", "on-picture"]) {
      Reveal.getViewportElement().classList.toggle(state, states.includes(state));
    }
  };
  addEventListener("slidegen-moved", tell);
  // For each slide, which is another element after a change: its section, the scheme that this is given, and the readable
  // one in each scheme of the page.
  const looked = new Map();
  function apply({ section, given, found }) {
    const scheme = found[slidegen.scheme()];
    for (const name of given ? [] : ["dark", "light"]) mark(section, `on-${name}`, `on-${name}`, scheme === name);
    mark(section, "scrim", "on-picture", !scheme && !section.classList.contains("no-scrim"));
    tell();
  }
  async function look(slide, section) {
    const background = backgroundOf(section);
    const moves = section.querySelector(":scope > .sg-background") !== null; // no single picture stands for a video
    if (!(moves || background.color || background.gradient || background.picture)) return;
    const given = section.classList.contains("on-dark") ? "dark" : section.classList.contains("on-light") ? "light" : null;
    const found = moves ? { light: given, dark: given } : { light: null, dark: null };
    if (!moves) try {
      const image = background.picture && Object.assign(new Image(), { src: background.picture });
      if (image) await image.decode();
      for (const page of ["light", "dark"]) found[page] = readable(background, image, page, given);
    } catch {} // a picture that cannot be looked at
    looked.set(slide, { section, given, found });
    apply(looked.get(slide));
  }
  addEventListener("slidegen-scheme", () => {
    for (const [slide, one] of looked) slide.isConnected ? apply(one) : looked.delete(slide);
  });
  const looks = new WeakMap();
  // Each slide once, those that are asked for first: a picture may take a while.
  return async (slides = document.querySelectorAll(".deck .slide")) => {
    for (const slide of slides) {
      const section = slide.closest("section, marp-section");
      if (!section || section.matches(".layout-image-full")) continue;
      if (!looks.has(slide)) looks.set(slide, look(slide, section));
      await looks.get(slide);
    }
  };
})();
