// Runs marp-core on decks. Random ids are seeded, so that the same deck gives the same bytes.
let seed;
Math.random = () => {
  seed = (seed + 0x6d2b79f5) | 0;
  let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
  return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
};

// Reading the themes and packing a style take longer than a hundred slides; for Marp's own themes it is done when the
// package is built (web/styles.py).
const prepared = globalThis.preparedStyles ?? { themes: [], styles: [] };
const packed = new Map(prepared.styles);
const BUILTIN = /@theme\s+(default|gaia|uncover)\b/;

const META = ["title", "description", "author", "keywords", "url", "image"];
// What stands for a block of code until Python, which highlights at the same time, has it (see slidegen.marks).
const [OPEN, CLOSE] = ["\ufdd4", "\ufdd5"];
// Marks of values, which Python fills in when the slides are there, and what stands around the content of a slide.
const PLACED = /(\ufdd0[0-9]+\ufdd1)/;
const CONTENT = ["\ufdda", "\ufddb"];

// What the deck at hand brings and finds.
let deck;

// Marp adds its own themes, always in the same order, when it is made.
function withPreparedThemes(make) {
  const { fromCSS } = Theme;
  const known = prepared.themes.values();
  Theme.fromCSS = (css, options) => {
    const { value } = known.next();
    return value ? Object.freeze(Object.assign(new Theme(value.name, value.css), value)) : fromCSS.call(Theme, css, options);
  };
  try {
    return make();
  } finally {
    Theme.fromCSS = fromCSS;
  }
}

function ownThemes() {
  return [...makeMarp().themeSet.themes()];
}

function makeMarp() {
  const marp = withPreparedThemes(() => new Marp({
    emoji: { shortcode: true, unicode: false },
    html: true,
    script: false,
    math: "katex",
    minifyCSS: false,
  }));
  marp.use(katexPlugin({}));
  for (const name of META) marp.customDirectives.global[name] = (value) => ({ [name]: String(value) });
  marp.customDirectives.local.slidegen = (value) => ({ slidegen: value });
  marp.use((md) => md.core.ruler.after("marpit_directives_apply", "slidegen_place", (state) => {
    for (const token of state.tokens) {
      const place = token.type === "marpit_slide_open" && token.meta?.marpitDirectives?.slidegen;
      if (place) token.attrSet("data-slidegen", place);
    }
  }));
  marp.use((md) => md.core.ruler.after("inline", "slidegen_asked", (state) => {
    for (const token of state.tokens.flatMap((block) => [block, ...(block.children ?? [])])) {
      const theme = token.type === "marpit_comment" && token.meta?.marpitParsedDirectives?.theme;
      if (theme) deck.asked.push(String(theme));
    }
  }));
  // Marp 2's shorthand, which many decks still have: an image of a colour is a directive for its slide.
  marp.use((md) => md.core.ruler.after("inline", "slidegen_colors", (state) => {
    for (const token of state.tokens.flatMap((block) => block.children ?? [])) {
      const color = token.type === "image" && token.attrGet("src");
      if (!color || !deck.colors.includes(color)) continue;
      const key = /\bbg\b/.test(token.content) ? "_backgroundColor" : "_color";
      Object.assign(token, { type: "marpit_comment", hidden: true, children: null, meta: { marpitParsedDirectives: { [key]: color } } });
    }
  }));
  marp.use(keepMarks);
  marp.use(wrapContent);
  marp.highlighter = (code, language) => {
    deck.codes.push([language, code]);
    return `${OPEN}${deck.codes.length - 1}${CLOSE}`;
  };
  const pack = marp.themeSet.pack.bind(marp.themeSet);
  // What comes before a theme's style is KaTeX's, which the page has already, with the fonts in it.
  marp.themeSet.pack = (theme, { before, ...options }) => {
    const own = !BUILTIN.test(`@theme ${theme}`) || deck.themes.some((css) => BUILTIN.test(css));
    // A preset gives the theme another width and height under the same name.
    const size = marp.lastGlobalDirectives?.size ?? [];
    const key = JSON.stringify([theme, options, own ? deck.themes : null].concat(size));
    if (!packed.has(key)) packed.set(key, pack(theme, options));
    return packed.get(key);
  };
  return marp;
}

// Marks stay whole in addresses; the ids of headings are made from what they stand for.
function keepMarks(md) {
  const { normalizeLink } = md;
  md.normalizeLink = (url) => url.split(PLACED).map((part) => (PLACED.test(part) ? part : normalizeLink(part))).join("");
  let kept;
  md.core.ruler.before("marp_slug", "slidegen_words", (state) => {
    kept = [];
    let heading = false;
    for (const token of state.tokens) {
      heading = token.type === "heading_open" || (heading && token.type !== "heading_close");
      for (const child of heading ? token.children ?? [] : []) {
        if (!PLACED.test(child.content)) continue;
        kept.push([child, child.content]);
        child.content = child.content.replace(/\ufdd0([0-9]+)\ufdd1/g, (_, index) => deck.words[index] ?? "");
      }
    }
  });
  md.core.ruler.after("marp_slug", "slidegen_marks", () => {
    for (const [child, content] of kept) child.content = content;
  });
}

// What a slide holds is closed and made harmless in Python: it has to know where that begins and ends.
function wrapContent(md) {
  md.renderer.rules.slidegen_content = (tokens, index) => tokens[index].content;
  md.core.ruler.before("marpit_collect", "slidegen_content", (state) => {
    const sign = (content) => Object.assign(new state.Token("slidegen_content", "", 0), { content });
    state.tokens = state.tokens.flatMap((token) => {
      if (token.type === "marpit_slide_open") return [token, sign(CONTENT[0])];
      return token.type === "marpit_slide_close" ? [sign(CONTENT[1]), token] : [token];
    });
  });
}

// The names of a theme's size presets, as marp-core's own plugin reads them: `@size name width height`, or `@size name false`.
function sizesOf(themeSet, theme) {
  const names = new Set();
  for (const line of themeSet.getThemeMeta(themeSet.get(theme, true), "size") ?? []) {
    const [name, ...rest] = line.split(/\s+/);
    if (rest.length === 2) names.add(name);
    else if (rest.length === 1 && rest[0] === "false") names.delete(name);
  }
  return [...names];
}

// The one that is warm already serves the first deck; themes that a deck brings are not for the next one.
let ready = makeMarp();

function slidegenMarp(markdown, themes, colors, words = []) {
  deck = { themes, colors, words, asked: [], codes: [] };
  const marp = ready ?? makeMarp();
  ready = null;
  seed = 0x9e3779b9; // making one takes random numbers too
  const problems = [];
  for (const css of themes) {
    try {
      marp.themeSet.add(css);
    } catch (error) {
      problems.push(String(error.message));
    }
  }
  const { html, css, comments } = marp.render(markdown, { htmlAsArray: true });
  const directives = marp.lastGlobalDirectives || {};
  return JSON.stringify({
    html, css, comments, problems, asked: deck.asked, codes: deck.codes,
    themes: [...marp.themeSet.themes()].map((theme) => theme.name),
    theme: directives.theme ?? null,
    size: directives.size ?? null,
    sizes: directives.size ? sizesOf(marp.themeSet, directives.theme) : [],
    meta: Object.fromEntries(META.filter((name) => directives[name]).map((name) => [name, directives[name]])),
  });
}

// The first deck pays for compiling: let it be this one, while Python is still starting.
deck = { themes: [], colors: [], words: [], asked: [], codes: [] };
ready.render("# a *b* `c` :x:\n\n* d\n\n```js\nf\n```\n\n| g |\n|---|\n| h |\n\n---\n\n![bg](i)\n\n<!-- j -->");
