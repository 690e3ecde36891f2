// The drawing on a canvas: lines, dots, and the labels that there is room for.

const COLOURS = 8;
const FONT = 13;
const LINE = 16;
const LONGEST = 34;
/** Most labels, and how many of the strongest have one however small they are, where there is room. */
const MOST_LABELS = 140;
const ALWAYS = 12;
/** Lines that are as wide as they are strong, lines of one stroke, and dots of one filling: measured. */
const WIDE = 300;
const AT_ONCE = 60;
const FEW = 20;

const cut = (text) => (text.length <= LONGEST ? text : `${text.slice(0, LONGEST - 1).trimEnd()}…`);
const colourOf = (node) => Math.min(node.community ?? COLOURS, COLOURS);

/** The colours of the page, as they are now: they change with light and dark. */
export function colours(probe) {
  const style = getComputedStyle(document.documentElement);
  const of = (name) => style.getPropertyValue(name).trim();
  const community = [null];
  for (let n = 1; n <= COLOURS; n++) {
    const part = probe.querySelector(`.c${n} circle`);
    community.push(getComputedStyle(part).fill);
  }
  return { font: getComputedStyle(document.body).fontFamily, paper: of("--paper"), ink: of("--ink"), soft: of("--soft"), warm: of("--warm"), community, on: community.map(onColour) };
}

/** Black or white, whichever is better read on a colour (WCAG 2.2, relative luminance). */
function onColour(colour) {
  if (!colour) return null;
  const [r, g, b] = colour.match(/[\d.]+/g).map((part) => {
    const value = Number(part) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b > 0.179 ? "#000" : "#fff";
}

export class Painter {
  constructor(canvas, view) {
    this.canvas = canvas;
    this.view = view;
    this.context = canvas.getContext("2d");
  }

  resize(width, height) {
    this.ratio = Math.min(devicePixelRatio || 1, 2);
    this.canvas.width = Math.round(width * this.ratio);
    this.canvas.height = Math.round(height * this.ratio);
  }

  /** Paints a graph. `lit` are nodes and edges that stand out (null: none do), `marked` the nodes with a ring;
   *  of the lines that nothing stands out of, `most` are drawn, the strongest. */
  paint(graph, { lit, marked, theme, most }) {
    const { context, view } = this;
    context.setTransform(this.ratio, 0, 0, this.ratio, 0, 0);
    context.clearRect(0, 0, view.width, view.height);
    const seen = this.#seen(graph.nodes);
    const edges = this.#edges(graph.edges, most);
    this.#lines(edges, theme, lit ? 0.3 : 1, graph.edges.length);
    this.#dots(lit ? seen.filter((node) => !lit.nodes.has(node)) : seen, theme, lit ? 0.18 : 1);
    if (lit) {
      this.#strong([...lit.edges].filter((edge) => edge.on || lit.always), theme, lit.colour);
      this.#dots([...lit.nodes].filter((node) => node.on || lit.always), theme, 1);
    }
    for (const node of marked) this.#ring(node, theme);
    this.labels = this.#labels(seen, theme, lit, marked);
  }

  /** The nodes that are on the board, with their places there. */
  #seen(nodes) {
    const { width, height } = this.view;
    const found = [];
    for (const node of nodes) {
      const [x, y] = this.view.at(node);
      node.sx = x;
      node.sy = y;
      node.sr = this.view.radius(node);
      if (node.on && x > -20 && y > -20 && x < width + 20 && y < height + 20) found.push(node);
    }
    return found;
  }

  #edges(edges, most) {
    const { width, height } = this.view;
    const found = [];
    for (const edge of edges) {
      const { source: a, target: b } = edge;
      if (!edge.on || a.alpha < 0.3 || b.alpha < 0.3) continue;
      if (Math.max(a.sx, b.sx) < 0 || Math.max(a.sy, b.sy) < 0 || Math.min(a.sx, b.sx) > width || Math.min(a.sy, b.sy) > height) continue;
      if (found.push(edge) >= most) break;
    }
    return found;
  }

  /** Lines in the colour of a community within it, in grey between two. The strongest are as wide as they are
   *  strong; thousands of others one dot of the screen wide, and fainter the weaker they are: without a graphics
   *  card wider lines take thirty times as long. */
  #lines(edges, theme, share, all) {
    const { context, view } = this;
    const base = share * Math.min(0.4, 0.12 + 5 / Math.sqrt(all + 100));
    const thick = view.radius({ r: 1 });
    const colour = ({ source, target }) => (source.community !== null && source.community === target.community ? colourOf(source) : 0);
    context.globalAlpha = base;
    for (const edge of edges.slice(0, WIDE)) {
      context.strokeStyle = theme.community[colour(edge)] ?? theme.soft;
      context.lineWidth = Math.max(1 / this.ratio, edge.width * thick);
      context.beginPath();
      context.moveTo(edge.source.sx, edge.source.sy);
      context.lineTo(edge.target.sx, edge.target.sy);
      context.stroke();
    }
    const batches = new Map();
    for (let n = WIDE; n < edges.length; n++) {
      const edge = edges[n];
      const key = colour(edge) * 4 + Math.min(3, Math.floor(edge.width));
      let batch = batches.get(key);
      if (!batch) batches.set(key, (batch = []));
      batch.push(edge);
    }
    context.lineWidth = 1 / this.ratio;
    for (const [key, batch] of batches) {
      context.strokeStyle = theme.community[key >> 2] ?? theme.soft;
      context.globalAlpha = Math.min(1, base * (0.7 + 0.5 * (key & 3)));
      for (let start = 0; start < batch.length; start += AT_ONCE) {
        context.beginPath();
        for (const { source, target } of batch.slice(start, start + AT_ONCE)) {
          context.moveTo(source.sx, source.sy);
          context.lineTo(target.sx, target.sy);
        }
        context.stroke();
      }
    }
    context.globalAlpha = 1;
  }

  #strong(edges, theme, colour) {
    const { context, view } = this;
    context.strokeStyle = colour ?? theme.ink;
    context.globalAlpha = colour ? 1 : 0.55;
    const thick = view.radius({ r: 1 });
    for (const edge of edges) {
      context.lineWidth = colour ? Math.max(3.5, edge.width * thick * 1.4) : Math.max(1, edge.width * thick);
      context.beginPath();
      context.moveTo(edge.source.sx, edge.source.sy);
      context.lineTo(edge.target.sx, edge.target.sy);
      context.stroke();
    }
    context.globalAlpha = 1;
  }

  #dots(nodes, theme, share) {
    const { context } = this;
    const batches = new Map();
    for (const node of nodes) {
      const key = `${colourOf(node)} ${Math.round(node.alpha * 5)}`;
      let batch = batches.get(key);
      if (!batch) batches.set(key, (batch = []));
      batch.push(node);
    }
    for (const [key, batch] of batches) {
      const [colour, alpha] = key.split(" ").map(Number);
      context.globalAlpha = (share * alpha) / 5;
      for (let start = 0; start < batch.length; start += FEW) {
        const few = batch.slice(start, start + FEW);
        context.fillStyle = theme.paper;
        this.#fill(few.filter((node) => node.sr > 4), 1.2);
        context.fillStyle = theme.community[colour];
        this.#fill(few, 0);
      }
    }
    // The number of its community tells it without colour, where there is room.
    context.globalAlpha = share;
    context.textAlign = "center";
    context.textBaseline = "middle";
    for (const node of nodes) {
      if (node.sr < 8 || node.community === null || node.alpha < 0.9) continue;
      context.font = `600 ${Math.min(14, node.sr * 1.1)}px ${theme.font}`;
      context.fillStyle = theme.on[colourOf(node)];
      context.fillText(node.community, node.sx, node.sy + 0.5);
    }
    context.globalAlpha = 1;
  }

  #fill(nodes, more) {
    const { context } = this;
    if (!nodes.length) return;
    context.beginPath();
    for (const { sx, sy, sr } of nodes) {
      context.moveTo(sx + sr + more, sy);
      context.arc(sx, sy, sr + more, 0, 2 * Math.PI);
    }
    context.fill();
  }

  #ring(node, theme) {
    const { context } = this;
    context.strokeStyle = theme.warm;
    context.lineWidth = 3;
    context.beginPath();
    context.arc(node.sx, node.sy, node.sr + 3.5, 0, 2 * Math.PI);
    context.stroke();
  }

  /** The labels of those that stand out, then of the strongest, each where it covers no other; their nodes. */
  #labels(seen, theme, lit, marked) {
    const { context, view } = this;
    const taken = (lit ? [...lit.nodes] : seen.slice(0, 60)).filter((node) => node.sr > 4).map((node) => [node.sx - node.sr, node.sy - node.sr, node.sx + node.sr, node.sy + node.sr, node]);
    const first = [...marked, ...(lit ? [...lit.nodes].sort((a, b) => a.rank - b.rank) : [])];
    const order = [...new Set([...first, ...(lit ? [] : seen)])];
    const free = (box, node) => !taken.some((other) => other[4] !== node && box[0] < other[2] && other[0] < box[2] && box[1] < other[3] && other[1] < box[3]);
    const labelled = [];
    context.textBaseline = "middle";
    context.lineJoin = "round";
    context.strokeStyle = theme.paper;
    context.fillStyle = theme.ink;
    context.lineWidth = 3;
    const small = view.k < view.start * 1.2 ? 4 : 3;
    for (const node of order) {
      if (labelled.length >= MOST_LABELS) break;
      const own = marked.has(node);
      if (!own && (!node.on && !lit?.always || node.alpha < 0.6 || (node.sr < small && node.rank >= ALWAYS && !lit))) continue;
      const text = own ? node.label : cut(node.label);
      context.font = `${own ? "600 " : ""}${FONT}px ${theme.font}`;
      const width = own ? context.measureText(text).width : (node.width ??= context.measureText(text).width);
      const away = node.sr + (own ? 8 : 4);
      const around = (x, y) => [x - 2, y - LINE / 2, x + width + 2, y + LINE / 2, node];
      const boxes = [around(node.sx + away, node.sy), around(node.sx - away - width, node.sy)];
      // What was chosen is labelled in any case: below, where there is room at neither side.
      if (own) boxes.push(around(Math.max(2, Math.min(node.sx - width / 2, view.width - width - 4)), node.sy + away + LINE / 2));
      const inside = boxes.filter((one) => one[0] >= 0 && one[2] <= view.width);
      const box = inside.find((one) => free(one, node)) ?? (own ? inside[0] ?? boxes[0] : null);
      if (box) {
        const [x, y] = [box[0] + 2, (box[1] + box[3]) / 2];
        taken.push(box);
        labelled.push({ node, box });
        context.textAlign = "start";
        context.strokeText(text, x, y);
        context.fillText(text, x, y);
      }
    }
    return labelled;
  }
}
