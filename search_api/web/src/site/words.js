// What the scripts say: the page has it, in the reader's language, in a template that nothing shows.

const template = document.getElementById("words");

/** A sentence of the page by its name; `{name}` in it stands for a value. */
export const words = (name, values = {}) =>
  template.dataset[name].replace(/\{(\w+)\}/g, (_, key) => values[key]);

/** A copy of the first part of the template that a selector finds. */
export const part = (selector) => template.content.querySelector(selector).cloneNode(true);

const region = document.createElement("p");
region.className = "quiet";
region.setAttribute("role", "status");
document.body.append(region);

/** Tell those who do not see what changed, when they have heard what they are hearing. */
export const tell = (text) => { region.textContent = text; };
