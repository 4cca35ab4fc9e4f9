// Where a link inside the deck leads, by the rule of marp-cli: "#3" to the third slide, "#name" to the one that holds
// the element. Gives the number of the slide, from 0, and the element, if one is named; null if there is none.
function linkTarget(hash, slides) {
  const raw = hash.slice(1).split(":~:")[0];
  if (raw === "" || raw === "top") return { index: 0, element: null };
  if (/^\d+$/.test(raw)) return { index: Math.max(1, Math.min(Number(raw), slides.length)) - 1, element: null };
  const names = [raw];
  try {
    names.push(decodeURIComponent(raw)); // marp-core writes ids encoded, a speaker may not
  } catch { /* a stray percent sign: the name as it is */ }
  for (const name of names) {
    const element = document.getElementById(name) ?? document.querySelector(`a[name="${CSS.escape(name)}"]`);
    const index = element ? slides.findIndex((slide) => slide.contains(element)) : -1;
    if (index >= 0) return { index, element };
  }
  return null;
}
