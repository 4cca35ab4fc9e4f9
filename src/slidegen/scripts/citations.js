// Writes citations in a style of CSL with citeproc-js.

// Stand around each work in a citation, after its number there.
const OPEN = "\ufdd8", CLOSE = "\ufdd9";

// Writes the citations of a deck: `cited` holds them in order, as [works, whether it stands in a sentence]. A work is a
// "citation item" of CSL. Disambiguation may change a citation once more when a later one is written. Works that none
// cites are `uncited`.
function slidegenCite(style, locales, lang, items, cited, uncited) {
  try {
    const byId = Object.fromEntries(items.map((item) => [item.id, item]));
    const engine = new CSL.Engine({
      retrieveLocale: (tag) => locales[tag] ?? locales["en-US"],
      retrieveItem: (id) => byId[id],
    }, style, lang, true);
    engine.setOutputFormat("html");
    engine.updateItems([...new Set(cited.flatMap(([works]) => works.map((work) => work.id)))]);
    engine.updateUncitedItems(uncited);
    const texts = [], bare = new Set();
    cited.forEach(([works, inSentence], index) => {
      const before = texts.map((_, at) => [`c${at}`, 0]);
      const citationItems = works.map((work, at) => ({
        ...work,
        prefix: `${OPEN}${at}${OPEN}${work.prefix ?? ""}`,
        suffix: `${work.suffix ?? ""}${CLOSE}`,
      }));
      const unsorted = works.some((work) => work.prefix); // "see" stands where the author put it
      const properties = { noteIndex: 0, unsorted, ...(inSentence ? { mode: "composite" } : {}) };
      const citation = { citationID: `c${index}`, citationItems, properties };
      for (const [at, text] of engine.processCitationCluster(citation, before, [])[1]) texts[at] = text;
      if (inSentence) bare.add(index);
    });
    for (const index of bare) texts[index] = named(engine, texts[index], byId[cited[index][0][0].id]);
    const etAl = (text) => others(engine, text);
    const heading = engine.getTerm("reference", "long", 1) || "references";
    const title = heading[0].toUpperCase() + heading.slice(1);
    const listed = references(engine).map(([key, label, text]) => [key, label, etAl(text)]);
    return ["ok", { citations: texts.map(etAl), references: listed, heading: title }];
  } catch (error) {
    return ["error", String(error?.message ?? error)];
  }
}

// The author that stands for BibTeX's `and others` (bibtex.js) becomes "et al.".
function others(engine, text) {
  if (!text.includes(OTHERS)) return text;
  const and = `(?:&#38;|&amp;|&|${engine.getTerm("and")})`, term = engine.getTerm("et-al");
  const found = new RegExp(`,?\\s*(?:${and}\\s*)?${OTHERS}${term.endsWith(".") ? "\\.?" : ""}`, "g");
  return text.replace(found, ` ${term}`);
}

// A citation in a sentence begins with its authors, also in styles whose citations are numbers.
function named(engine, text, item) {
  const nameless = `${OPEN}0${OPEN}${CLOSE}`;
  text = text.replace(`${CLOSE} <sup>`, `${CLOSE}<sup>`); // a raised number stands at the name
  if (!text.startsWith(nameless)) return text;
  const names = (item.author ?? item.editor ?? []).map((name) => name.literal ??
    [name["non-dropping-particle"], name.family ?? name.given].filter(Boolean).join(" "));
  const and = engine.getTerm("and"), others = engine.getTerm("et-al");
  const shown = names.length > 2 ? `${names[0]} ${others}` : names.join(` ${and} `);
  const escaped = (shown || item.title || "").replace(/&/g, "&#38;").replace(/</g, "&#60;").replace(/>/g, "&#62;");
  return `${OPEN}0${OPEN}${escaped}${CLOSE}${text.slice(nameless.length)}`;
}

const LABEL = /<div class="csl-left-margin">([^]*?)<\/div>/;

// The references in the order of the style: the key, the label before it, the text.
function references(engine) {
  const made = engine.makeBibliography();
  if (!made) return [];
  return made[0].entry_ids.map((ids, at) => {
    const html = made[1][at];
    const text = html.replace(LABEL, "").replace(/<\/?div[^>]*>/g, " ").replace(/\s+/g, " ").trim();
    return [String(ids[0]), (LABEL.exec(html)?.[1] ?? "").trim(), text];
  });
}
