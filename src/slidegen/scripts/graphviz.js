// What a page would give to the WebAssembly build of Graphviz, and its start. It has no file system with files in it.
globalThis.location ??= { href: "" };
globalThis.atob ??= (text) => {
  const signs = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  const parts = [];
  for (let at = 0; at < text.length; at += 4) {
    const four = [0, 1, 2, 3].map((by) => Math.max(0, signs.indexOf(text[at + by] ?? "=")));
    const bits = (four[0] << 18) | (four[1] << 12) | (four[2] << 6) | four[3];
    parts.push(String.fromCharCode(bits >> 16, (bits >> 8) & 255, bits & 255));
  }
  const padding = text.endsWith("==") ? 2 : text.endsWith("=") ? 1 : 0;
  const all = parts.join("");
  return all.slice(0, all.length - padding);
};
globalThis.TextDecoder ??= class {
  decode(bytes) {
    let text = "";
    for (const byte of bytes) text += "%" + byte.toString(16).padStart(2, "0");
    try {
      return decodeURIComponent(text);
    } catch {
      return unescape(text);
    }
  }
};
// Not secret, so that the same graph is always drawn in the same way.
globalThis.crypto ??= { getRandomValues: (bytes) => bytes.fill(7) };
let slidegenViz = null;
let slidegenFailed = null;

// Begins to compile; compiling needs turns of the event loop, so the caller asks until it is ready.
function slidegenBegin() {
  if (!slidegenViz && !slidegenFailed) {
    Viz.instance().then((viz) => { slidegenViz = viz; }, (error) => { slidegenFailed = String(error); });
  }
  return true;
}

function slidegenReady() {
  return slidegenFailed ?? slidegenViz !== null;
}

function slidegenGraph(source, defaults) {
  const result = slidegenViz.render(source, { format: "svg", ...defaults });
  return [result.status, result.output ?? "", result.errors.map(({ level, message }) => `${level ?? ""}: ${message}`)];
}
