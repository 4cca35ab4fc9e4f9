// Exchanges slides in the open page: only those that changed, and the one in view stays in view.
const players = (() => {
  const own = new Set(["past", "present", "future", "stack", "visible", "has-dark-background", "has-light-background"]);
  const kept = new Set(["class", "style", "hidden", "aria-hidden", "data-previous-indexv", "data-loaded", "data-slide-number"]);
  // What a slide tells of itself to the whole page: whether it counts, how the page looks while it is in view.
  const told = (slide) => [...slide.attributes].filter(({ name }) => /^data-(state|visibility|background|transition|auto)/.test(name))
    .map(({ name, value }) => `${name}=${value}`).join();

  const parsed = (html) => {
    const template = document.createElement("template");
    template.innerHTML = html;
    return document.importNode(template.content.firstElementChild, true);
  };

  // Gives a slide another content without giving up the element, which reveal.js knows and has laid out.
  const morph = (slide, fresh) => {
    for (const { name } of [...slide.attributes]) {
      if (!kept.has(name) && !fresh.hasAttribute(name) && !name.startsWith("data-index")) slide.removeAttribute(name);
    }
    for (const { name, value } of fresh.attributes) if (!kept.has(name)) slide.setAttribute(name, value);
    const states = [...slide.classList].filter((name) => own.has(name));
    const background = slide.slideBackgroundElement;
    slide.className = [...fresh.classList, ...states].join(" ");
    if (background) {
      const shown = [...background.classList].filter((name) => own.has(name));
      background.className = ["slide-background", ...fresh.classList, ...shown].join(" ");
    }
    slide.replaceChildren(...fresh.childNodes);
  };

  // How much two slides have in common, from 0 to 1: their words.
  const alike = (one, other) => {
    const [some, others] = [one, other].map(({ textContent }) => new Set(textContent.match(/[^\s]+/g) ?? []));
    const common = [...some].filter((word) => others.has(word)).length;
    return common / Math.max(1, some.size + others.size - common);
  };

  const reveal = {
    ready: (act) => (Reveal.isReady() ? act() : Reveal.on("ready", act)),
    stacks: () => [...document.querySelectorAll(".slides > section")].map((outer) => {
      const inner = [...outer.querySelectorAll(":scope > section")];
      return inner.length ? inner : [outer];
    }),
    current: () => Reveal.getCurrentSlide(),
    place: () => Reveal.getIndices(),
    show: (slide) => {
      const { h, v } = Reveal.getIndices(slide);
      Reveal.slide(h, v || 0, Infinity);
    },
    within: (slide, act) => {
      const lifted = [slide, slide.parentElement].filter((one) => one.matches("section"));
      const before = lifted.map((one) => [one, one.style.display, one.hidden]);
      for (const one of lifted) Object.assign(one, { hidden: false }).style.display = "block";
      const found = act();
      for (const [one, display, hidden] of before) Object.assign(one, { hidden }).style.display = display;
      return found;
    },
    // What reveal.js does for all slides takes long in a long deck, so it is asked for no more than what is needed.
    morphed: (slides, before, inView, outside) => {
      for (const slide of slides) {
        if (outside.includes(slide)) Reveal.syncSlide(slide);
        else Reveal.syncFragments(slide);
      }
      if (outside.length || slides.some((slide) => slide.querySelector(".r-stretch, .r-fit-text, [data-src]"))) {
        window.slidegen?.renew?.();
        reveal.settle(false, before, inView);
      } else if (slides.includes(inView)) {
        if (before.f !== undefined) Reveal.navigateFragment(before.f);
      }
    },
    // `before` is where the view was; the slide in view may have moved, or be gone.
    settle: (structure, before, slide) => {
      if (structure) Reveal.sync();
      const here = slide?.isConnected ? Reveal.getIndices(slide) : before;
      Reveal.slide(here.h, here.v || 0, before.f);
    },
    // The outermost elements of a stack of these slides: one slide is an element of its own.
    outer: (stack) => {
      if (stack.length === 1) return stack[0];
      const section = document.createElement("section");
      section.append(...stack);
      return section;
    },
    root: () => document.querySelector(".slides"),
    top: (slide) => (slide.parentElement.matches("section") ? slide.parentElement : slide),
  };

  const marp = {
    ready: (act) => (window.slidegen?.ready ? act() : addEventListener("DOMContentLoaded", () => act())),
    stacks: () => [...document.querySelectorAll(".marpit > svg")].map((slide) => [slide]),
    current: () => slidegen.slides[slidegen.at()[0]],
    place: () => ({ h: slidegen.at()[0], f: slidegen.at()[1] }),
    show: (slide) => slidegen.show(slidegen.slides.indexOf(slide), Infinity),
    within: (slide, act) => {
      const before = slide.style.display;
      slide.style.display = "block";
      const found = act();
      slide.style.display = before;
      return found;
    },
    morphed: (slides, before, inView) => {
      slidegen.renew();
      marp.settle(false, before, inView);
    },
    settle: (structure, before, slide) => {
      const index = slide?.isConnected ? slidegen.slides.indexOf(slide) : Math.min(before.h, slidegen.slides.length - 1);
      slidegen.show(index, before.f);
    },
    outer: (stack) => stack[0],
    root: () => document.querySelector(".marpit"),
    top: (slide) => slide,
  };

  // Exchanges the stacks between the first `front` and the last `back`. `live` holds the keys and elements of all slides.
  const swap = (player, live, { front, back, stacks, html }) => {
    const before = player.place();
    const inView = player.current();
    const gone = live.slice(front, live.length - back);
    const had = new Set(gone.flat().map(({ key }) => key));
    // Where slides only change, each keeps its element and its place; a slide that moves takes its element along.
    const same = gone.length === stacks.length && gone.every((stack, at) => stack.length === stacks[at].length
      && stack.every(({ key }, below) => key === stacks[at][below] || !had.has(stacks[at][below])));
    const changed = [];
    if (same) {
      const outside = [];
      gone.forEach((stack, at) => stack.forEach((slide, below) => {
        const key = stacks[at][below];
        if (slide.key === key) return;
        const fresh = parsed(html[key]);
        if (told(slide.element) !== told(fresh) || slide.element.slideBackgroundElement?.hasAttribute("data-background-hash")) {
          outside.push(slide.element);
        }
        morph(slide.element, fresh);
        Object.assign(slide, { key });
        changed.push(slide.element);
      }));
      player.morphed(changed, before, inView, outside);
      return changed;
    }
    // A slide that stays the same keeps its element, wherever it moves.
    const free = new Map();
    for (const slide of gone.flat()) free.set(slide.key, [...(free.get(slide.key) ?? []), slide]);
    const made = stacks.map((keys) => keys.map((key) => {
      const known = free.get(key)?.shift();
      if (known) return known;
      const element = parsed(html[key]);
      changed.push(element);
      return { key, element };
    }));
    // The slide in view may have changed while others came or went: the most similar new one takes its element.
    if ([...free.values()].flat().some(({ element }) => element === inView)) {
      const near = made.flat().filter(({ element }) => changed.includes(element)).map((slide) => [alike(inView, slide.element), slide]);
      const [likeness, slide] = near.reduce((best, one) => (one[0] > best[0] ? one : best), [0, null]);
      if (likeness > 0.4) {
        changed[changed.indexOf(slide.element)] = inView;
        morph(inView, slide.element);
        slide.element = inView;
      }
    }
    const root = player.root();
    const after = live[live.length - back]?.[0].element;
    const anchor = after ? player.top(after) : null;
    const tops = new Set(gone.flat().map(({ element }) => player.top(element)));
    const fresh = made.map((stack) => {
      for (const { element } of stack) element.remove();
      return player.outer(stack.map(({ element }) => element));
    });
    for (const top of tops) if (!fresh.includes(top)) top.remove();
    for (const top of fresh) root.insertBefore(top, anchor);
    live.splice(front, gone.length, ...made);
    window.slidegen?.renew?.();
    player.settle(true, before, inView);
    window.slidegen?.renew?.();
    return changed;
  };

  return { of: () => (window.Reveal ? reveal : document.querySelector(".marpit") ? marp : null), swap };
})();
