// Reads BibTeX with Citation.js, and mends what it leaves of TeX and of the words of BibTeX.

function slidegenBibtex(text) {
  try {
    const entries = rawEntries(text);
    return ["ok", readBibtex(withLanguages(text)).map((item) => mended(item, entries.get(item.id) ?? ""))];
  } catch (error) {
    return ["error", String(error)];
  }
}

// Stands for `and others`.
const OTHERS = "\ufddaothers";
const GENRES = { phdthesis: "PhD thesis", mastersthesis: "Master’s thesis", mathesis: "Master’s thesis", techreport: "" };
const LANGUAGES = {
  american: "en-US", usenglish: "en-US", english: "en-US", british: "en-GB", ukenglish: "en-GB", german: "de-DE",
  ngerman: "de-DE", austrian: "de-AT", naustrian: "de-AT", french: "fr-FR", spanish: "es-ES", italian: "it-IT",
  portuguese: "pt-PT", brazilian: "pt-BR", brazil: "pt-BR", dutch: "nl-NL", swedish: "sv-SE", danish: "da-DK",
  norsk: "nb-NO", nynorsk: "nn-NO", finnish: "fi-FI", polish: "pl-PL", czech: "cs-CZ", russian: "ru-RU",
  ukrainian: "uk-UA", greek: "el-GR", turkish: "tr-TR", hungarian: "hu-HU", japanese: "ja-JP", chinese: "zh-CN",
};
// The addresses of an `eprint`, by its `eprinttype` or `archiveprefix` (biblatex's manual, "Electronic Publishing
// Information").
const ARCHIVES = {
  arxiv: "https://arxiv.org/abs/", jstor: "https://www.jstor.org/stable/", hdl: "https://hdl.handle.net/",
  pubmed: "https://pubmed.ncbi.nlm.nih.gov/", googlebooks: "https://books.google.com/books?id=",
};
const FOREIGN =
  /(?<!\S)(?:für|und|der|die|das|des|zur|zum|von|im|de|la|le|les|et|du|del|della|di|y|e|och|og|van|voor|het|en)(?!\S)/;

// The text of each entry by its key.
function rawEntries(text) {
  const starts = [...text.matchAll(/^[ \t]*@\w+[ \t]*[{(]\s*([^\s,={}()]+)[ \t]*,/gm)];
  return new Map(starts.map((start, at) => [start[1], text.slice(start.index, starts[at + 1]?.index)]));
}

// Citation.js keeps the case of titles in other languages, but knows their language from `language` only.
function withLanguages(text) {
  return text.split(/^(?=[ \t]*@)/m).map((entry) => /[,\s]language\s*=/i.test(entry) ? entry
    : entry.replace(/([,\s])(?:langid|hyphenation)(\s*=)/i, "$1language$2")).join("");
}

function field(entry, names) {
  return new RegExp(`[,\\s](?:${names})\\s*=\\s*[{"]?([^{}",\\s]+)`, "i").exec(entry)?.[1];
}

function mended(item, entry) {
  const known = GENRES[String(item.genre ?? "").toLowerCase()];
  if (known !== undefined) item.genre = known;
  if (item.genre === "") delete item.genre;
  if (item.language) item.language = LANGUAGES[String(item.language).toLowerCase()] ?? item.language;
  for (const [key, value] of Object.entries(item)) {
    if (typeof value === "string" && value.includes("\\")) {
      item[key] = value.replace(/\\(La|Bib)?(TeX)/g, "$1$2").replace(/\\([&%$#_{}])/g, "$1");
    }
    const last = Array.isArray(value) ? value.at(-1) : null;
    if (last?.family === "others" && !last.given) value[value.length - 1] = { family: OTHERS };
  }
  if (item.type === "report" && item.number) item.number = item.number.replaceAll("-", "\\-"); // else a dash
  const number = field(entry, "eprint"), kind = field(entry, "eprinttype|archiveprefix") ?? "arxiv";
  if (number && !item.URL && !item.DOI && kind.toLowerCase() in ARCHIVES) {
    item.URL = ARCHIVES[kind.toLowerCase()] + number;
  }
  // A journal's name has its own case already; the styles would write "Für".
  const journal = item["container-title"];
  if (journal && FOREIGN.test(journal)) item["container-title"] = `<span class="nocase">${journal}</span>`;
  if (item.title) {
    item.title = cased(item.title, entry).replace(/(?<![\p{L}\p{N}<&])\p{Ll}[⁰²³¹⁴-ₜ]+/gu, '<span class="nocase">$&</span>');
  }
  return item;
}

// A title in the case of sentences: Citation.js leaves compounds such as "Low-Rank", protected by braces or not.
function cased(title, entry) {
  if (!/\p{Lu}\p{Ll}+-\p{Lu}\p{Ll}/u.test(title) || (/^(?!en)/.test(LANGUAGES[field(entry, "langid|language")] ?? "en"))) {
    return title;
  }
  const start = /[,\s]title\s*=\s*[{"]/i.exec(entry);
  const bare = start ? entry.slice(start.index + start[0].length).replace(/\{[^{}]*\}/g, " ") : "";
  return title.replace(/(^|[.:?!]\s+)?(?<![\p{L}-])(\p{Lu})(\p{Ll}+(?:-\p{Lu}?\p{Ll}+)+)(?![\p{L}-])/gu, (all, opens, first, rest) =>
    !bare.includes(first + rest) ? all
      : opens === undefined ? (first + rest).toLowerCase() : opens + first + rest.toLowerCase());
}
