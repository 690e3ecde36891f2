// Buttons that copy a citation or a link, or hand the link to what a phone shares with.

import { part, tell, words } from "./words.js";

const TOLD = 2500; // milliseconds for which a button says what it did
let sources = 0;

async function toClipboard(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // Not over https, or not allowed: the way of before.
    const area = Object.assign(document.createElement("textarea"), { value: text, className: "quiet" });
    document.body.append(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    return done;
  }
}

async function copy(button) {
  const { link } = button.dataset;
  const cites = link === undefined;
  const text = cites ? button.closest(".cite").querySelector(".citation").textContent.trim() : new URL(link, location).href;
  if (!cites && navigator.share && matchMedia("(pointer: coarse)").matches) {
    try {
      await navigator.share({ title: document.title, url: text });
      return;
    } catch (error) {
      if (error.name === "AbortError") return;
    }
  }
  const done = await toClipboard(text);
  button.focus({ preventScroll: true });
  const said = words(done ? "copied" : "notCopied");
  button.dataset.label ??= button.textContent;
  button.textContent = said;
  tell(said);
  clearTimeout(button.told);
  button.told = setTimeout(() => { button.textContent = button.dataset.label; }, TOLD);
}

/** Show the buttons within an element, and give one to each item that leads to its place in a document. */
export function offerCopies(within) {
  for (const item of within.querySelectorAll(".item:has(> .meta > a.source[href*='start='])")) {
    const source = item.querySelector(":scope > .meta > a.source");
    const button = part("button");
    button.dataset.link = source.getAttribute("href");
    source.id ||= `source-${(sources += 1)}`;
    button.setAttribute("aria-describedby", source.id);
    [...item.querySelectorAll(":scope > .meta")].pop().append(" ", button);
  }
  for (const button of within.querySelectorAll("button.copy")) {
    button.hidden = false;
    button.addEventListener("click", () => copy(button));
  }
}
