// The institutions and collaborations that are drawn, and which of them are to be seen.

/** A node has a place `x`, `y` in units of the server's drawing, a radius `r`, how far it has appeared
 *  (`alpha`), whether it is `on`, and its `links`. */
export class Graph {
  nodes = [];
  edges = [];
  bySlug = new Map();
  hidden = new Set();
  until = null;

  /** Takes in what the server tells; nodes that stay keep their places, new ones begin among their partners.
   *  `places` are those of the drawing of the server. */
  update(told, places = new Map()) {
    const before = this.bySlug;
    this.bySlug = new Map();
    const { slug, label, community, strength, degree } = told.nodes;
    this.nodes = slug.map((one, n) => {
      const at = before.get(one) ?? places.get(one);
      const node = before.get(one) ?? { slug: one, x: at?.x, y: at?.y, vx: 0, vy: 0, alpha: at ? 1 : 0 };
      Object.assign(node, { label: label[n], community: community[n], strength: strength[n], degree: degree[n], links: [], rank: n });
      this.bySlug.set(one, node);
      return node;
    });
    const { source, target, weight, events, first_year } = told.edges;
    this.edges = source.map((from, n) => ({
      source: this.nodes[from], target: this.nodes[target[n]], weight: weight[n], events: events[n], first: first_year[n],
    }));
    this.#join();
  }

  /** Adds a chain of institutions, where some of it is not drawn. */
  add(actors, steps) {
    for (const { slug, label } of actors) {
      if (this.bySlug.has(slug)) continue;
      const node = { added: true, slug, label, community: null, strength: 0, degree: 0, alpha: 0, vx: 0, vy: 0, links: [], rank: this.nodes.length };
      this.nodes.push(node);
      this.bySlug.set(slug, node);
    }
    for (const { from_actor: one, to_actor: other, weight, events } of steps) {
      const [source, target] = [this.bySlug.get(one.slug), this.bySlug.get(other.slug)];
      if (!this.between(source, target)) this.edges.push({ added: true, source, target, weight, events, first: null });
    }
    this.#join();
  }

  /** Takes away again what was added for a chain. */
  drop() {
    this.edges = this.edges.filter((edge) => !edge.added);
    for (const node of this.nodes) {
      if (!node.added) continue;
      node.on = false;
      this.bySlug.delete(node.slug);
    }
    this.nodes = this.nodes.filter((node) => !node.added);
    this.#join();
  }

  between(one, other) {
    return one.links.find((edge) => edge.source === other || edge.target === other);
  }

  #join() {
    const strongest = Math.max(...this.nodes.map((node) => node.strength), 1e-9);
    const heaviest = Math.max(...this.edges.map((edge) => edge.weight), 1e-9);
    // Radii and widths are those of the server's drawing.
    for (const node of this.nodes) {
      node.r = 5 + 13 * Math.sqrt(node.strength / strongest);
      node.links = [];
    }
    for (const edge of this.edges) {
      edge.width = 0.6 + 4 * Math.sqrt(edge.weight / heaviest);
      edge.source.links.push(edge);
      edge.target.links.push(edge);
    }
    this.#place();
    this.refresh();
  }

  /** Places for nodes without one: the middle of their partners that have one, a little aside; always alike. */
  #place() {
    let waiting = this.nodes.filter((node) => node.x === undefined);
    for (let round = 0; waiting.length && round < 8; round++) {
      for (const node of waiting) {
        let [x, y, total] = [0, 0, 0];
        for (const edge of node.links) {
          const other = edge.source === node ? edge.target : edge.source;
          if (other.x === undefined || waiting.includes(other)) continue;
          x += other.x * edge.weight;
          y += other.y * edge.weight;
          total += edge.weight;
        }
        if (!total && round < 7) continue;
        const angle = node.rank * 2.399963;
        const away = total ? 30 : 220 + 4 * Math.sqrt(node.rank) * 10;
        node.x = (total ? x / total : 480) + away * Math.cos(angle);
        node.y = (total ? y / total : 310) + away * Math.sin(angle);
      }
      waiting = waiting.filter((node) => node.x === undefined);
    }
  }

  /** Says of each node and edge whether it is to be seen: its community is shown, its year has come. */
  refresh() {
    const shown = (node) => !this.hidden.has(node.community);
    for (const node of this.nodes) node.on = false;
    for (const edge of this.edges) {
      const come = this.until === null || (edge.first !== null && edge.first <= this.until);
      edge.on = come && shown(edge.source) && shown(edge.target);
      if (edge.on) edge.source.on = edge.target.on = true;
    }
    // Whose partners are all hidden stands alone, but is not hidden itself.
    if (this.until === null) for (const node of this.nodes) node.on ||= shown(node);
  }

  partners(node) {
    const found = new Set([node]);
    for (const edge of node.links) if (edge.on) found.add(edge.source).add(edge.target);
    return found;
  }

  get shownNodes() {
    return this.nodes.filter((node) => node.on);
  }

  get shownEdges() {
    return this.edges.filter((edge) => edge.on);
  }
}

/** Where the server drew each institution, by slug. */
export function drawnPlaces(svg) {
  const places = new Map();
  for (const link of svg?.querySelectorAll("a") ?? []) {
    const circle = link.querySelector("circle");
    const slug = decodeURIComponent(link.getAttribute("href").split("/").pop());
    places.set(slug, { x: Number(circle.getAttribute("cx")), y: Number(circle.getAttribute("cy")) });
  }
  return places;
}
