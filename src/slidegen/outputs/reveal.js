// The theme: ?theme=light|dark wins, then the deck's own default, then the system. Key T switches.
(() => {
  const root = document.documentElement;
  const asked = new URLSearchParams(location.search).get("theme");
  const system = matchMedia("(prefers-color-scheme: dark)");
  const current = () => root.dataset.scheme || (system.matches ? "dark" : "light");
  if (asked === "light" || asked === "dark") root.dataset.scheme = asked;
  window.slidegen = {
    scheme: current,
    toggle() { root.dataset.scheme = current() === "dark" ? "light" : "dark"; },
  };

  let timer;
  addEventListener("mousemove", () => {
    root.classList.add("pointer-moves");
    clearTimeout(timer);
    timer = setTimeout(() => root.classList.remove("pointer-moves"), 2000);
  });

  document.addEventListener("DOMContentLoaded", () => {
    const config = JSON.parse(document.getElementById("reveal-config").textContent);
    Reveal.initialize({ ...config, plugins: [RevealNotes, RevealSearch, RevealZoom] });
    Reveal.addKeyBinding({ keyCode: 84, key: "T", description: "Switch light and dark" }, slidegen.toggle);
  });
})();
