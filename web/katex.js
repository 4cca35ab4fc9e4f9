// Stands for KaTeX in marp-core's bundle: slidegen has it as a script of its own, which only decks with math wait for.
export const renderToString = (...given) => globalThis.katex.renderToString(...given);
// Names the folder of KaTeX's fonts on a server; decks have the fonts inside.
export const version = "";
