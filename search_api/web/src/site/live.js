// Lists and results without a reload: what leads to the same path is fetched, and the part of its page that
// lists (`#results`) takes the place of the one shown. The server draws both; addresses are the page's own.

import { addressOf } from "./suggest.js";
import { part, tell } from "./words.js";

const TYPED = 200; // milliseconds without a key until what was typed is looked for
const STOPPED = 1500; // and until it has an entry of its own in the history
const PATIENCE = 20000; // milliseconds for an answer
const KEPT = 20; // pages that going back shows at once
/** What follows the list, beside it: filters that a new question keeps, the heading, this page in other languages. */
const FOLLOWING = ["#title", "form[data-live] .kept", "nav.languages"];
const HEAD = "link[rel=canonical], link[rel=alternate]";

const pathOf = (address) => address.pathname + address.search;
const fresh = () => `${Date.now()}`;

/** `drawn` is called with each new list. */
export function live(drawn) {
  let results = document.getElementById("results");
  if (!results) return;
  const form = document.querySelector("form[data-live]");
  const field = form?.elements.q;
  const visited = new Map();
  let here = { key: fresh(), address: pathOf(location) };
  let asking;
  let typing = false;
  let typed;
  let stopped;

  const isOurs = (address) => address.origin === location.origin && address.pathname === location.pathname;

  function enter(place, stays) {
    here = place;
    visited.set(place.key, place);
    if (visited.size > KEPT) visited.delete(visited.keys().next().value);
    history[stays ? "replaceState" : "pushState"]({ key: place.key }, "", place.address);
  }

  /** How an element is told within the list, before and after: by its id, else by its words and their heading. */
  const told = (one) => one.id || [
    one.localName,
    one.getAttribute("aria-label") ?? one.textContent.trim(),
    one.closest("section:not(#results)")?.querySelector("h2")?.textContent,
  ].join("|");

  function focus(former) {
    if (!former) return;
    const same = former.filter && [...results.querySelectorAll(".facets :is(a, button, input, summary)")]
      .find((one) => told(one) === former.name);
    (same ?? results).focus({ preventScroll: !same });
    const end = results.querySelector(".items, .cards, .empty")?.getBoundingClientRect().bottom;
    const { top } = results.getBoundingClientRect();
    // Who chooses filters stays with them, unless the list would end above what is seen.
    if (same ? end < 80 : top < 0 || top > innerHeight / 2) results.scrollIntoView();
  }

  function draw(page, how) {
    const next = page.getElementById("results");
    const focused = document.activeElement;
    const former = how !== "typed" && results.contains(focused)
      && { name: told(focused), filter: focused.closest(".facets") };
    const open = [...results.querySelectorAll("details[id][open]")].map((details) => details.id);
    results.replaceWith(next);
    results = next;
    results.tabIndex = -1;
    for (const id of open) results.querySelector(`#${CSS.escape(id)}`)?.setAttribute("open", "");
    for (const selector of FOLLOWING) {
      const [shown, other] = [document, page].map((where) => where.querySelector(selector));
      if (shown && other) shown.replaceWith(other);
    }
    document.title = page.title;
    document.head.querySelectorAll(HEAD).forEach((link) => link.remove());
    document.head.append(...page.head.querySelectorAll(HEAD));
    if (field && how !== "typed") field.value = page.querySelector("form[data-live]")?.elements.q.value ?? "";
    drawn(results);
    focus(former);
    tell([...results.querySelectorAll("[data-told]")].map((one) => one.textContent.trim()).join(". "));
  }

  function fail(address) {
    results.querySelector(":scope > [role=alert]")?.remove();
    const notice = part("[role=alert]");
    notice.querySelector("a").href = address;
    results.prepend(notice);
    if (document.activeElement === document.body) results.focus({ preventScroll: true });
    if (results.getBoundingClientRect().top < 0) results.scrollIntoView();
  }

  /** Show the list at an address. `how`: "push" for a new entry of the history, "typed", "back" for an old one. */
  async function go(address, how, place = {}) {
    clearTimeout(typed);
    asking?.abort();
    const own = (asking = Object.assign(new AbortController(), { back: how === "back" }));
    const late = setTimeout(() => own.abort(), PATIENCE);
    results.setAttribute("aria-busy", "true");
    try {
      const text = place.text ?? await fetch(address, { headers: { accept: "text/html" }, signal: own.signal })
        .then((response) => response.text());
      const page = new DOMParser().parseFromString(text, "text/html");
      if (own !== asking) return;
      if (!page.getElementById("results")) {
        // An error that the server tells on a page of its own.
        if (how === "typed") fail(address);
        else location.assign(address);
        return;
      }
      const stays = how === "back" || (how === "typed" && typing) || address === pathOf(location);
      enter({ key: (stays && history.state?.key) || fresh(), address, text, scroll: place.scroll }, stays);
      typing = how === "typed";
      draw(page, how);
      if (how === "back") scrollTo(0, place.scroll ?? 0);
    } catch {
      // Given up for another list, there is nothing to tell.
      if (own === asking) fail(address);
    } finally {
      clearTimeout(late);
      if (own === asking) results.removeAttribute("aria-busy");
    }
  }

  /** Stay with what is shown: who went back came here again before the list of there did. */
  function stay() {
    asking.abort();
    asking = undefined;
    results.removeAttribute("aria-busy");
    results.querySelector(":scope > [role=alert]")?.remove();
  }

  document.addEventListener("click", (event) => {
    if (event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    const link = event.target.closest("#results a[href]");
    if (!link || link.hasAttribute("download") || link.hasAttribute("target")) return;
    const address = new URL(link.getAttribute("href"), location);
    if (!isOurs(address) || address.hash) return;
    event.preventDefault();
    void go(pathOf(address), "push");
  });
  document.addEventListener("submit", (event) => {
    const sent = event.target;
    if (event.defaultPrevented || sent.method !== "get" || !(sent === form || results.contains(sent))) return;
    const address = addressOf(sent);
    if (!isOurs(address)) return;
    event.preventDefault();
    // The keyboard of a phone would hide what was found.
    if (sent === form && matchMedia("(pointer: coarse)").matches) field.blur();
    void go(pathOf(address), "push");
  });
  if (form && "typed" in form.dataset) {
    field.addEventListener("input", (event) => {
      if (event.isComposing) return;
      clearTimeout(typed);
      clearTimeout(stopped);
      typed = setTimeout(() => go(pathOf(addressOf(form)), "typed"), TYPED);
      stopped = setTimeout(() => { typing = false; }, STOPPED);
    });
  }
  addEventListener("popstate", (event) => {
    if (pathOf(location) === here.address) {
      if (asking?.back) stay();
      return;
    }
    typing = false;
    void go(pathOf(location), "back", visited.get(event.state?.key));
  });
  addEventListener("scroll", () => { here.scroll = scrollY; }, { passive: true });

  results.tabIndex = -1;
  visited.set(here.key, here);
  history.replaceState({ key: here.key }, "");
}
