// Lays the slides of an opened deck out as pages to print: one a page, or several on paper with notes and appendices.
// Slides keep the ancestors that their style sheets name, each its own; what stands around them is outside of these.
(options) => {
  const root = document.documentElement;
  const reveal = window.Reveal;
  const { steps, paper, chosen, title, titles, below, appendix, words } = options;

  const element = (name, className, ...children) => {
    const made = document.createElement(name);
    made.className = className;
    made.append(...children);
    return made;
  };

  // --- the slides: their size, and for each its pages (several with steps) and its notes
  const size = reveal
    ? { width: reveal.getConfig().width, height: reveal.getConfig().height }
    : { width: slidegen.slides[0].viewBox.baseVal.width, height: slidegen.slides[0].viewBox.baseVal.height };

  const framed = (outer, inner, page) => {
    const frame = element("div", outer, inner ? element("div", inner, page) : page);
    for (const side of ["width", "height"]) frame.style.setProperty(side, `${size[side]}px`, "important");
    return frame;
  };
  const revealSlides = () => {
    const outer = document.querySelector(".reveal").className;
    const slides = [];
    for (const page of document.querySelectorAll(".pdf-page")) {
      const section = page.querySelector("section[data-position]");
      const index = Number(section.dataset.position);
      const slide = (slides[index] ??= { pages: [] });
      for (const hidden of page.querySelectorAll("section")) {
        hidden.removeAttribute("aria-hidden");
        hidden.hidden = false;
      }
      const notes = section.querySelector(":scope aside.notes");
      slide.notes = notes ? [...notes.childNodes] : [];
      notes?.remove();
      slide.pages.push(framed(outer, "slides", page));
    }
    return slides;
  };
  const LIST = /^\s*(?:[-*+]|\d+[.)])\s/m; // lines that must stay lines; others are those of an editor
  // The player sets the classes of fragments, which its style sheet shows.
  const marpSlides = () => {
    const outer = document.querySelector(".marpit").className;
    const notes = JSON.parse(document.getElementById("notes").textContent);
    return slidegen.slides.map((svg, index) => {
      const state = (step) => {
        slidegen.show(index, step);
        return svg.cloneNode(true);
      };
      const states = steps ? Array.from({ length: slidegen.steps[index] + 1 }, (_, step) => state(step)) : [svg]; // the style sheet shows all of a whole slide
      const pages = states.map((page) => {
        page.classList.add("current");
        return framed(outer, "", page);
      });
      const paragraphs = notes[index].split(/\n{2,}/).filter((text) => text.trim());
      return { pages, notes: paragraphs.map((text) => element("p", LIST.test(text) ? "plain" : "", text)) };
    });
  };
  const everySlide = reveal ? revealSlides() : marpSlides();
  const slides = everySlide.map((slide, index) => ({ ...slide, number: index + 1, below: below[index] })).filter(({ number }) => chosen.includes(number));

  // A frame around something is no picture itself; a background of marp-core is one, with its text as caption.
  const describe = (figure) => {
    const background = figure.style.backgroundImage && ![...figure.children].some((child) => child.tagName !== "FIGCAPTION");
    const label = background ? figure.textContent.trim() : "";
    figure.setAttribute("role", label ? "img" : background ? "presentation" : "group");
    if (label) figure.setAttribute("aria-label", label);
  };

  // A browser tags nothing of a formula: it is a picture with its TeX as alternative text.
  const spell = (formula) => {
    const source = formula.querySelector("annotation");
    if (!source) return;
    formula.querySelector(".katex-html")?.removeAttribute("aria-hidden");
    formula.setAttribute("role", "img");
    formula.setAttribute("aria-label", source.textContent.trim());
  };

  // --- what a reader without a screen gets: headings once, those of a vertical stack below that of its first slide
  let top = 0;
  for (const slide of slides) {
    for (const [at, page] of slide.pages.entries()) {
      const headings = [...page.querySelectorAll("h1, h2, h3, h4, h5, h6")];
      const levels = headings.map((heading) => Number(heading.tagName[1]));
      const least = Math.min(...levels);
      if (!slide.below && levels.length) top = least;
      const deeper = slide.below && least <= top ? top + 1 - least : 0;
      for (const [index, heading] of headings.entries()) {
        if (at) heading.setAttribute("role", "presentation");
        else if (deeper) heading.setAttribute("aria-level", Math.min(6, levels[index] + deeper));
      }
      for (const figure of page.querySelectorAll("figure")) describe(figure);
      for (const formula of page.querySelectorAll(".katex")) spell(formula);
      for (const details of page.querySelectorAll("details")) details.open = true; // nobody can on paper
      for (const video of page.querySelectorAll("video")) video.controls = false; // the poster alone
      for (const head of page.querySelectorAll("th:not([scope])")) head.scope = head.closest("thead") ? "col" : "row";
    }
  }

  // --- the pages
  const scheme = getComputedStyle(root).colorScheme; // of the slides; paper is light
  const body = element("div", `printed ${paper ? `on-paper per-page-${paper.count}` : "full"}`);
  const fit = (box, [width, height]) => {
    const scale = Math.min(width / size.width, height / size.height);
    box.firstElementChild.style.cssText += `transform: scale(${scale}); transform-origin: 0 0;`;
    box.style.cssText = `color-scheme: ${scheme}; width: ${size.width * scale}px; height: ${size.height * scale}px;`;
    return box;
  };
  const notesOf = (slide) => (paper.notes && slide.notes.length ? [element("div", "notes-text", ...slide.notes)] : []);
  const label = (name, className, [text, lang], more = "") => {
    const made = element(name, className, text, more);
    made.lang = lang;
    return made;
  };
  const number = (slide) => label("p", "number", words.slide, ` ${slide.number}`);
  const item = (slide, page, more) =>
    element("div", "item", element("div", "shown", fit(element("div", "thumb", page), paper.thumb), number(slide)), ...more);

  // Each page of a slide is an item; the notes and the lines to write on belong to its last one.
  const items = slides.flatMap((slide) =>
    slide.pages.map((page, at) => {
      page.dataset.slide = slide.number;
      if (!paper) return page;
      const last = at === slide.pages.length - 1;
      return item(slide, page, paper.lines ? [element("div", "lines", ...Array.from({ length: 7 }, () => document.createElement("i")))] : last && paper.beneath ? notesOf(slide) : []);
    }));
  const count = paper ? paper.count : 1;
  for (let at = 0; at < items.length; at += count) body.append(element("div", "sheet", ...items.slice(at, at + count)));
  if (paper && !paper.beneath) {
    const noted = slides.filter((slide) => notesOf(slide).length);
    const text = noted.flatMap((slide) => [element("h2", "", `${slide.number}. ${titles[slide.number - 1]}`), ...notesOf(slide)]);
    if (text.length) body.append(element("div", "appendix", label("h1", "", words.notes), ...text));
  }
  if (paper && appendix) {
    const numbers = element("div", "appendix");
    numbers.innerHTML = appendix;
    body.append(numbers);
  }
  document.body.replaceChildren(body);
  // A link leads to an element of its very name, or to a slide by its number; others are text, as in the rest of a deck.
  for (const one of body.querySelectorAll('a[href^="#"]')) {
    const name = one.getAttribute("href").slice(1);
    const { index, element: found } = linkTarget(`#${name}`, slides.map(({ pages }) => pages[0])) ?? {};
    if (document.getElementById(name)) continue;
    const slide = found ? slides[index] : slides.find((other) => String(other.number) === name);
    const target = found ?? slide?.pages[0];
    if (!target) one.removeAttribute("href");
    else {
      target.id ||= `slide-${slide.number}`;
      one.setAttribute("href", `#${target.id}`);
    }
  }

  // A link to a file beside the page, of which a browser would make an address on this machine, is written later.
  const written = [];
  for (const one of body.querySelectorAll("a")) {
    const link = [...one.attributes].find(({ localName }) => localName === "href"); // in a drawing, of XLink
    if (!link?.value || link.value.startsWith("#") || !URL.canParse(link.value, location)) continue;
    if ([location.protocol, options.place].includes(new URL(link.value, location).protocol)) link.value = `${options.place}${written.push(link.value) - 1}`;
  }

  // --- the style of the pages
  const text = (string) => `"${string.replace(/["\\\n\r\f<]/g, (sign) => `\\${sign.codePointAt(0).toString(16)} `)}"`;
  const style = document.createElement("style");
  const [width, height] = paper ? paper.size : [size.width, size.height];
  const margin = paper ? paper.margin : 0;
  const small = `font: 400 ${11 * (paper?.scale ?? 1)}px/1.3 ${getComputedStyle(root).getPropertyValue("--font-text")}; color: #555;`;
  const head = [...title].length > 90 ? `${[...title].slice(0, 90).join("").trimEnd()}…` : title; // one line
  const [start, end] = root.dir === "rtl" ? ["right", "left"] : ["left", "right"];
  const running = paper
    ? `@top-${start} { content: ${text(head)}; ${small} } @bottom-${end} { content: counter(page) " / " counter(pages); ${small} }`
    : "";
  style.textContent = `${options.css}
    @page { size: ${width}px ${height}px; margin: ${margin}px; ${running} }
    .full .sheet { width: ${width}px; height: ${height}px; }
    .on-paper { width: ${width - 2 * margin}px; --inner-height: ${height - 2 * margin}px; --scale: ${paper?.scale}; }`;
  root.classList.toggle("stepped", steps);
  document.head.append(style);
  // Two slides share a page as halves, as large as the notes allow; the longest notes, which get the next page, do not count.
  const halve = () => {
    if (paper?.count !== 2) return;
    const sum = (elements) => [...elements].reduce((total, one) => total + one.offsetHeight, 0);
    const sheets = [...body.querySelectorAll(".sheet")];
    const inner = height - 2 * margin - 1;
    if (paper.least) {
      const rooms = sheets.map((sheet) => (inner - sum(sheet.children) + sum(sheet.querySelectorAll(".thumb"))) / 2);
      const room = Math.floor(Math.min(paper.thumb[1], ...rooms.filter((one) => one >= paper.least[1])));
      for (const box of body.querySelectorAll(".thumb")) fit(box, [paper.thumb[0], room]);
    }
    for (const sheet of sheets) sheet.classList.toggle("halves", sum(sheet.children) <= inner);
  };
  // A soft hyphen where no line ends would part the word for a program that reads the PDF.
  const mend = () => {
    const walker = document.createTreeWalker(body, NodeFilter.SHOW_TEXT);
    const found = [];
    while (walker.nextNode()) if (walker.currentNode.data.includes("\u00ad")) found.push(walker.currentNode);
    const top = (node, at) => {
      const range = document.createRange();
      range.setStart(node, at);
      range.setEnd(node, at + 1);
      return [...range.getClientRects()].at(-1)?.top; // the first one may be an empty one before a break
    };
    const kept = found.map((node) => [...node.data].filter((sign, at) => sign !== "\u00ad" || top(node, at - 1) !== top(node, at + 1)).join(""));
    found.forEach((node, index) => { node.data = kept[index]; });
  };
  const frame = () => new Promise((done) => requestAnimationFrame(done));
  const headings = [...body.querySelectorAll("h1, h2, h3, h4, h5, h6")].map((heading) => heading.innerText);
  return document.fonts.ready.then(frame).then(frame).then(halve).then(mend).then(() => ({ headings, written }));
}
