// What is told beside the drawing: of an institution, or of the chain that connects two.

import { h, json, number, prefix, say } from "./dom.js";

const PARTNERS = 8;

const years = ({ first_year: first, last_year: last }) => (first ? (first === last ? String(first) : `${first}–${last}`) : "");
const link = (ref, properties = {}) => h("a", { href: prefix + ref.url, ...properties }, ref.label);
const meta = (...parts) => h("p", { className: "meta" }, parts.flat().filter(Boolean).flatMap((part, n) => (n ? [" · ", part] : [part])));
const capital = (text) => text.charAt(0).toUpperCase() + text.slice(1);

export class Panel {
  /** `on`: close, pick (a slug), chain (a slug). */
  constructor(on) {
    this.on = on;
    this.element = h("section", { className: "told-of", hidden: true });
  }

  #open(title, ...content) {
    const heading = h("h2", { id: "told-of" }, title);
    const close = h("button", { type: "button", className: "close", "aria-label": say("close"), title: say("close") }, "×");
    close.addEventListener("click", () => this.on.close());
    this.element.replaceChildren(h("div", { className: "head" }, heading, close), ...content);
    this.element.setAttribute("aria-labelledby", "told-of");
    this.element.hidden = false;
    this.element.parentElement.scrollTop = 0;
  }

  close() {
    this.asking?.abort();
    this.element.hidden = true;
    this.element.replaceChildren();
  }

  /** An institution: what is drawn of it at once, then what the server knows. `filters` narrow the network. */
  async tell(node, filters) {
    this.asking?.abort();
    const asking = (this.asking = new AbortController());
    const chain = h("button", { type: "button", className: "quiet-button" }, say("chain"));
    chain.addEventListener("click", () => this.on.chain(node));
    const around = new URLSearchParams(filters);
    for (const name of ["actor", "community", "limit"]) around.delete(name);
    around.set("actor", node.slug);
    const path = `${prefix}/actors/${encodeURIComponent(node.slug)}`;
    const actions = h("p", { className: "actions" },
      h("a", { href: path }, say("profile")), h("a", { href: `${path}/peers` }, say("peers")),
      h("a", { href: `${prefix}/network?${around}` }, say("around")), chain);
    const kind = meta();
    const rest = h("div", { "aria-busy": "true" });
    this.#open(node.label, kind, actions, rest);
    const asked = new URLSearchParams(filters);
    asked.delete("actor");
    asked.append("actor", node.slug);
    asked.set("limit", PARTNERS);
    try {
      const found = await json(`/network?${asked}`, asking.signal);
      const own = found.nodes.find((one) => one.slug === node.slug);
      const named = new Map(found.nodes.map((one) => [one.slug, one]));
      if (own) {
        const community = found.communities.find((one) => one.number === own.community);
        kind.replaceWith(
          meta(own.type && h("span", { className: "tag" }, capital(own.type.label)), own.country?.label, say("degree", { n: number(own.degree) })),
          community ? meta(`${say("member", { n: community.number })} ${community.label}`) : "",
        );
      }
      const edges = found.edges.filter((edge) => edge.source === node.slug || edge.target === node.slug);
      if (edges.length) {
        rest.append(h("h3", {}, say("partners")), h("ol", { className: "partners" }, edges.map((edge) =>
          this.#partner(edge, named.get(edge.source === node.slug ? edge.target : edge.source)))));
      } else if (found.reason) rest.append(h("p", {}, found.reason));
    } catch (error) {
      if (error.name === "AbortError") return;
      rest.append(h("p", { className: "note" }, say("unreachable")));
    }
    rest.removeAttribute("aria-busy");
  }

  #partner(edge, other) {
    const name = link(other);
    name.addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey || !this.on.pick(other.slug)) return;
      event.preventDefault();
    });
    return h("li", {}, name,
      meta(say("weight", { n: number(edge.weight) }), years(edge)),
      h("details", {}, h("summary", {}, `${say("common")}: ${number(edge.events)}`),
        h("ul", {}, edge.event_list.map((event) => h("li", {}, link(event))))));
  }

  /** Asks which other institution. */
  ask(text) {
    this.#open(text);
  }

  /** A chain, in words: each step with its events and the roles in them. */
  tellChain(found, path, address) {
    const steps = path.steps.map((step) => h("li", {},
      h("strong", {}, `${step.from_actor.label} → ${step.to_actor.label}`),
      meta(say("events", { n: number(step.events) }), say("weight", { n: number(step.weight) })),
      h("ul", {}, step.event_list.map((event) => h("li", {}, link(event), event.date ? ` · ${event.date.slice(0, 4)}` : "",
        meta(roles(step.from_actor, event.from_roles), roles(step.to_actor, event.to_roles)))))));
    this.#open(say("way"),
      meta(say("steps", { n: steps.length, names: path.actors.map((actor) => actor.label).join(" → ") })),
      h("ol", { className: "chain" }, steps),
      h("p", {}, h("a", { href: address }, say("full"))));
  }

  /** Why there is none. */
  tellWhyNot(title, reason) {
    this.#open(title, h("p", { role: "alert" }, reason));
  }
}

const roles = (actor, had) => `${actor.label}: ${had.map((role) => role.label).join(", ")}`;
