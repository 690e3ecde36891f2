// The communities beside the drawing: each can be shown alone, or hidden.

import { h, say } from "./dom.js";

/** Puts buttons to the list of the server. `changed` is called after `graph.hidden` did. */
export function legend(section, graph, changed) {
  const list = section.querySelector("ul");
  if (!list) return;
  const items = [...list.children];
  const numbers = items.map((item) => Number(item.dataset.number));
  const every = h("button", { type: "button", className: "quiet-button" }, say("every"));
  const rows = items.map((item, n) => {
    const name = item.querySelector("a");
    name.id = `community-${numbers[n]}`;
    const button = (word) => h("button", { type: "button", className: "quiet-button", "aria-pressed": "false", "aria-describedby": name.id }, say(word));
    const [only, hide] = [button("only"), button("hide")];
    item.append(" ", h("span", { className: "choices-of" }, only, hide));
    return { item, only, hide, number: numbers[n] };
  });
  const alone = () => {
    const left = [...numbers, null].filter((number) => !graph.hidden.has(number));
    return left.length === 1 ? left[0] : undefined;
  };
  const show = () => {
    for (const { item, only, hide, number } of rows) {
      const hidden = graph.hidden.has(number);
      item.classList.toggle("off", hidden);
      hide.setAttribute("aria-pressed", String(hidden));
      only.setAttribute("aria-pressed", String(alone() === number));
    }
    every.hidden = graph.hidden.size === 0;
  };
  const set = (hidden) => {
    graph.hidden = new Set(hidden);
    show();
    changed();
  };
  for (const { only, hide, number } of rows) {
    hide.addEventListener("click", () => {
      const next = new Set(graph.hidden);
      if (!next.delete(number)) next.add(number);
      set(next);
    });
    only.addEventListener("click", () => set(alone() === number ? [] : [...numbers, null].filter((other) => other !== number)));
  }
  every.addEventListener("click", () => { set([]); rows[0].only.focus(); });
  list.before(every);
  // What is not in the list any more cannot be shown again from it.
  graph.hidden = new Set([...graph.hidden].filter((number) => number === null || numbers.includes(number)));
  show();
}
