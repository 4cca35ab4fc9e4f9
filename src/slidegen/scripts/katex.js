// Sets formulas, each a text and whether it is displayed; an error is an answer too.
function slidegenRender(formulas) {
  return formulas.map(([tex, display]) => {
    try {
      return ["ok", katex.renderToString(tex, {
        displayMode: display, throwOnError: true, strict: false, trust: false, errorColor: "#cc0001",
        maxSize: 50, maxExpand: 1000,
      })];
    } catch (error) {
      return ["error", String(error.message)];
    }
  });
}
