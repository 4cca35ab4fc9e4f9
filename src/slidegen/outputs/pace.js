// How a talk stands against its plan. `plan` has the second at which each slide is to begin, and at last the end of the
// talk; `timer` is when it was started (in ms, null while it stands) and what it had counted before.
const elapsed = (timer) => (timer.before + (timer.since === null ? 0 : Date.now() - timer.since)) / 1000;
const clockText = (seconds) => {
  const all = Math.floor(Math.abs(seconds));
  const hours = Math.floor(all / 3600);
  const minutes = Math.floor(all / 60) % 60;
  return `${hours ? `${hours}:` : ""}${hours ? String(minutes).padStart(2, "0") : minutes}:${String(all % 60).padStart(2, "0")}`;
};
function pace(plan, index, seconds) {
  if (!plan?.length) return null;
  const total = plan.at(-1);
  const from = plan[Math.min(index, plan.length - 2)];
  const to = plan[Math.min(index + 1, plan.length - 1)];
  const off = seconds < from ? seconds - from : seconds > to ? seconds - to : 0;
  const state = off < -1 ? "ahead" : off > 1 ? "behind" : "on time";
  return { total, state, text: state === "on time" ? word(state) : `${clockText(off)} ${word(state)}`, planned: from / total, done: Math.min(1, seconds / total) };
}
// The bar: what has passed, where the slide in view is planned, and where sections begin.
function drawPace(bar, timing, index, timer) {
  const found = pace(timing.plan, index, elapsed(timer));
  bar.hidden = !found;
  if (!found) return;
  const begun = timer.since !== null || timer.before > 0;
  bar.dataset.state = begun ? found.state : "";
  bar.style.setProperty("--done", found.done);
  bar.style.setProperty("--planned", found.planned);
  bar.querySelector(".pace-text").innerHTML = begun ? found.text : "";
  bar.querySelector(".pace-total").innerHTML = `${clockText(found.total)} ${word("planned")}`;
  const ticks = bar.querySelector(".pace-ticks");
  if (ticks.childElementCount !== timing.sections.length) {
    ticks.replaceChildren(...timing.sections.map((at) => {
      const tick = document.createElement("i");
      tick.style.insetInlineStart = `${(100 * timing.plan[at]) / found.total}%`;
      return tick;
    }));
  }
}
const PACE = '<div class="pace" hidden><div class="pace-bar"><b></b><span class="pace-ticks"></span><u></u></div><p><span class="pace-text"></span> <span class="pace-total"></span></p></div>';
