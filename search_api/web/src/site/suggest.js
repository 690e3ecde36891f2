// Suggestions below a field while somebody types: a combobox with a list (ARIA 1.2), each line a link.

import { tell, words } from "./words.js";

const WAIT = 120; // milliseconds without a key
const SHORTEST = 2; // characters from which it asks
const { lang } = document.documentElement;
/** Where the address of the page chose its language, addresses go on in it. */
const prefix = `${location.pathname}/`.startsWith(`/${lang}/`) ? `/${lang}` : "";
let fields = 0;

const element = (name, attributes, ...children) => {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) if (value != null) made.setAttribute(key, value);
  made.append(...children);
  return made;
};

/** The address that a form leads to: what has no value is left out. */
export function addressOf(form) {
  const address = new URL(form.getAttribute("action"), location);
  for (const [name, value] of new FormData(form)) if (value !== "") address.searchParams.append(name, value);
  return address;
}

/**
 * Suggest for a field what its words may mean. With `data-suggest` only resources of that kind; a field that
 * is no search (any name but `q`) takes the name that is chosen, a search goes to the page.
 */
export function suggest(field) {
  const { form, dataset } = field;
  const fills = field.name !== "q";
  const own = `suggestions-${(fields += 1)}`;
  const list = element("div", { id: own, role: "listbox", class: "suggestions", "aria-label": words("suggestions") });
  list.hidden = true;
  field.after(list);
  field.parentElement.classList.add("suggesting");
  for (const [name, value] of Object.entries({
    role: "combobox",
    autocomplete: "off",
    "aria-autocomplete": "list",
    "aria-controls": own,
    "aria-expanded": "false",
  })) field.setAttribute(name, value);

  let options = [];
  let active = -1;
  let timer;
  let asking;

  function choose(index) {
    options[active]?.setAttribute("aria-selected", "false");
    active = index;
    const option = options[active];
    if (!option) return field.removeAttribute("aria-activedescendant");
    option.setAttribute("aria-selected", "true");
    option.scrollIntoView({ block: "nearest" });
    field.setAttribute("aria-activedescendant", option.id);
  }

  function show(open) {
    list.hidden = !open;
    field.setAttribute("aria-expanded", String(open));
    if (!open) choose(-1);
  }

  /** Neither show the list nor what is still asked for. */
  function leave() {
    clearTimeout(timer);
    asking?.abort();
    show(false);
  }

  function line(attributes, ...content) {
    const option = element(attributes.href ? "a" : "div", {
      ...attributes,
      id: `${own}-${options.length}`,
      role: "option",
      tabindex: attributes.href && "-1",
      "aria-selected": "false",
    }, ...content);
    options.push(option);
    return option;
  }

  function resource(one, kind, alike) {
    const told = [one.name, one.detail].filter(Boolean).join(" · ");
    const shown = kind === "themes" ? one.label[0].toUpperCase() + one.label.slice(1) : one.label;
    const label = element("span", { lang: one.label_language }, shown);
    // Of several that are called alike, the slug says which is meant.
    const option = line({ href: fills ? null : prefix + one.url }, label, " ", element("small", {}, told));
    if (fills) option.dataset.value = alike ? one.slug : one.label;
    return option;
  }

  function draw(groups) {
    options = [];
    active = -1;
    const all = groups.flatMap((group) => group.results);
    const drawn = groups.map((group, n) => element("div", { role: "group", "aria-labelledby": `${own}-kind-${n}` },
      element("div", { id: `${own}-kind-${n}`, class: "kind", role: "presentation" }, group.label),
      ...group.results.map((one) => resource(one, group.kind, all.some((other) => other !== one && other.label === one.label)))));
    if (!fills && all.length) {
      drawn.push(line({ href: addressOf(form), class: "all" }, words("search", { words: field.value.trim() })));
    }
    list.replaceChildren(...drawn);
    show(all.length > 0);
    if (all.length) tell(words("found", { count: all.length }));
  }

  async function ask() {
    const typed = field.value.trim();
    asking?.abort();
    if (typed.length < SHORTEST) return show(false);
    const { signal } = (asking = new AbortController());
    const asked = new URLSearchParams({ q: typed, lang });
    // Below a list that follows what is typed, there is less to suggest.
    asked.set("k", dataset.suggest ? 8 : "typed" in form.dataset ? 2 : 4);
    if (dataset.suggest) asked.set("kind", dataset.suggest);
    try {
      const response = await fetch(`/suggest?${asked}`, { signal });
      if (!response.ok) return show(false);
      const { groups } = await response.json();
      if (!signal.aborted && document.activeElement === field) draw(groups);
    } catch {
      // Whoever types goes on without suggestions.
      if (!signal.aborted) show(false);
    }
  }

  field.addEventListener("input", (event) => {
    clearTimeout(timer);
    if (!event.isComposing) timer = setTimeout(ask, WAIT);
  });
  field.addEventListener("compositionend", () => { timer = setTimeout(ask, WAIT); });
  field.addEventListener("blur", leave);
  form.addEventListener("submit", leave);
  field.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    const open = !list.hidden;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      if (!open && !options.length) return;
      event.preventDefault();
      if (!open) return show(true), event.altKey || choose(event.key === "ArrowDown" ? 0 : options.length - 1);
      if (event.altKey) return show(false);
      // One place of the round is the field itself: nothing chosen.
      const places = options.length + 1;
      choose((active + 1 + (event.key === "ArrowDown" ? 1 : places - 1)) % places - 1);
    } else if (event.key === "Enter" && open && options[active]) {
      event.preventDefault();
      options[active].click();
    } else if (event.key === "Escape") {
      if (open) event.preventDefault();
      leave(); // what was asked and has not come yet does not open either
    }
  });
  // The field keeps the focus while a line is pressed.
  list.addEventListener("mousedown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => {
    const option = event.target.closest("[role=option]");
    if (!option) return;
    if (option.dataset.value !== undefined) {
      field.value = option.dataset.value;
      field.dispatchEvent(new Event("change", { bubbles: true }));
    }
    leave();
  });
}
