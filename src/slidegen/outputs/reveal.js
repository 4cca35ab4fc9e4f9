// The theme: ?theme=light|dark wins, then the deck's own default, then the system. Key T switches.
(() => {
  const root = document.documentElement;
  const asked = new URLSearchParams(location.search).get("theme");
  const system = matchMedia("(prefers-color-scheme: dark)");
  const current = () => root.dataset.scheme || (system.matches ? "dark" : "light");
  if (asked === "light" || asked === "dark") root.dataset.scheme = asked;
  // Marp's own themes go dark by the class invert of their sections.
  const apply = () => {
    if (root.dataset.look !== "marp") return;
    for (const section of document.querySelectorAll("marp-section")) {
      section.dataset.invert ??= section.classList.contains("invert") ? "1" : "0";
      section.classList.toggle("invert", (section.dataset.invert === "1") !== (current() === "dark"));
    }
  };
  system.addEventListener("change", apply);
  document.addEventListener("DOMContentLoaded", apply);
  window.slidegen = {
    scheme: current,
    toggle() {
      root.dataset.scheme = current() === "dark" ? "light" : "dark";
      apply();
    },
  };

  let timer;
  addEventListener("mousemove", () => {
    root.classList.add("pointer-moves");
    clearTimeout(timer);
    timer = setTimeout(() => root.classList.remove("pointer-moves"), 2000);
  });

  // An upright phone gets a canvas of its own shape, on which text of the same size can be read.
  const phone = matchMedia("(max-width: 500px) and (orientation: portrait)");
  phone.addEventListener("change", () => location.reload());

  document.addEventListener("DOMContentLoaded", () => {
    const config = JSON.parse(document.getElementById("reveal-config").textContent);
    if (phone.matches && !root.dataset.look) {
      root.classList.add("phone");
      config.width = 640;
      config.height = Math.round((640 * innerHeight) / innerWidth);
    }
    Reveal.initialize({ ...config, plugins: [RevealNotes, RevealSearch, RevealZoom] });
    Reveal.addKeyBinding({ keyCode: 84, key: "T", description: "Switch light and dark" }, slidegen.toggle);
  });
})();
