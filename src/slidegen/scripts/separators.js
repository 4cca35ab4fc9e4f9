// Finds a deck's own separators, which are regular expressions of JavaScript, as reveal.js' plugin for Markdown does.
// Offsets are given in code points, as Python counts them.
function slidegenSeparators(text, beside, below, notes) {
  const compiled = {};
  for (const [key, source] of Object.entries({ separator: beside, verticalSeparator: below, notesSeparator: notes })) {
    if (source === null) continue;
    try {
      compiled[key] = new RegExp(source, key === "notesSeparator" ? "mgi" : "mg");
    } catch (error) {
      return JSON.stringify({ error: `${key}: ${error.message}` });
    }
  }
  const both = new RegExp(below === null ? beside : `${beside}|${below}`, "mg");
  const horizontal = new RegExp(beside);
  const places = (expression, more) => {
    const found = [];
    let points = 0;
    let at = 0;
    for (const match of text.matchAll(expression)) {
      if (match[0] === "") continue;
      points += [...text.slice(at, match.index)].length;
      const length = [...match[0]].length;
      found.push([points, points + length, ...more(match)]);
      points += length;
      at = match.index + match[0].length;
    }
    return found;
  };
  return JSON.stringify({
    separators: places(both, (match) => [horizontal.test(match[0])]),
    notes: places(compiled.notesSeparator, () => []),
  });
}
