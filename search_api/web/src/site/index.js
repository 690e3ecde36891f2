// What scripts add to every page; each page is complete without them.

import { offerCopies } from "./copy.js";
import { live } from "./live.js";
import { suggest } from "./suggest.js";

/** Filters of a list or a drawing are open where there is room; where styles cannot do that, this does. */
function openFilters(within) {
  if (CSS.supports("selector(::details-content)") || !matchMedia("(min-width: 52.01rem)").matches) return;
  within.querySelectorAll("#facets, .fold").forEach((details) => { details.open = true; });
}

function enhance(within) {
  offerCopies(within);
  openFilters(within);
}

for (const field of document.querySelectorAll("form input[name=q], input[data-suggest]")) {
  const leads = field.form.getAttribute("action");
  if (field.dataset.suggest || /(^|\/)search$/.test(leads)) suggest(field);
}
live(enhance);
enhance(document);
