// Citation.js' reader of BibTeX and BibLaTeX, for the script that slidegen runs in-process (see bundle.py).
import { plugins } from "@citation-js/core";
import "@citation-js/plugin-bibtex";

// CSL's styles expect titles in sentence case; braces protect words, and other languages than English have no other.
plugins.config.get("@bibtex").parse.sentenceCase = "english";

globalThis.readBibtex = (text) => plugins.input.chain(text, { generateGraph: false, forceType: "@biblatex/text" });

// citeproc-js, which is loaded after this script, exports itself as a module of CommonJS; its `CSL` is global anyhow.
globalThis.module = {};
