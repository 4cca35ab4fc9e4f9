// What stands over the slides: mistakes, warnings, what runs off, what is being computed. The deck's style does not reach it.
const makePanel = (css, { open, next, outline }) => {
  const host = document.createElement("slidegen-panel");
  const shadow = host.attachShadow({ mode: "open" });
  const style = document.createElement("style");
  style.textContent = css;
  const make = (tag, name, text = "") => {
    const element = document.createElement(tag);
    if (name) element.className = name;
    if (text) element.textContent = text;
    return element;
  };
  const chips = make("div", "chips");
  const card = make("section", "card");
  card.setAttribute("role", "alert");
  card.hidden = true;
  shadow.append(style, chips, card);
  document.body.append(host);
  // Keys and clicks are not for the slides below.
  for (const name of ["click", "dblclick", "mousedown", "touchstart", "touchend", "keydown"]) {
    host.addEventListener(name, (event) => (name === "keydown" && event.key === "Escape") || event.altKey || event.stopPropagation());
  }

  const state = { problems: [], warnings: [], overflow: [], computing: null, away: false, hidden: null, warned: false };
  const deckShown = () => document.querySelector(".slides, .marpit") !== null;
  const plural = (count, one, many = `${one}s`) => `${count} ${count === 1 ? one : many}`;

  const row = ({ message, path, line }) => {
    const item = make("li");
    const button = make("button", "row");
    button.type = "button";
    if (path) button.append(make("span", "place", line ? `${path}:${line}` : path));
    button.append(make("span", "what", message));
    button.title = "Open in the editor";
    button.addEventListener("click", () => open(line ?? 1, path));
    item.append(button);
    return item;
  };

  const listed = (name, title, note, list, close) => {
    const head = make("header");
    const heading = make("h1", "", title);
    const shut = make("button", "shut", "\u00d7");
    shut.type = "button";
    shut.setAttribute("aria-label", "Hide");
    shut.addEventListener("click", close);
    head.append(heading, shut);
    const rows = make("ol");
    rows.append(...list.map(row));
    card.className = `card ${name}${deckShown() ? "" : " alone"}`;
    card.replaceChildren(head, rows, ...(note ? [make("p", "note", note)] : []));
    card.hidden = false;
  };

  const chip = (name, text, title, act) => {
    const element = make(act ? "button" : "div", `chip ${name}`);
    if (act) {
      element.type = "button";
      element.addEventListener("click", act);
    }
    element.append(make("span", "sign"), make("span", "", text));
    element.title = title;
    return element;
  };

  const draw = () => {
    const { problems, warnings, overflow, computing, away } = state;
    const shown = [];
    if (away) shown.push(chip("away", "Not connected", "slidegen serve has ended, or cannot be reached; run it again"));
    if (computing && !away) {
      const { text, done, total } = computing;
      const element = chip("computing", total ? `${text} · ${Math.floor(done)} of ${total}` : text, "Values that are not in the record yet");
      const bar = make("span", "bar");
      bar.style.setProperty("--done", total ? done / total : 0);
      element.append(bar);
      shown.push(element);
    }
    if (problems.length && state.hidden === problems) {
      shown.push(chip("bad", plural(problems.length, "mistake"), "Show the mistakes", () => { state.hidden = null; draw(); }));
    }
    if (overflow.length) {
      const title = `Slides ${overflow.map(({ name }) => name).join(", ")} run off. Click: go to the next one. Alt+O: outline what runs off`;
      shown.push(chip("warn", plural(overflow.length, "slide runs off", "slides run off"), title, next));
    }
    if (warnings.length && !problems.length) {
      shown.push(chip("quiet", plural(warnings.length, "warning"), "Show the warnings", () => { state.warned = !state.warned; draw(); }));
    }
    chips.replaceChildren(...shown);
    if (problems.length && state.hidden !== problems) {
      const note = deckShown() ? "The slides are those of the last build without mistakes." : "The deck appears as soon as it builds.";
      listed("bad", plural(problems.length, "mistake"), note, problems, () => { state.hidden = problems; draw(); });
    } else if (warnings.length && state.warned) {
      listed("warn", plural(warnings.length, "warning"), "", warnings, () => { state.warned = false; draw(); });
    } else {
      card.hidden = true;
      card.replaceChildren();
    }
  };
  return {
    set: (some) => {
      if (some.warnings && !some.warnings.length) state.warned = false;
      Object.assign(state, some);
      draw();
    },
    said: (text) => {
      const element = chip("quiet", text, text);
      chips.append(element);
      setTimeout(() => element.remove(), 4000);
    },
  };
};
