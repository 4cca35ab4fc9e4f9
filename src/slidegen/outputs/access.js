// For screen readers: each move is said once, and the deck can be read as text.
document.addEventListener("DOMContentLoaded", () => {
  const main = document.querySelector(".reveal, .marpit");
  if (slidegen.speaker || !main) return;
  const SCROLLING = ".scrollable .body, .flow :is(table, .math-display, .katex-display, .wide-drawing), .phone-chart:has(> .diagram[style])";
  const ready = (act) => (window.Reveal && !Reveal.isReady() ? Reveal.on("ready", act) : act());
  const spoken = (element) => {
    const copy = element.cloneNode(true);
    for (const silent of copy.querySelectorAll("[aria-hidden=true], annotation, aside")) silent.remove();
    return copy.textContent.replace(/\s+/g, " ").trim();
  };

  // With the role "application", which reveal.js gives its element, they cannot read slides line by line (reveal.js#3772).
  ready(() => {
    main.setAttribute("role", "main");
    main.querySelector(".controls")?.setAttribute("role", "none"); // else a landmark inside of one
  });
  // Marp's fitted headings have their text in a drawing, which is not read; what scrolls can be reached by keys.
  const name = () => {
    for (const heading of main.querySelectorAll("[data-auto-scaling]:is([is^=marp-h], marp-h1, marp-h2)")) {
      heading.setAttribute("aria-label", spoken(heading));
    }
    for (const part of main.querySelectorAll(SCROLLING)) part.tabIndex = 0;
  };

  // --- what is new: the number and title of a slide, or the text of the fragment that came
  const status = slidegen.make('<div class="sg-status" role="status"></div>');
  let last = null;
  const moved = () => {
    name(); // `slidegen serve` exchanges slides
    const [index, step] = slidegen.at();
    const slide = slidegen.slides[index];
    if (!slide || slidegen.framed) return;
    const title = slide.querySelector("h1, h2, h3, h4, h5, h6, marp-h1, marp-h2");
    // A word in another language than the title would be misread.
    const place = `${asEnglish("Slide") ? "" : said("Slide")} ${index + 1} / ${slidegen.slides.length}${title ? `: ${spoken(title)}` : ""}`.trim();
    if (last && last[0] !== index) status.textContent = place;
    else if (last && step > last[1]) {
      status.textContent = [...slide.querySelectorAll(".current-fragment")].map(spoken).join(" ").trim() || `${step}`;
    }
    last = [index, step];
  };
  ready(() => {
    document.body.append(status);
    addEventListener("slidegen-moved", moved);
    moved();
  });

  // --- the deck as text
  const text = document.querySelector(".sg-transcript");
  if (!text) return;
  const read = () => document.querySelector(".sg-transcript[open]") ?? slidegen.opened(text.cloneNode(true));
  document.querySelector(".sg-skip").addEventListener("click", read);
  if (slidegen.talk) slidegen.talk.keys.x = read;
});
