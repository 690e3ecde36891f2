// The explorer of /network. The page is complete without it: a drawing, lists, tables, forms.
// With it: the drawing can be entered, narrowed without a reload, and asked how two are connected.

import "./network.css";
import { Board } from "./board.js";
import { Chain } from "./chain.js";
import { h, json, mayMove, number, say } from "./dom.js";
import { Filters } from "./filters.js";
import { Graph, drawnPlaces } from "./graph.js";
import { layout } from "./layout.js";
import { legend } from "./legend.js";
import { Painter, colours } from "./paint.js";
import { Panel } from "./panel.js";
import { View } from "./view.js";
import { years } from "./years.js";

const MANY = [200, 1500, 5000, 10000];
const USUAL = 1500;
const [WIDTH, HEIGHT] = [960, 620];
/** A frame that took so long, in ms, was too slow; the lines that are drawn in any case. */
const SLOW = 24;
const FEWEST = 800;

const explorer = document.getElementById("explorer");
const stage = document.getElementById("network-stage");
const graph = new Graph();
const view = new View();
const state = { hover: null, focus: null, selected: null };
let forces = layout(graph);
let stopGrowth = () => {};
let theme = null;
let waiting = 0;

const board = new Board(view, graph, {
  hover(node) { if (node !== state.hover) { state.hover = node; redraw(); } },
  focus(node) { if (node !== state.focus) { state.focus = node; redraw(); } },
  choose(node) { if (node && chain.picking) chain.picked(node); else select(node); },
  chosen: () => state.selected,
  held() { forces.hold(0.12); redraw(); },
  dropped() { forces.hold(0); redraw(); },
  redraw: () => redraw(),
  fit: () => fit(),
});
const painter = new Painter(board.canvas, view);
const panel = new Panel({ close: () => clear({ focus: true }), pick, chain: (node) => chain.from(node) });
const filters = new Filters(draw);
const chain = new Chain({ graph, panel, shown: showChain, announce, cleared: regroup });
const said = h("p", { className: "quiet", role: "status" });
const names = h("datalist", { id: "network-names" });
const probe = h("div", { hidden: true });

function announce(text) {
  said.textContent = text;
}

function redraw() {
  waiting ||= requestAnimationFrame(frame);
}

/** While something moves, no more lines than this machine draws in time; all of them once it is at rest. */
const pace = { most: Infinity, last: 0, rest: 0 };

function keepPace(now) {
  const took = now - pace.last;
  pace.last = now;
  if (took < 100 && took > SLOW) pace.most = Math.max(FEWEST, Math.min(pace.most, graph.edges.length) * 0.7);
  else if (took < SLOW * 0.75) pace.most *= 1.1;
  clearTimeout(pace.rest);
  pace.rest = setTimeout(() => paint(Infinity), 150);
}

function paint(most) {
  painter.paint(graph, { lit: lit(), marked: marked(), theme, most });
  board.place();
}

function frame(now) {
  waiting = 0;
  keepPace(now);
  const moving = forces.moving;
  if (moving && mayMove()) {
    forces.step();
    view.follow(graph.nodes);
  }
  view.step();
  let appearing = false;
  for (const node of graph.nodes) {
    if (node.alpha >= 1) continue;
    node.alpha = mayMove() ? Math.min(1, node.alpha + 0.06) : 1;
    appearing = true;
  }
  paint(pace.most);
  if ((moving && mayMove()) || view.moving || appearing) redraw();
}

/** What stands out: what the pointer or the keyboard is at, else the chain, else what was chosen. */
function lit() {
  const at = state.hover ?? (board.here.matches(":focus-visible") ? state.focus : null);
  if (at?.on && !(chain.nodes && !state.hover)) return { nodes: graph.partners(at), edges: at.links };
  if (chain.nodes) return { nodes: chain.nodes, edges: chain.edges, colour: theme.warm, always: true };
  return state.selected?.on ? { nodes: graph.partners(state.selected), edges: state.selected.links } : null;
}

function marked() {
  return new Set([state.hover, state.selected, ...(chain.nodes ?? [])].filter((node) => node && (node.on || chain.nodes?.has(node))));
}

function select(node) {
  if (!node) return clear();
  // What is drawn only for a chain stays with it.
  if (!node.added) chain.clear();
  state.selected = node;
  void panel.tell(node, filters.parameters);
  announce(say("node", { name: node.label, n: number(node.degree) }));
  history.replaceState(history.state, "", `#${encodeURIComponent(node.slug)}`);
  if (matchMedia("(max-width: 60rem)").matches) panel.element.scrollIntoView({ block: "nearest", behavior: mayMove() ? "smooth" : "auto" });
  return redraw();
}

/** Chooses by slug, if it is drawn. */
function pick(slug) {
  const node = graph.bySlug.get(slug);
  if (!node?.on) return false;
  board.go(node);
  view.show([node]);
  select(node);
  return true;
}

function clear({ focus = false } = {}) {
  const was = state.selected;
  state.selected = null;
  chain.clear();
  panel.close();
  if (location.hash) history.replaceState(history.state, "", location.pathname + location.search);
  if (focus && was?.on) board.go(was);
  redraw();
}

/** After a chain was added to what is drawn, or taken away from it. */
function regroup() {
  forces = layout(graph);
  if (!graph.bySlug.has(board.node?.slug)) board.go(graph.shownNodes[0] ?? null, { focus: board.here.matches(":focus") });
  redraw();
}

function showChain(nodes) {
  state.selected = null;
  regroup();
  resettle(0.15).then(() => view.show(nodes));
  redraw();
}

function fit() {
  view.chosen = false;
  view.fit(graph.shownNodes);
  redraw();
}

/** New forces on what is drawn now; at once for who wants nothing to move. */
async function resettle(alpha) {
  const own = forces;
  own.warm(alpha);
  if (!mayMove()) {
    await own.settle(() => forces !== own);
    if (!view.chosen) view.fit(graph.nodes);
  }
  view.bounds(graph.nodes);
  redraw();
}

/** How many collaborations are drawn, of the numbers to choose from: what an address asks for, or a little more. */
const offered = (limit) => (limit ? MANY.find((n) => n >= limit) ?? MANY.at(-1) : USUAL);

/** The slug that an address ends with; none in one that was cut. */
function slugIn(hash) {
  try {
    return decodeURIComponent(hash.slice(1));
  } catch {
    return "";
  }
}

/** Draws what was asked for; the lists follow when the page has changed. */
async function draw(parameters, signal, page) {
  const limit = offered(parameters.get("limit"));
  const asked = new URLSearchParams(parameters);
  asked.set("limit", limit);
  const told = await json(`/network/drawing?${asked}`, signal);
  return () => {
    clear();
    graph.until = null;
    graph.update(told, drawnPlaces(page.querySelector("#network-stage svg")));
    if (!graph.bySlug.has(board.node?.slug)) board.node = null;
    forces = layout(graph);
    view.chosen = false;
    const empty = page.querySelector("#network-stage > .empty");
    nothing.replaceChildren(...(empty ? document.adoptNode(empty).childNodes : []));
    nothing.hidden = !empty;
    many.value = limit;
    enhance();
    centre(page);
    void resettle(0.5);
  };
}

/** The institution that all is around is the one that is told of. */
function centre(page) {
  const node = graph.bySlug.get(page.getElementById("actor").getAttribute("value"));
  if (!node) return;
  state.selected = node;
  board.go(node, { focus: false });
  void panel.tell(node, filters.parameters);
}

/** What belongs to the parts of the page that the server draws anew. */
function enhance() {
  stopGrowth();
  legend(document.getElementById("network-communities"), graph, shownAnew);
  graph.refresh();
  stopGrowth = years(document.getElementById("network-years"), {
    choose: (from, to) => filters.submit({ year_from: from, year_to: to }),
    until: (year) => { graph.until = year; shownAnew(); },
  });
  names.replaceChildren(...graph.nodes.map((node) => h("option", { value: node.label })));
  if (!board.node?.on) board.go(graph.shownNodes[0] ?? null, { focus: false });
  count.textContent = say("drawn", { nodes: number(graph.shownNodes.length), edges: number(graph.shownEdges.length) });
}

function shownAnew() {
  graph.refresh();
  count.textContent = say("drawn", { nodes: number(graph.shownNodes.length), edges: number(graph.shownEdges.length) });
  if (state.selected && !state.selected.on) clear();
  if (!board.node?.on) board.go(graph.shownNodes[0] ?? null, { focus: false });
  redraw();
}

const tool = (sign, word, act) => {
  const button = h("button", { type: "button", className: "quiet-button", "aria-label": say(word), title: say(word) }, sign);
  button.addEventListener("click", () => { act(); redraw(); });
  return button;
};
const find = h("input", { type: "search", id: "network-find", autocomplete: "off" });
find.setAttribute("list", "network-names");
find.addEventListener("change", () => {
  const node = graph.nodes.find((one) => one.label === find.value);
  if (!node?.on) return;
  find.value = "";
  board.go(node);
  view.show([node], { middle: true });
  select(node);
});
const many = h("select", { id: "network-many" }, MANY.map((n) => h("option", { value: n }, say("strongest", { n: number(n) }))));
many.addEventListener("change", () => filters.submit({ limit: many.value }));
const tools = h("div", { className: "tools", role: "group", "aria-label": say("tools") },
  h("div", {}, h("label", { for: "network-find" }, say("find")), find),
  h("div", {}, h("label", { for: "network-many" }, say("many")), many),
  h("span", { className: "zooms" }, tool("+", "nearer", () => view.zoom(1.5, undefined, undefined, { smooth: true })), tool("−", "farther", () => view.zoom(1 / 1.5, undefined, undefined, { smooth: true })), tool("⤢", "fit", fit)));
const count = h("p", { className: "meta" });
const nothing = h("div", { className: "empty nothing", hidden: true });

function size() {
  const width = board.element.clientWidth;
  const height = board.element.clientHeight;
  view.resize(width, height);
  painter.resize(width, height);
  if (!view.start) view.frame(WIDTH, HEIGHT);
  redraw();
}

function paintAnew() {
  for (const node of graph.nodes) node.width = undefined;
  theme = colours(probe);
  redraw();
}

async function start() {
  const svg = stage.querySelector("svg");
  const drawn = await draw(new URLSearchParams(location.search), undefined, document);
  const NS = "http://www.w3.org/2000/svg";
  const keys = document.createElementNS(NS, "svg");
  keys.setAttribute("class", "network");
  for (let n = 1; n <= 8; n++) {
    const group = document.createElementNS(NS, "g");
    group.setAttribute("class", `c${n}`);
    group.append(document.createElementNS(NS, "circle"));
    keys.append(group);
  }
  probe.append(keys);
  const help = h("p", { className: "quiet", id: "network-keys" }, say("keys"));
  const parts = [tools, h("div", { className: "frame" }, board.element, nothing), count, said, help, names, probe];
  explorer.classList.add("at-work");
  explorer.querySelector(".beside").prepend(panel.element);
  const chosen = slugIn(location.hash);
  stage.append(...parts);
  size();
  theme = colours(probe);
  drawn();
  for (const old of [svg?.closest(".scroll"), stage.querySelector(":scope > .empty")]) old?.remove();
  if (chosen) pick(chosen);
  new ResizeObserver(size).observe(board.element);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", paintAnew);
  void document.fonts.ready.then(paintAnew);
  explorer.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.defaultPrevented) return;
    if (state.selected || chain.nodes || chain.picking) clear({ focus: board.element.contains(document.activeElement) || panel.element.contains(document.activeElement) });
  });
  chain.enhance(document.getElementById("network-path"));
  filters.enhance();
}

start().catch((error) => console.warn("the drawing stays as the server made it:", error.message));
