// The DOM of mermaidx reads a selector anew for each element that it compares, which took two thirds of a diagram's time.
// Here each selector is read once. Another version of the package may have other functions; then its own ones stay.
const slidegenRead = new Map();
const slidegenTests = new Map();
const slidegenSimple = /^(?:([a-zA-Z][\w-]*)|#([\w-]+)|((?:\.[\w-]+)+))$/;

function slidegenTest(compound, otherwise) {
  const [, tag, id, classes] = slidegenSimple.exec(compound) ?? [];
  if (tag) return (element) => (element.tagName ?? "").toLowerCase() === tag.toLowerCase();
  if (id) return (element) => element.getAttribute("id") === id;
  if (!classes) return (element) => otherwise(element, compound);
  const names = classes.slice(1).split(".");
  return (element) => {
    const own = element.getAttribute("class");
    return own !== null && names.every((name) => own.split(/\s+/).includes(name));
  };
}

if (typeof __splitTopLevel === "function" && typeof __parseComplex === "function" && typeof __matchesChain === "function") {
  const otherwise = __matchesCompound;
  __matchesCompound = (element, compound) => {
    if (!slidegenTests.has(compound)) slidegenTests.set(compound, slidegenTest(compound, otherwise));
    return slidegenTests.get(compound)(element);
  };
  __matches = (element, selector) => {
    if (!slidegenRead.has(selector)) {
      const parts = __splitTopLevel(selector.trim(), (sign) => sign === ",").map(([part]) => __parseComplex(part.trim()));
      slidegenRead.set(selector, parts.filter((chain) => chain.length));
    }
    return slidegenRead.get(selector).some((chain) => __matchesChain(element, chain, chain.length - 1));
  };
  __querySelector = (root, selector) => {
    for (const child of root.childNodes) {
      const found = child.nodeType !== 1 ? null : __matches(child, selector) ? child : __querySelector(child, selector);
      if (found) return found;
    }
    return null;
  };
}
