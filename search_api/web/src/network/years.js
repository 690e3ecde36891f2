// The years below the drawing: drag over the bars to choose some, or see the network grow year by year.

import { h, mayMove, say } from "./dom.js";

/** How long the growth takes, in ms, and how long a year at least and at most. */
const GROWTH = 9000;
const A_YEAR = [250, 900];

/** Enhances the bars of the server. `choose(from, to)` asks for years; `until(year)` shows the network as it
 *  was at the end of one, null all of it. Returns what stops the growth. */
export function years(section, { choose, until }) {
  const picture = section.querySelector("svg");
  if (!picture) return () => {};
  range(picture, choose);
  section.querySelector("h2").after(h("p", { className: "meta" }, say("drag")));
  return growth(section, picture, until);
}

function range(picture, choose) {
  const bars = [...picture.querySelectorAll("a")];
  const yearAt = (x) => {
    const away = (bar) => {
      const box = bar.querySelector(".hit").getBoundingClientRect();
      return Math.abs((box.left + box.right) / 2 - x);
    };
    return Number(bars.reduce((best, bar) => (away(bar) < away(best) ? bar : best)).dataset.year);
  };
  let from = null;
  let moved = false;
  const chosen = (x) => [from, yearAt(x)].sort((a, b) => a - b);
  picture.addEventListener("pointerdown", (event) => {
    if (event.button > 0) return;
    from = yearAt(event.clientX);
    moved = false;
  });
  picture.addEventListener("dragstart", (event) => event.preventDefault());
  const move = (event) => {
    if (from === null || (!moved && yearAt(event.clientX) === from)) return;
    if (!moved) picture.setPointerCapture(event.pointerId);
    moved = true;
    const [low, high] = chosen(event.clientX);
    for (const bar of bars) bar.classList.toggle("within", low <= bar.dataset.year && bar.dataset.year <= high);
  };
  const end = (event) => {
    if (from !== null && moved) choose(...chosen(event.clientX));
    from = null;
  };
  picture.addEventListener("pointermove", move);
  picture.addEventListener("pointerup", end);
  picture.addEventListener("pointercancel", () => { from = null; });
  // A drag that ends on a bar is no click on it.
  picture.addEventListener("click", (event) => { if (moved) { event.preventDefault(); event.stopPropagation(); moved = false; } }, true);
}

function growth(section, picture, until) {
  const known = [...picture.querySelectorAll("a.within")].map((bar) => Number(bar.dataset.year));
  if (known.length < 2) return () => {};
  const [first, last] = [known[0], known.at(-1)];
  const play = h("button", { type: "button", className: "quiet-button play" }, say("play"));
  const told = h("output", { "aria-live": "off" }, String(last));
  const slider = h("input", { type: "range", min: first, max: last, value: last, step: 1, "aria-label": say("until") });
  let timer = null;
  const stop = () => {
    clearInterval(timer);
    timer = null;
    play.textContent = say("play");
  };
  const show = () => {
    const year = Number(slider.value);
    told.textContent = year;
    until(year === last ? null : year);
  };
  slider.addEventListener("input", () => { stop(); show(); });
  play.addEventListener("click", () => {
    if (timer) return stop();
    if (Number(slider.value) === last) slider.value = first;
    show();
    play.textContent = say("pause");
    const step = () => {
      const next = known.find((year) => year > Number(slider.value));
      if (next) slider.value = next;
      show();
      if (Number(slider.value) === last) stop();
    };
    timer = setInterval(step, Math.min(Math.max(GROWTH / known.length, A_YEAR[0]), A_YEAR[1]) * (mayMove() ? 1 : 1.5));
    return undefined;
  });
  section.append(h("div", { className: "grow" }, play, slider, told));
  return stop;
}
