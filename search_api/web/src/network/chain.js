// How two institutions are connected: chosen by name or in the drawing, drawn in it, told beside it.

import { prefix, say } from "./dom.js";

export class Chain {
  nodes = null;
  edges = null;
  picking = null;

  /** `on`: graph, panel, shown(nodes), announce(text), cleared(). */
  constructor(on) {
    this.on = on;
  }

  /** The form of the page. */
  enhance(section) {
    this.form = section.querySelector("form");
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      const { one, other } = this.form.elements;
      const from = this.picking?.label === one.value ? this.picking.slug : this.#meant(one.value);
      void this.ask(one.value, other.value, from, this.#meant(other.value));
    });
  }

  /** Waits for another institution, to be chosen in the drawing or by its name. */
  from(node) {
    this.picking = node;
    const { one, other } = this.form.elements;
    one.value = node.label;
    other.value = "";
    other.focus();
    this.on.announce(say("choose"));
  }

  picked(node) {
    const from = this.picking;
    this.picking = null;
    if (node === from) return;
    this.form.elements.other.value = node.label;
    void this.ask(from.label, node.label, from.slug, node.slug);
  }

  /** The slug of a name that one institution of the drawing has, else the name. */
  #meant(name) {
    const found = this.on.graph.nodes.filter((node) => node.label === name.trim());
    return found.length === 1 ? found[0].slug : name;
  }

  /** The chain from one to the other: their names, and by what the server is asked for them. */
  async ask(one, other, from, to) {
    this.picking = null;
    this.asking?.abort();
    const asking = (this.asking = new AbortController());
    const { panel } = this.on;
    const asked = new URLSearchParams({ one: from, other: to });
    try {
      const response = await fetch(`${prefix}/path?${asked}`, { headers: { accept: "application/json" }, signal: asking.signal });
      const found = await response.json();
      const title = `${one} → ${other}`;
      if (!response.ok) return panel.tellWhyNot(title, found.detail);
      if (!found.results?.length) return panel.tellWhyNot(title, found.reason);
      return this.#show(found, new URL(response.url).pathname);
    } catch (error) {
      if (error.name !== "AbortError") panel.tellWhyNot(say("way"), say("unreachable"));
    }
    return undefined;
  }

  #show(found, address) {
    const { graph, panel, announce, shown } = this.on;
    graph.drop();
    const [path] = found.results;
    graph.add(path.actors, path.steps);
    const nodes = path.actors.map((actor) => graph.bySlug.get(actor.slug));
    this.nodes = new Set(nodes);
    this.edges = nodes.slice(1).map((node, n) => graph.between(nodes[n], node));
    panel.tellChain(found, path, address);
    announce(say("steps", { n: path.steps.length, names: path.actors.map((actor) => actor.label).join(" → ") }));
    shown(nodes);
  }

  clear() {
    this.asking?.abort();
    const was = this.nodes;
    this.nodes = this.edges = this.picking = null;
    if (!was) return;
    this.on.graph.drop();
    this.on.cleared();
  }
}
