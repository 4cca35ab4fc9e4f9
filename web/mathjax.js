// marp-core's MathJax plugin, in a script of its own: only decks that MathJax sets load it (see bundle.py).
import mathjaxPlugin from "@marp-team/marp-core/plugins/mathjax";

Object.assign(globalThis, { mathjaxPlugin });
