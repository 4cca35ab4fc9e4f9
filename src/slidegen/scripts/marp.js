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
const RUNNING = ["\ufdde", "\ufddf"];
// The line of the deck that an element comes from (see slidegen.source_lines), and the tags that get it in raw HTML.
const LINE = "data-sg-line";
const TAG = /<(?:!--[^]*?(?:-->|$)|(script|style|xmp|iframe|noembed|noframes|plaintext)\b[^]*?(?:<\/\1|$)|([a-zA-Z][^\s/<>]*)(?:[^"'<>]|"[^"]*"|'[^']*')*)/gi;

// What the deck at hand brings: its front matter, slides and style sheets, images that stand for a colour, and what its
// marks stand for in words and in formulas; `running` has the lines of the running headers and footers. What is found in it
// is added: blocks of code, themes, formulas.
const NOTHING = { head: "", running: {}, slides: [], themes: [], colors: [], words: [], tex: [] };
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
    // What the ids of headings are made of, before those that are equal get a number.
    slug: { postSlugify: (slug, index) => (deck.found.slugs?.push(slug), index > 0 ? `${slug}-${index}` : slug) },
  }));
  marp.use(mathBeforeText);
  for (const name of META) marp.customDirectives.global[name] = (value) => ({ [name]: String(value) });
  // A directive that only marp-cli knows, so that the comment is none for the speaker; players here have one transition.
  marp.customDirectives.local.transition = () => ({});
  marp.use(parseSlides);
  marp.use(keepLines);
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

// The deck comes as slides, each as parts of Markdown or HTML: they are parsed one by one, so that none swallows another,
// and a ruler in one of them begins no slide.
function parseSlides(md) {
  md.core.ruler.disable("marpit_heading_divider");
  const whole = md.core.ruler.__rules__.find(({ name }) => name === "block").fn;
  md.core.ruler.at("block", (state) => {
    if (state.inlineMode) return whole(state);
    const { tokens } = state;
    md.block.ruler.enable("front_matter");
    if (deck.head) md.block.parse(`---\n${deck.head}\n---\n`, md, state.env, tokens);
    md.block.ruler.disable("front_matter");
    deck.slides.forEach((slide, number) => {
      if (number) tokens.push(Object.assign(new state.Token("hr", "hr", 0), { block: true }));
      for (const [html, text, row] of slide.parts) {
        const first = tokens.length;
        if (html) tokens.push(Object.assign(new state.Token("html_block", "", 0), { block: true, content: text, ready: true }));
        else md.block.parse(text, md, state.env, tokens);
        for (const token of tokens.slice(first)) {
          token.slide = slide;
          if (token.map) token.map = token.map.map((one) => one + row);
          if (token.type === "hr" && token.level === 0) token.type = "slidegen_ruler";
        }
      }
    });
  });
}

// What may be told about later gets the line that it comes from, formulas too. What comments say of themes and of running
// headers and footers is noted with its line; ids are made of headings before HTML in them gets an attribute.
function keepLines(md) {
  md.core.ruler.after("inline", "slidegen_notes", (state) => {
    for (const [token, line] of withLine(state)) {
      if (token.type.startsWith("marp_math_")) {
        token.content = token.content.replace(/\ufdd0([0-9]+)\ufdd1/g, (_, index) => deck.tex[index] ?? "");
        // Of a block, the line after its dollars.
        const above = token.map ? token.map[1] - token.map[0] - token.content.trimEnd().split("\n").length : 0;
        token.line = line(above > 1 ? 1 : 0);
      }
      const said = (token.type === "marpit_comment" && token.meta?.marpitParsedDirectives) || {};
      const lineIn = (key) => {
        const names = new RegExp(`(^|[^\\w-])${key}["']?\\s*:`);
        return line(Math.max(0, token.markup.split("\n").findIndex((row) => names.test(row))));
      };
      if (said.theme) deck.found.asked.push([lineIn("theme"), String(said.theme)]);
      for (const key of ["header", "footer", "_header", "_footer"]) if (said[key]) deck.running[said[key]] ??= lineIn(key);
    }
  });
  md.core.ruler.after("marp_slug", "slidegen_lines", (state) => {
    for (const [token, line] of withLine(state)) {
      const block = deck.served && token.block && token.map && token.nesting >= 0 && !token.hidden;
      if (block && token.type !== "html_block") token.attrSet(LINE, String(line(0)));
      else if (token.type === "image" || token.type === "link_open") token.attrSet(LINE, String(line(0)));
      else if (token.type.startsWith("html_")) token.content = withLines(token.content, line);
    }
  });
}

// Each token, and what gives the line of a row of it.
function* withLine(state) {
  let row = 0;
  for (const token of state.tokens) {
    if (state.inlineMode) token.slide = { line: deck.running[state.src] ?? 1 };
    if (!token.slide || token.ready) continue;
    // The rows of a table's body have no map, nor have cells: they follow one another.
    if (token.type === "tr_close") row += 1;
    else if (token.map) [row] = token.map;
    const first = row;
    yield [token, (below) => lineOf(token.slide, first + below)];
    for (const [child, rows] of withRows(token)) {
      yield [child, (below) => lineOf(token.slide, first + rows + below)];
    }
  }
}

// What an inline token holds, each with its row in it.
function* withRows({ content, children }) {
  let [row, at] = [0, 0];
  for (const child of children ?? []) {
    yield [child, row];
    if (child.type === "softbreak" || child.type === "hardbreak") row += 1;
    else if (child.type === "marpit_comment") row += lineEnds(child.markup);
    else if (child.type === "code_inline") {
      // Its line ends have become spaces.
      const start = content.indexOf(child.markup, at);
      const end = content.indexOf(child.markup, start + child.markup.length + child.content.trim().length);
      if (start < 0 || end < 0) continue;
      row += lineEnds(content.slice(start, end));
      at = end + child.markup.length;
    } else if (child.type !== "image") row += lineEnds(child.content);
  }
}

function lineEnds(text) {
  return text.split("\n").length - 1;
}

function lineOf(slide, row) {
  return slide.lines ? slide.lines[Math.min(row, slide.lines.length - 1)] : slide.line + row;
}

function withLines(html, line) {
  let [row, seen] = [0, 0];
  return html.replace(TAG, (tag, raw, name, at) => {
    const opened = raw ?? name;
    if (!opened) return tag;
    row += html.slice(seen, at).split("\n").length - 1;
    seen = at;
    return `<${opened} ${LINE}="${line(row)}"${tag.slice(opened.length + 1)}`;
  });
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
  md.core.ruler.after("marp_slug", "slidegen_marks", (state) => {
    for (const [child, content] of kept) child.content = content;
    if (state.inlineMode) return;
    // How many headings each slide has, to tell whose slugs they are.
    deck.found.headings = [];
    for (const { type } of state.tokens) {
      if (type === "marpit_slide_open") deck.found.headings.push(0);
      else if (type === "heading_open" && deck.found.headings.length) deck.found.headings[deck.found.headings.length - 1] += 1;
    }
  });
}

// What a slide holds is closed and made harmless in Python, and its running header and footer each by itself: it has to
// know where they begin and end.
function wrapContent(md) {
  md.renderer.rules.slidegen_content = (tokens, index) => tokens[index].content;
  md.core.ruler.before("marpit_collect", "slidegen_content", (state) => {
    const sign = (content) => Object.assign(new state.Token("slidegen_content", "", 0), { content });
    state.tokens = state.tokens.flatMap((token) => {
      if (/^marpit_(header|footer)_open$/.test(token.type)) return [sign(RUNNING[0]), token];
      if (/^marpit_(header|footer)_close$/.test(token.type)) return [token, sign(RUNNING[1])];
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

function slidegenMarp(source) {
  const given = JSON.parse(source);
  deck = { ...NOTHING, ...given, codes: [], found: { asked: [], slugs: [], headings: [] }, math: math(given.math) };
  const { themes } = deck;
  const marp = ready ?? makeMarp();
  ready = null;
  useMath(marp, () => deck.math);
  seed = 0x9e3779b9; // making one takes random numbers too
  const problems = [];
  for (const css of themes) {
    try {
      marp.themeSet.add(css);
    } catch (error) {
      problems.push(String(error.message));
    }
  }
  const { html, css, comments } = marp.render("", { htmlAsArray: true });
  const directives = marp.lastGlobalDirectives || {};
  return JSON.stringify({
    html, css, comments, problems, codes: deck.codes, ...deck.found, math: { set: deck.math.set, wrong: deck.math.wrong },
    themes: [...marp.themeSet.themes()].map((theme) => theme.name),
    theme: directives.theme ?? null,
    size: directives.size ?? null,
    sizes: directives.size ? sizesOf(marp.themeSet, directives.theme) : [],
    meta: Object.fromEntries(META.filter((name) => directives[name]).map((name) => [name, directives[name]])),
  });
}

// The first deck pays for compiling: let it be this one, while Python is still starting.
deck = { ...NOTHING, codes: [], found: { asked: [], slugs: [], headings: [] }, math: math() };
deck.slides = ["# a *b* `c` :x:\n\n* d\n\n```js\nf\n```\n\n| g |\n|---|\n| h |", "![bg](i)\n\n<!-- j -->"].map((text) => (
  { line: 1, lines: null, parts: [[false, text, 0]] }
));
ready.render("");
