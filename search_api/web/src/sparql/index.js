// The query editor of /sparql. The page works without it: a form with a text area, and a table.
// With it: completion, results without a reload, and results as chart and graph beside the table.

import Yasqe from "@zazuko/yasqe";
import "@zazuko/yasqe/build/yasqe.min.css";
import "./sparql.css";
import { completion } from "./completion.js";
import { chart, graph, tableOf } from "./views.js";

const form = document.querySelector("form.sparql");
const area = form.querySelector("textarea");
const said = form.dataset;

/** The editor's reader of SPARQL stops at the line ends that only Unicode knows, which come with pasted text. */
const inLines = (text) => text.replace(/[\u2028\u2029]/g, "\n");

function editor(configuration) {
  const place = document.createElement("div");
  area.before(place);
  const yasqe = new Yasqe(place, {
    value: inLines(area.value),
    ...configuration,
    persistenceId: null,
    prefixCcApi: null,
    showQueryButton: false,
    createShareableLink: null,
    consumeShareLink: null,
    pluginButtons: undefined,
    resizeable: false,
    editorHeight: "20rem",
    lineNumbers: true,
    viewportMargin: Infinity,
    screenReaderLabel: said.editor,
    // Tab leaves the editor, as everywhere else on the page.
    extraKeys: { Tab: false, "Shift-Tab": false, "Ctrl-Enter": () => form.requestSubmit(), "Cmd-Enter": () => form.requestSubmit() },
  });
  area.hidden = true;
  area.required = false;
  yasqe.on("beforeChange", (_editor, change) => {
    const text = change.text.join("\n");
    if (inLines(text) !== text) change.update?.(change.from, change.to, inLines(text).split("\n"));
  });
  yasqe.on("change", () => { area.value = yasqe.getValue(); });
  return yasqe;
}

/** Tabs for the pictures that the result allows; the table is the server's own. */
function views(result) {
  const table = result.querySelector("table");
  if (!table) return;
  const read = tableOf(table);
  const frame = table.closest(".scroll");
  const choices = [["table", said.table, () => frame], ["chart", said.chart, () => chart(read)], ["graph", said.graph, () => graph(read)]];
  let last = frame;
  const made = choices.map(([name, label, make]) => ({ name, label, view: make() })).filter((one) => one.view);
  if (made.length < 2) return;
  const tabs = document.createElement("div");
  tabs.className = "views";
  tabs.setAttribute("role", "tablist");
  for (const one of made) {
    const tab = document.createElement("button");
    tab.type = "button";
    tab.textContent = one.label;
    tab.setAttribute("role", "tab");
    tab.id = `tab-${one.name}`;
    const panel = document.createElement("div");
    panel.setAttribute("role", "tabpanel");
    panel.setAttribute("aria-labelledby", tab.id);
    panel.id = `view-${one.name}`;
    tab.setAttribute("aria-controls", panel.id);
    last.after(panel);
    panel.append(one.view);
    last = panel;
    Object.assign(one, { tab, panel });
    tabs.append(tab);
  }
  const show = (chosen) => {
    for (const one of made) {
      one.panel.hidden = one !== chosen;
      one.tab.setAttribute("aria-selected", String(one === chosen));
      one.tab.tabIndex = one === chosen ? 0 : -1;
    }
  };
  made.forEach((one, n) => {
    one.tab.addEventListener("click", () => show(one));
    one.tab.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (!step) return;
      const next = made[(n + step + made.length) % made.length];
      show(next);
      next.tab.focus();
    });
  });
  made[0].panel.before(tabs);
  show(made[0]);
}

let asking;

/** The result of a query, as the server draws it, in place of the one shown. */
async function ask(address) {
  asking?.abort();
  asking = new AbortController();
  const shown = document.getElementById("result");
  shown.setAttribute("aria-busy", "true");
  try {
    const response = await fetch(address, { headers: { accept: "text/html" }, signal: asking.signal });
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    const fresh = page.getElementById("result");
    if (!fresh) throw new Error(String(response.status));
    shown.replaceWith(document.adoptNode(fresh));
    views(fresh);
    fresh.querySelector('[role="alert"], [role="status"]')?.scrollIntoView({ block: "nearest" });
  } catch (error) {
    if (error.name === "AbortError") return;
    const told = document.createElement("p");
    told.className = "error";
    told.setAttribute("role", "alert");
    told.textContent = said.unreachable;
    shown.replaceChildren(told);
  } finally {
    shown.removeAttribute("aria-busy");
  }
}

const pathOf = (address) => address.pathname + address.search;

const addressOf = () => {
  const values = new URLSearchParams(new FormData(form));
  return `${form.action}?${values}`;
};

async function start() {
  let known = { autocompleters: ["variables"] };
  try {
    known = await completion(Yasqe, document.documentElement.lang);
  } catch (error) {
    console.warn("no completion of terms:", error.message);
  }
  const yasqe = editor(known);
  let here = pathOf(location);
  form.addEventListener("submit", (event) => {
    const address = addressOf();
    const page = form.elements.format.value === "html";
    // What is longer than an address may be goes the form's own way, by POST.
    if (!page || address.length > 6000) return;
    event.preventDefault();
    if (address !== location.href) history.pushState({ query: area.value }, "", address);
    here = pathOf(location);
    void ask(address);
  });
  // A link within the page leads here, too, and must not lose what was written.
  addEventListener("popstate", () => { if (pathOf(location) !== here) location.reload(); });
  for (const link of document.querySelectorAll("a.run")) {
    link.addEventListener("click", (event) => {
      event.preventDefault();
      yasqe.setValue(new URL(link.href).searchParams.get("query"));
      form.requestSubmit();
      form.scrollIntoView();
    });
  }
  views(document.getElementById("result"));
}

void start();
