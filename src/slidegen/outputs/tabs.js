// Tabsets, by the pattern for tabs of the WAI-ARIA Authoring Practices: of the panels that stand below each other in the
// page one is shown, under a list of tabs that has the titles of all. On paper and on phones they stay as they are.
document.addEventListener("DOMContentLoaded", () => {
  if (slidegen.speaker) return;
  const root = document.documentElement;
  const printView = /print-pdf/i.test(location.search);
  const separate = /pdfSeparateFragments=true/i.test(location.search); // a page for each step
  const sets = (within = document) => [...within.querySelectorAll(".tabset")].filter((set) => panelsOf(set).length > 1);
  const panelsOf = (set) => [...set.querySelectorAll(":scope > .tab-panel")];
  const tabsOf = (set) => [...set.querySelectorAll(":scope > .tab-list > [role=tab]")];
  const titleOf = (panel) => panel.querySelector(":scope > .tab-title");
  const spoken = (title) => title?.textContent.replace(/\s+/g, " ").trim() ?? "";
  let count = 0;

  // --- which panel is shown
  const chosen = new Map(); // by the place of the tabset: what `slidegen serve` exchanges keeps its tab
  const placeOf = (set) => {
    const index = slidegen.slides.findIndex((slide) => slide.contains(set));
    return `${index}/${index < 0 ? 0 : sets(slidegen.slides[index]).indexOf(set)}`;
  };
  const select = (set, at) => {
    chosen.set(placeOf(set), at);
    panelsOf(set).forEach((panel, index) => panel.classList.toggle("open", index === at));
    tabsOf(set).forEach((tab, index) => {
      tab.setAttribute("aria-selected", index === at);
      tab.tabIndex = index === at ? 0 : -1;
    });
  };
  // Tabsets of one group change together, as far as they have a tab of that title. Where tabs come in steps, these decide.
  const choose = (set, at) => {
    select(set, at);
    const { group } = set.dataset;
    if (group === undefined) return;
    const name = spoken(titleOf(panelsOf(set)[at]));
    for (const other of sets()) {
      if (other === set || other.dataset.group !== group || other.querySelector(":scope > .tab-panel > .tab-step")) continue;
      const same = panelsOf(other).findIndex((panel) => spoken(titleOf(panel)) === name);
      if (same >= 0) select(other, same);
    }
  };
  // What a person chooses here is chosen in the other windows of the talk, too.
  const pick = (set, at) => {
    choose(set, at);
    const slide = slidegen.slides.findIndex((one) => one.contains(set));
    slidegen.talk?.tell({ tab: { slide, panel: all(slidegen.slides[slide]).indexOf(panelsOf(set)[at]) } });
  };
  const take = ({ slide, panel: at }) => {
    const panel = slidegen.slides[slide] && all(slidegen.slides[slide])[at];
    if (panel) choose(panel.parentElement, panelsOf(panel.parentElement).indexOf(panel));
  };
  const initial = (set) => Math.max(0, panelsOf(set).findIndex((panel) => panel.hasAttribute("data-open")));
  // The latest fragment that has come shows its panel: one inside of it, or the mark of a tab that comes in a step.
  const follow = (set) => {
    const order = (fragment) => Number(fragment.dataset.fragmentIndex ?? 0);
    const come = [...set.querySelectorAll(".fragment.visible")];
    const last = come.reduce((found, one) => (found && order(found) > order(one) ? found : one), null);
    const state = last ? `${come.length} ${order(last)}` : "";
    if ((set.dataset.come ?? "") === state) return;
    set.dataset.come = state;
    select(set, last ? panelsOf(set).findIndex((panel) => panel.contains(last)) : initial(set));
  };

  // --- the list of tabs
  const labelled = (tab, title) => {
    const copy = title.cloneNode(true);
    for (const one of copy.querySelectorAll("*")) {
      one.removeAttribute("id");
      one.classList.remove("fragment");
    }
    for (const one of copy.querySelectorAll("a, button, input, select, textarea, summary, iframe, video, audio")) one.replaceWith(...one.childNodes);
    tab.append(...copy.childNodes);
    for (const name of ["lang", "dir"]) if (title.hasAttribute(name)) tab.setAttribute(name, title.getAttribute(name));
  };
  const build = (set) => {
    set.querySelector(":scope > .tab-list")?.remove();
    const list = slidegen.make('<div class="tab-list" role="tablist"></div>');
    const heading = set.closest("section, marp-section")?.querySelector(":is(h1, h2, marp-h1, marp-h2):not(.tab-title)");
    if (heading) list.setAttribute("aria-label", spoken(heading));
    for (const panel of panelsOf(set)) {
      const name = `tab-${(count += 1)}`;
      panel.id ||= `${name}-panel`;
      const tab = slidegen.make(`<button type="button" role="tab" id="${name}" aria-controls="${panel.id}"></button>`);
      labelled(tab, titleOf(panel));
      list.append(tab);
      Object.entries({ role: "tabpanel", "aria-labelledby": name, tabindex: 0 }).forEach(([key, value]) => panel.setAttribute(key, value));
    }
    panelsOf(set)[0].before(list);
    set.classList.add("tabbed");
    delete set.dataset.come;
    select(set, Math.min(chosen.get(placeOf(set)) ?? initial(set), panelsOf(set).length - 1));
    follow(set);
  };
  const flatten = (set) => {
    set.querySelector(":scope > .tab-list")?.remove();
    set.classList.remove("tabbed");
    for (const panel of panelsOf(set)) for (const name of ["role", "aria-labelledby", "tabindex"]) panel.removeAttribute(name);
  };

  // --- keys and clicks; a click leaves the keys to the slides
  document.addEventListener("mousedown", (event) => event.target.closest(".tab-list") && event.preventDefault());
  document.addEventListener("click", (event) => {
    const tab = event.target.closest(".tab-list > [role=tab]");
    if (tab) pick(tab.closest(".tabset"), tabsOf(tab.closest(".tabset")).indexOf(tab));
  });
  addEventListener("keydown", (event) => {
    const tab = event.target.closest?.(".tab-list > [role=tab]");
    if (!tab || event.ctrlKey || event.metaKey || event.altKey) return;
    const set = tab.closest(".tabset");
    const tabs = tabsOf(set);
    const at = tabs.indexOf(tab);
    const on = getComputedStyle(set).direction === "rtl" ? -1 : 1;
    const next = { ArrowRight: at + on, ArrowLeft: at - on, Home: 0, End: tabs.length - 1 }[event.key];
    if (next === undefined && event.key !== "Enter" && event.key !== " ") return;
    event.stopImmediatePropagation();
    if (next === undefined) return; // a click follows
    event.preventDefault();
    const to = (next + tabs.length) % tabs.length;
    pick(set, to);
    tabs[to].focus();
  }, true);

  const comes = (set) => panelsOf(set).every((panel) => panel.hasAttribute("data-open") || panel.querySelector(".fragment"));
  const renew = () => {
    if (phone.flows) return;
    for (const set of sets()) {
      if (printView && !(separate && comes(set))) continue;
      if (!set.querySelector(":scope > .tab-list") || !set.classList.contains("tabbed")) build(set);
      else follow(set);
    }
  };
  const all = (slide) => sets(slide).flatMap(panelsOf);
  // Shows a panel and those around it.
  const open = (element) => {
    for (let panel = element?.closest(".tab-panel"); panel; panel = panel.parentElement.closest(".tab-panel")) {
      if (panel.parentElement.classList.contains("tabbed")) select(panel.parentElement, panelsOf(panel.parentElement).indexOf(panel));
    }
  };
  slidegen.tabs = {
    open,
    renew,
    take,
    count: (index) => all(slidegen.slides[index]).length,
    show: (index, at) => open(all(slidegen.slides[index])[at]),
  };
  renew();
  open(linkTarget(location.hash.replace(/^#\/(?!\d)/, "#"), slidegen.slides)?.element);
  for (const event of ["slidegen-moved", "slidegen-shown"]) addEventListener(event, renew); // `slidegen serve` exchanges slides
  if (window.Reveal && !Reveal.isReady()) Reveal.on("ready", renew);
  if (printView) return;
  addEventListener("beforeprint", () => sets().forEach(flatten)); // and each is built again as it was
  addEventListener("afterprint", renew);
});
