// A result as a chart and as a graph, made from the table that the server drew: what has the table has these.

import { forceCenter, forceCollide, forceLink, forceManyBody, forceSimulation } from "d3-force";

const SVG = "http://www.w3.org/2000/svg";
const WIDTH = 960;
/** Most bars and nodes drawn: beyond that a picture says less than the table. */
const BARS = 30;
const NODES = 150;

const element = (name, attributes = {}, ...children) => {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
};

const drawing = (height, label) =>
  element("svg", { viewBox: `0 0 ${WIDTH} ${height}`, role: "img", "aria-label": label, class: "drawn" });

const linked = (url, shape) =>
  url ? element("a", { href: url }, shape) : shape;

const cut = (text, length) => (text.length > length ? `${text.slice(0, length - 1)}…` : text);

/** Columns and rows of the table; a cell has its text and, where it is a link, its address. */
export function tableOf(table) {
  const columns = [...table.tHead.rows[0].cells].map((cell) => cell.textContent);
  const rows = [...table.tBodies[0].rows].map((row) =>
    [...row.cells].map((cell) => ({
      text: cell.textContent.trim(),
      url: cell.querySelector("a")?.getAttribute("href") ?? "",
    })),
  );
  // Of triples the server says which columns are the ends of a line; else they are the first two with links.
  const ends = table.dataset.ends?.split(" ").map(Number);
  return { columns, rows, ends };
}

const isNumber = (cell) => cell.text !== "" && Number.isFinite(Number(cell.text));

/** Bars of the first column that has numbers, named by the first that has none; null where there is none. */
export function chart({ columns, rows }) {
  const numeric = columns.map((_, n) => rows.length > 0 && rows.every((row) => row[n].text === "" || isNumber(row[n])));
  const value = numeric.indexOf(true);
  const named = columns.findIndex((_, n) => !numeric[n] && rows.some((row) => !row[n].url && row[n].text));
  const name = named >= 0 ? named : numeric.indexOf(false);
  if (value < 0 || name < 0) return null;
  const shown = rows.filter((row) => isNumber(row[value])).slice(0, BARS);
  const largest = Math.max(...shown.map((row) => Math.abs(Number(row[value].text))), 1e-9);
  const picture = drawing(shown.length * 28 + 8, `${columns[value]} / ${columns[name]}`);
  shown.forEach((row, n) => {
    const y = n * 28 + 4;
    const length = (Math.abs(Number(row[value].text)) / largest) * 520;
    const label = element("text", { x: 330, y: y + 16, "text-anchor": "end" }, cut(row[name].text, 42));
    label.append(element("title", {}, row[name].text));
    picture.append(
      linked(row[name].url, label),
      element("rect", { x: 340, y, width: Math.max(length, 1), height: 22, class: "bar" }),
      element("text", { x: 346 + length, y: y + 16, class: "value" }, row[value].text),
    );
  });
  return picture;
}

/** The first two linked columns as nodes and what joins them; null where a table has no two. */
export function graph({ columns, rows, ends: told }) {
  const links = told ?? columns.map((_, n) => n).filter((n) => rows.some((row) => row[n].url));
  if (links.length < 2) return null;
  const [from, to] = links;
  // A column of names beside one of addresses says the names.
  const label = (row, n) => (!told && columns[n + 1] && !row[n + 1]?.url && row[n + 1]?.text && !isNumber(row[n + 1]) ? row[n + 1].text : row[n].text);
  const nodes = new Map();
  const edges = new Map();
  for (const row of rows) {
    const ends = [from, to].map((n) => row[n].url && { id: row[n].url, label: label(row, n), side: n });
    if (!ends[0] || !ends[1]) continue;
    const fresh = ends.filter((end) => !nodes.has(end.id)).length;
    if (nodes.size + fresh > NODES) break;
    for (const end of ends) {
      const node = nodes.get(end.id) ?? { ...end, degree: 0 };
      node.degree += 1;
      nodes.set(end.id, node);
    }
    edges.set(`${ends[0].id} ${ends[1].id}`, { source: ends[0].id, target: ends[1].id });
  }
  if (nodes.size === 0) return null;
  const points = [...nodes.values()];
  const lines = [...edges.values()];
  const height = 620;
  const simulation = forceSimulation(points)
    .force("link", forceLink(lines).id((node) => node.id).distance(70))
    .force("charge", forceManyBody().strength(-160))
    .force("centre", forceCenter(WIDTH / 2, height / 2))
    .force("collide", forceCollide(16))
    .stop();
  simulation.tick(300);
  const within = (value, most) => Math.min(Math.max(value, 12), most - 12);
  for (const point of points) {
    point.x = within(point.x, WIDTH);
    point.y = within(point.y, height);
  }
  const picture = drawing(height, `${columns[from]} – ${columns[to]}: ${points.length}, ${lines.length}`);
  for (const { source, target } of lines) {
    picture.append(element("line", { x1: source.x, y1: source.y, x2: target.x, y2: target.y, class: "edge" }));
  }
  const labelled = new Set([...points].sort((a, b) => b.degree - a.degree).slice(0, 40));
  for (const point of points) {
    const mark = element("g", {});
    mark.append(
      element("circle", {
        cx: point.x, cy: point.y, r: Math.min(5 + Math.sqrt(point.degree), 12),
        class: point.side === from ? "node first" : "node",
      }, element("title", {}, point.label)),
    );
    if (labelled.has(point)) {
      const right = point.x < WIDTH * 0.75;
      mark.append(element("text", {
        x: point.x + (right ? 10 : -10), y: point.y + 4, "text-anchor": right ? "start" : "end",
      }, cut(point.label, 32)));
    }
    picture.append(linked(point.id, mark));
  }
  return picture;
}
