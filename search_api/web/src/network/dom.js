// Small tools: elements, words of the page, numbers as the reader writes them.

const explorer = document.getElementById("explorer");

/** The words of the page, by name; `{n}` and the like are filled in. */
export function say(name, values = {}) {
  return explorer.dataset[name].replace(/\{(\w+)\}/g, (_, key) => values[key]);
}

/** An element with properties (those with a hyphen, and `role`, are attributes) and children. */
export function h(tag, properties = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name.includes("-") || name === "role" || name === "for") made.setAttribute(name, value);
    else made[name] = value;
  }
  made.append(...children.flat().filter((child) => child != null && child !== ""));
  return made;
}

const language = document.documentElement.lang;
const whole = new Intl.NumberFormat(language);
const parts = new Intl.NumberFormat(language, { maximumFractionDigits: 2 });
export const number = (value) => (Number.isInteger(value) ? whole : parts).format(value);

/** What the address of the page begins with: the language, where the address chose it. */
export const prefix = new URL(document.getElementById("network-filters").action).pathname.replace(/\/network$/, "");

const still = matchMedia("(prefers-reduced-motion: reduce)");
/** May things move that nobody moves by hand? */
export const mayMove = () => !still.matches;

/** JSON of the server. Throws an Error with what the server said of a mistake, if it did. */
export async function json(path, signal) {
  const response = await fetch(prefix + path, { headers: { accept: "application/json" }, signal });
  if (!response.ok) {
    const problem = await response.json().catch(() => ({}));
    throw new Error(problem.detail ?? String(response.status));
  }
  return response.json();
}
