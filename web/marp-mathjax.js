// Stands for marp-core's `#marp-mathjax`, which imports MathJax 4 as the plugin expects it. MathJax 3 is what marp-cli
// sets formulas with, so they look as they do there; the font of MathJax 4 loads parts of itself while it works, which
// V8 alone cannot do.
import { liteAdaptor } from "mathjax-full/js/adaptors/liteAdaptor.js";
import { RegisterHTMLHandler } from "mathjax-full/js/handlers/html.js";
import { TeX } from "mathjax-full/js/input/tex.js";
import { AllPackages } from "mathjax-full/js/input/tex/AllPackages.js";
import { Configuration } from "mathjax-full/js/input/tex/Configuration.js";
import { CommandMap } from "mathjax-full/js/input/tex/SymbolMap.js";
import TexError from "mathjax-full/js/input/tex/TexError.js";
import { TextMacrosMethods } from "mathjax-full/js/input/tex/textmacros/TextMacrosMethods.js";
import { TextParser } from "mathjax-full/js/input/tex/textmacros/TextParser.js";
import { mathjax as module } from "mathjax-full/js/mathjax.js";
import { SVG } from "mathjax-full/js/output/svg.js";

// TeX's own command for a letter by its number, in formulas and in the text in them: values in formulas use it, and
// MathJax lacks it.
const [LETTER, LETTER_IN_TEXT] = ["slidegen-letter", "slidegen-letter-in-text"];
new CommandMap(LETTER, { char: "letter" }, {
  letter(parser) {
    const [digits] = /^[0-9]+/.exec(parser.string.slice(parser.i)) ?? [];
    if (digits === undefined || Number(digits) > 0x10ffff) throw new TexError("BadChar", "\\char needs a number");
    parser.i += digits.length;
    const letter = String.fromCodePoint(Number(digits));
    if (parser instanceof TextParser) parser.text += letter;
    else parser.Push(parser.create("token", "mi", { mathvariant: "normal" }, letter));
  },
});
// What text in MathJax's formulas lacks.
new CommandMap(LETTER_IN_TEXT, {
  backslash: ["Insert", "\\"], textasciitilde: ["Insert", "~"], textasciicircum: ["Insert", "^"], text: ["Macro", "#1", 1],
}, TextMacrosMethods);
Configuration.create(LETTER, { handler: { macro: [LETTER] } });
Configuration.create(LETTER_IN_TEXT, { parser: "text", handler: { macro: [LETTER, LETTER_IN_TEXT] } });

class TeXWithLetters extends TeX {
  constructor(options) {
    super({ ...options, textmacros: { packages: ["text-base", LETTER_IN_TEXT] } });
  }
}

let made;

export function mathjax() {
  if (!made) {
    const adaptor = liteAdaptor();
    RegisterHTMLHandler(adaptor);
    const handler = { create: (content, options) => module.document(content, options) };
    made = { adaptor, handler, TeX: TeXWithLetters, SVG, packages: [...AllPackages, LETTER], fontExtensions: [] };
  }
  return made;
}
