// The words of the interface: those of the deck's language that there are, by their English, and English marked as such.
const WORDS = JSON.parse(document.getElementById("slidegen-words")?.textContent || "{}");
const FOREIGN = !/^en\b/i.test(document.documentElement.lang || "en");
const said = (english) => WORDS[english] ?? english;
const asEnglish = (english) => (FOREIGN && !(english in WORDS) ? ' lang="en" dir="ltr"' : "");
const word = (english) => (asEnglish(english) ? `<span${asEnglish(english)}>${english}</span>` : said(english));
const named = (english, attribute = "aria-label") => `${attribute}="${said(english)}"${asEnglish(english)}`;
const sayIn = (element, english) => {
  element.textContent = said(english);
  element.lang = asEnglish(english) ? "en" : "";
  if (!element.lang) element.removeAttribute("lang");
};
