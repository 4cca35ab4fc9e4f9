// Formulas in marp-core: by which library, those that stand in HTML, and those that come out wrong.

// What stands in HTML for a formula, and what tells that one could not be set (see slidegen.render.marp.math).
const FORMULA = /\ufde0([0-9]+)\ufde1/g;
const WRONG = {
  katex: /class="katex-error"|mathcolor="#cc0000"/,
  mathjax: / data-mjx-error="|<g data-mml-node="mtext" fill="red" stroke="red">/,
};
const SET = { katex: 'class="katex', mathjax: "<mjx-container" };
const PLUGINS = { katex: () => katexPlugin({}), mathjax: () => mathjaxPlugin() };

// What is asked of the formulas of a deck, and what came out.
const NO_FORMULAS = { library: "katex", formulas: [], longest: Infinity };
const math = (asked = {}) => ({ ...NO_FORMULAS, ...asked, set: [], wrong: [] });

// `asked` gives the deck's formulas as `math` made them.
function useMath(marp, asked) {
  const { library } = asked();
  marp.use(PLUGINS[library]());
  marp.use((md) => {
    const { rules } = md.renderer;
    for (const kind of ["marp_math_inline", "marp_math_block"]) {
      rules[kind] = (tokens, index, ...rest) => {
        const token = tokens[index];
        const tex = token.content;
        const deck = asked();
        // marp-core chooses a library by its directive; here it is chosen already.
        const { inlineRenderer, blockRenderer } = mathLibrary(marp, library);
        const rule = token.markup === "$$" ? blockRenderer : inlineRenderer;
        const html = tex.length <= deck.longest ? rule(marp)(tokens, index, ...rest) : md.utils.escapeHtml(tex);
        if (!html.includes(SET[library]) || WRONG[library].test(html)) deck.wrong.push([token.line ?? null, tex, html]);
        return token.block ? html : html.replace(/^<p>|<\/p>$/g, "");
      };
    }
    for (const kind of ["html_block", "html_inline"]) {
      const rule = rules[kind];
      rules[kind] = (...given) => rule(...given).replace(FORMULA, (_, number) => {
        const deck = asked();
        const [content, display, line] = deck.formulas[number];
        const token = { content, markup: display ? "$$" : "$", block: false, line };
        return (deck.set[number] = rules.marp_math_inline([token], 0, {}, {}, md.renderer));
      });
    }
  });
}

function mathLibrary(marp, library) {
  return marp[Symbol.for("marp-math-context")].libs[library];
}

// A line that begins with a formula in double dollars and goes on behind it is a paragraph: marp-core would take all
// that follows for the formula.
function mathBeforeText(md) {
  const displayed = new WeakSet();
  md.block.ruler.before("marp_math_block", "slidegen_math_before_text", (state, start, end, silent) => {
    const line = state.src.slice(state.bMarks[start] + state.tShift[start], state.eMarks[start]);
    if (!/^\$\$(?:[^$\\]|\\.)+\$\$[^$]*[^$\s]/.test(line)) return false;
    if (silent) return true;
    const [paragraph] = md.block.ruler.getRules("").slice(-1);
    if (!paragraph(state, start, end, false)) return false;
    displayed.add(state.tokens.at(-2).children);
    return true;
  }, { alt: ["paragraph", "reference", "blockquote", "list"] });
  md.inline.ruler.before("marp_math_inline", "slidegen_math_before_text", (state, silent) => {
    if (!displayed.has(state.tokens)) return false;
    const [whole, content] = /^\$\$((?:[^$\\]|\\[^])+)\$\$/.exec(state.src.slice(state.pos)) ?? [];
    if (!whole) return false;
    if (!silent) Object.assign(state.push("marp_math_inline", "math", 0), { markup: "$$", content });
    state.pos += whole.length;
    return true;
  });
}

// MathJax's style, for the package: it is the same for every deck.
function mathjaxStyle() {
  const marp = new Marp({ math: "mathjax", script: false });
  marp.use(mathjaxPlugin());
  marp.markdown.parse("$x$", {});
  return mathLibrary(marp, "mathjax").css(marp);
}
