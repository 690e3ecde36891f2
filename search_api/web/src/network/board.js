// Hands on the drawing: pointers drag, pan, pinch and choose; keys go from one institution to the next.

import { h, say } from "./dom.js";

const WHERE = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1] };
/** How far a pointer may stray and still be a click. */
const STRAY = 4;

export class Board {
  /** `on` has what happens: hover, choose, focus (a node or null), held, dropped, redraw, escape, fit. */
  constructor(view, graph, on) {
    Object.assign(this, { view, graph, on });
    this.canvas = h("canvas", { "aria-hidden": "true" });
    this.element = h("div", { className: "board", role: "application", "aria-label": say("board"), "aria-describedby": "network-keys" }, this.canvas);
    this.pointers = new Map();
    this.node = null;
    this.#name();
    this.element.addEventListener("wheel", (event) => this.#wheel(event), { passive: false });
    for (const type of ["pointerdown", "pointermove", "pointerup", "pointercancel", "pointerleave"]) {
      this.canvas.addEventListener(type, (event) => this[type](event));
    }
    // Two fingers are ours, one scrolls the page up and down, but for what it holds.
    this.canvas.addEventListener("touchstart", (event) => {
      if (event.touches.length > 1 || this.held) event.preventDefault();
    }, { passive: false });
    this.element.addEventListener("keydown", (event) => this.#key(event));
    this.element.addEventListener("focusin", () => on.focus(this.node));
    this.element.addEventListener("focusout", () => on.focus(null));
  }

  /** What a point of the board is over. */
  hit(x, y, slack = 4) {
    let found = null;
    let nearest = Infinity;
    for (const node of this.graph.nodes) {
      if (!node.on) continue;
      const away = Math.hypot(node.sx - x, node.sy - y) - node.sr;
      if (away < slack && away < nearest) [found, nearest] = [node, away];
    }
    return found;
  }

  #at(event) {
    const box = this.canvas.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  }

  #wheel(event) {
    const [x, y] = this.#at(event);
    const turned = event.deltaY * (event.deltaMode === 1 ? 16 : 1);
    // Where all is seen the page scrolls on.
    if (!this.view.zoom(Math.exp(-turned * (event.ctrlKey ? 0.01 : 0.0016)), x, y)) return;
    event.preventDefault();
    this.on.redraw();
  }

  pointerdown(event) {
    if (event.button > 0) return;
    const [x, y] = this.#at(event);
    this.view.stop();
    this.pointers.set(event.pointerId, { x, y });
    this.canvas.setPointerCapture(event.pointerId);
    if (this.pointers.size > 1) {
      this.#drop();
      this.far = true;
      return;
    }
    this.from = [x, y];
    this.far = false;
    this.over = this.hit(x, y, event.pointerType === "touch" ? 12 : 4);
    // A finger drags only what it chose before: it has to be able to scroll past.
    this.held = this.over && (event.pointerType !== "touch" || this.over === this.on.chosen()) ? this.over : null;
  }

  pointermove(event) {
    const [x, y] = this.#at(event);
    const before = this.pointers.get(event.pointerId);
    if (!before) {
      const over = this.hit(x, y);
      this.canvas.classList.toggle("on-one", over !== null);
      this.on.hover(over);
      return;
    }
    const others = [...this.pointers].filter(([id]) => id !== event.pointerId).map(([, at]) => at);
    this.pointers.set(event.pointerId, { x, y });
    if (others.length) return this.#pinch(before, { x, y }, others[0]);
    if (!this.far && Math.hypot(x - this.from[0], y - this.from[1]) < STRAY) return undefined;
    if (!this.far && this.held) this.on.held(this.held);
    this.far = true;
    if (this.held) [this.held.fx, this.held.fy] = [this.held.x, this.held.y] = this.view.place(x, y);
    else this.view.pan(x - before.x, y - before.y);
    this.on.redraw();
  }

  #pinch(before, now, other) {
    const middle = { x: (now.x + other.x) / 2, y: (now.y + other.y) / 2 };
    const apart = (at) => Math.max(Math.hypot(at.x - other.x, at.y - other.y), 1);
    this.view.pan((now.x - before.x) / 2, (now.y - before.y) / 2);
    this.view.zoom(apart(now) / apart(before), middle.x, middle.y);
    this.on.redraw();
  }

  pointerup(event) {
    if (!this.pointers.delete(event.pointerId) || this.pointers.size) return;
    const moved = this.far;
    this.#drop();
    if (moved) return;
    if (this.over) this.go(this.over);
    this.on.choose(this.over);
  }

  pointercancel(event) {
    this.pointers.delete(event.pointerId);
    this.#drop();
  }

  pointerleave() {
    this.on.hover(null);
  }

  #drop() {
    if (this.held && this.far) this.on.dropped(this.held);
    this.held = null;
  }

  /** The one element that the keyboard reaches stands on an institution, and is named after it. Each is a new
   *  element, so that screen readers read it. */
  go(node, { focus = true } = {}) {
    this.node = node;
    this.#name(focus);
    this.on.redraw();
  }

  #name(focus = false) {
    const { node } = this;
    const told = node && [say("node", { name: node.label, n: node.degree }), node.community ? say("member", { n: node.community }) : ""].join(" ");
    const fresh = h("button", { type: "button", className: "at-node", "aria-label": told || say("board") });
    fresh.addEventListener("click", () => this.on.choose(this.node));
    if (this.here) this.here.replaceWith(fresh);
    else this.element.append(fresh);
    this.here = fresh;
    if (focus) fresh.focus({ preventScroll: true });
  }

  /** Keeps that element where its institution is drawn. */
  place() {
    const { node } = this;
    this.here.hidden = !node?.on;
    if (!node?.on) return;
    const size = Math.max(24, 2 * node.sr + 10);
    Object.assign(this.here.style, {
      width: `${size}px`, height: `${size}px`, left: `${node.sx - size / 2}px`, top: `${node.sy - size / 2}px`,
    });
  }

  #key(event) {
    const { view } = this;
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const where = WHERE[event.key];
    if (where && event.shiftKey) view.pan(-60 * where[0], -60 * where[1]);
    else if (where) this.#next(where);
    else if (event.key === "+" || event.key === "=") view.zoom(1.4, ...this.#middle(), { smooth: true });
    else if (event.key === "-") view.zoom(1 / 1.4, ...this.#middle(), { smooth: true });
    else if (event.key === "0") this.on.fit();
    else if (event.key === "Home") this.#reach(this.graph.shownNodes[0]);
    else return;
    event.preventDefault();
    this.on.redraw();
  }

  #middle() {
    return this.node ? [this.node.sx, this.node.sy] : [];
  }

  /** The nearest one in a direction, of those within a quarter turn of it. */
  #next([right, down]) {
    const here = this.node ?? this.graph.shownNodes[0];
    if (!here) return;
    let best = null;
    let least = Infinity;
    for (const node of this.graph.shownNodes) {
      const [x, y] = [node.x - here.x, node.y - here.y];
      const along = x * right + y * down;
      const aside = Math.abs(x * down + y * right);
      if (node === here || along <= 0 || aside > along) continue;
      const cost = along + 2 * aside;
      if (cost < least) [best, least] = [node, cost];
    }
    this.#reach(best);
  }

  #reach(node) {
    if (!node) return;
    this.go(node);
    this.view.show([node]);
  }
}
