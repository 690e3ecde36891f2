// The filters without a reload: the lists that the server drew for the same address, the address to share.

import { h, prefix, say } from "./dom.js";

/** Parts of the page that belong to an address. */
const PARTS = ["network-kept", "network-count", "network-communities", "network-years", "network-told"];
const NAMES = ["theme", "role", "year_from", "year_to", "actor"];

export class Filters {
  /** `draw(parameters, signal, page)` is called with what was asked for, and the page of the server. */
  constructor(draw) {
    this.draw = draw;
    this.form = document.getElementById("network-filters");
    this.at = location.search;
  }

  /** Takes the form over, once there is a drawing that follows it. */
  enhance() {
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.submit();
    });
    let waiting = 0;
    this.form.addEventListener("change", (event) => {
      if (!event.target.matches("select, [type=checkbox]")) return;
      clearTimeout(waiting);
      // Who goes through a list by keys changes it at each step.
      waiting = setTimeout(() => this.submit(), 400);
    });
    addEventListener("popstate", () => { if (location.search !== this.at) void this.load(location.search, { push: false }); });
    document.getElementById("main").addEventListener("click", (event) => this.#follow(event));
    const several = document.getElementById("network-countries");
    several.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      several.open = false;
      several.querySelector("summary").focus();
    });
    document.addEventListener("click", (event) => { if (!several.contains(event.target)) several.open = false; });
  }

  get parameters() {
    return new URLSearchParams(this.at);
  }

  submit(changes = {}) {
    const given = [...new FormData(this.form)].filter(([, value]) => value !== "");
    const asked = new URLSearchParams(given);
    const limit = this.parameters.get("limit");
    if (limit) asked.set("limit", limit);
    for (const [name, value] of Object.entries(changes)) asked.set(name, value);
    return this.load(asked.size ? `?${asked}` : "");
  }

  /** Links to other parts of the network are followed without a reload, too. */
  #follow(event) {
    const link = event.target.closest("a[href]");
    if (!link || event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    const to = new URL(link.getAttribute("href"), location.href);
    if (to.pathname !== `${prefix}/network` || link.hasAttribute("download") || to.hash) return;
    event.preventDefault();
    const limit = this.parameters.get("limit");
    if (limit) to.searchParams.set("limit", limit);
    void this.load(to.search);
  }

  async load(search, { push = true } = {}) {
    this.asking?.abort();
    const asking = (this.asking = new AbortController());
    const explorer = document.getElementById("explorer");
    explorer.setAttribute("aria-busy", "true");
    try {
      const address = `${prefix}/network${search}`;
      const [response] = await Promise.all([
        fetch(address, { headers: { accept: "text/html" }, signal: asking.signal }),
      ]);
      const page = new DOMParser().parseFromString(await response.text(), "text/html");
      if (!page.getElementById("explorer")) return this.#refused(page);
      const drawn = await this.draw(new URLSearchParams(search), asking.signal, page);
      if (push && search !== location.search) history.pushState(null, "", address);
      this.at = search;
      this.#replace(page);
      drawn();
    } catch (error) {
      if (error.name !== "AbortError") this.#refused(null);
    } finally {
      if (this.asking === asking) explorer.removeAttribute("aria-busy");
    }
    return undefined;
  }

  #replace(page) {
    for (const id of PARTS) {
      const now = document.getElementById(id);
      const fresh = document.adoptNode(page.getElementById(id));
      // A live region tells its new words only where it stays.
      if (id === "network-count") now.replaceChildren(...fresh.childNodes);
      else now.replaceWith(fresh);
    }
    document.getElementById("network-refused")?.remove();
    const form = page.getElementById("network-filters");
    for (const name of NAMES) this.form.elements[name].value = form.elements[name].value;
    for (const box of this.form.querySelectorAll("[name=country]")) {
      box.checked = form.querySelector(`[name=country][value="${CSS.escape(box.value)}"]`)?.hasAttribute("checked") ?? false;
    }
    const summary = (of) => of.querySelector("#network-countries summary");
    summary(this.form).textContent = summary(form).textContent;
    document.title = page.title;
    for (const link of document.querySelectorAll("nav.languages a")) {
      const fresh = page.querySelector(`nav.languages a[hreflang="${link.hreflang}"]`);
      if (fresh) link.href = fresh.getAttribute("href");
    }
  }

  /** What the server said of a mistake, where the form is. */
  #refused(page) {
    document.getElementById("network-refused")?.remove();
    const told = page?.getElementById("main")?.querySelector(".error") ?? page?.getElementById("main");
    const words = told ? [...document.adoptNode(told).childNodes] : [say("unreachable")];
    for (const word of words) if (word.matches?.("h1")) word.remove();
    this.form.closest("details").after(h("div", { id: "network-refused", className: "empty", role: "alert" }, words.filter((word) => !word.matches?.("h1"))));
  }
}
