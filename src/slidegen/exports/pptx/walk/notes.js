// The speaker notes of all slides as HTML, before the slides are laid out as pages.
(() => {
  if (window.Reveal) {
    const found = [];
    for (const section of document.querySelectorAll("section[data-position]")) {
      found[Number(section.dataset.position)] = [...section.querySelectorAll(":scope > aside.notes, aside.notes")].map((one) => one.innerHTML).join("\n");
    }
    return [...found].map((one) => one ?? "");
  }
  const plain = (text) => Object.assign(document.createElement("p"), { textContent: text, style: "white-space: pre-line" }).outerHTML;
  return JSON.parse(document.getElementById("notes").textContent).map((text) => text.split(/\n{2,}/).filter((part) => part.trim()).map(plain).join("\n"));
})()
