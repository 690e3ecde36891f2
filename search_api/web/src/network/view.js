// What part of the drawing is seen: zoom and pan by wheel, fingers, buttons and keys.

import { mayMove } from "./dom.js";

const MOST = 8;

/** A place of the drawing (x, y) stands at (x * k + left, y * k + top) of the board. */
export class View {
  k = 1;
  left = 0;
  top = 0;
  width = 1;
  height = 1;
  /** Did somebody choose what is seen? Until then it is all. */
  chosen = false;
  #to = null;

  resize(width, height) {
    this.left += (width - this.width) / 2;
    this.top += (height - this.height) / 2;
    [this.width, this.height] = [width, height];
  }

  /** As the drawing of the server stands in its frame. */
  frame(width, height) {
    this.k = this.start = Math.min(this.width / width, this.height / height);
    this.left = (this.width - width * this.k) / 2;
    this.top = (this.height - height * this.k) / 2;
  }

  at(node) {
    return [node.x * this.k + this.left, node.y * this.k + this.top];
  }

  /** Radius on the board: it grows more slowly than distances, so that zooming takes things apart. */
  radius(node) {
    return node.r * Math.max(this.start, 0.55) * (this.k / this.start) ** 0.6;
  }

  place(x, y) {
    return [(x - this.left) / this.k, (y - this.top) / this.k];
  }

  #fitting(nodes) {
    if (!nodes.length) return null;
    let [x0, y0, x1, y1] = [Infinity, Infinity, -Infinity, -Infinity];
    for (const { x, y, r } of nodes) {
      x0 = Math.min(x0, x - r);
      y0 = Math.min(y0, y - r);
      x1 = Math.max(x1, x + r);
      y1 = Math.max(y1, y + r);
    }
    const edge = Math.min(40, this.width / 12);
    const k = Math.min((this.width - 2 * edge) / (x1 - x0), (this.height - 2 * edge) / (y1 - y0), 2);
    return { k, left: this.width / 2 - ((x0 + x1) / 2) * k, top: this.height / 2 - ((y0 + y1) / 2) * k };
  }

  /** Least zoom: all is seen, and a little more. */
  bounds(nodes) {
    this.least = Math.min((this.#fitting(nodes)?.k ?? 1) * 0.8, this.start);
  }

  fit(nodes) {
    this.bounds(nodes);
    const to = this.#fitting(nodes);
    if (to) this.#go(to);
  }

  /** Follows what moves, while nobody chose what to see. */
  follow(nodes) {
    if (this.chosen) return;
    const to = this.#fitting(nodes);
    if (!to) return;
    for (const part of ["k", "left", "top"]) this[part] += (to[part] - this[part]) * 0.12;
  }

  /** Nearer by a factor, the point (x, y) of the board staying where it is. Was there room to? */
  zoom(factor, x = this.width / 2, y = this.height / 2, { smooth = false } = {}) {
    const from = this.#to ?? this;
    const k = Math.min(Math.max(from.k * factor, this.least ?? 0.05), MOST);
    if (Math.abs(k - from.k) < 1e-6) return false;
    this.chosen = true;
    const by = k / from.k;
    const to = { k, left: x - (x - from.left) * by, top: y - (y - from.top) * by };
    if (smooth) this.#go(to);
    else Object.assign(this, to);
    return true;
  }

  pan(x, y) {
    this.chosen = true;
    this.#to = null;
    this.left += x;
    this.top += y;
  }

  /** Brings a node, or some, into what is seen, nearer where it is far. */
  show(nodes, { middle = false } = {}) {
    this.chosen = true;
    if (nodes.length > 1) {
      const to = this.#fitting(nodes);
      to.k = Math.min(to.k, Math.max(this.start * 1.6, this.k));
      const fit = this.#fitting(nodes);
      to.left = this.width / 2 - (this.width / 2 - fit.left) * (to.k / fit.k);
      to.top = this.height / 2 - (this.height / 2 - fit.top) * (to.k / fit.k);
      return this.#go(to);
    }
    const [node] = nodes;
    const [x, y] = this.at(node);
    const edge = 48;
    const inside = x > edge && y > edge && x < this.width - edge && y < this.height - edge;
    if (inside && !middle) return undefined;
    const k = middle ? Math.max(this.k, this.start * 1.5) : this.k;
    return this.#go({ k, left: this.width / 2 - node.x * k, top: this.height / 2 - node.y * k });
  }

  #go(to) {
    if (mayMove()) this.#to = to;
    else Object.assign(this, to);
  }

  get moving() {
    return this.#to !== null;
  }

  step() {
    if (!this.#to) return;
    const to = this.#to;
    let far = 0;
    for (const part of ["k", "left", "top"]) {
      const way = to[part] - this[part];
      this[part] += way * 0.25;
      far = Math.max(far, part === "k" ? Math.abs(way / to.k) * 200 : Math.abs(way));
    }
    if (far < 0.5) {
      Object.assign(this, to);
      this.#to = null;
    }
  }

  stop() {
    this.#to = null;
  }
}
