// Live tail of the request log: short polling with a cursor; any worker can answer.
import { $, $$, parse } from "./core.js";
const EVERY = 1500, AFTER_ERROR = 10000, MOST = 300;
let on = false, timer;

const button = () => $("[data-live]");
const table = () => $("table[data-tail]");

async function look() {
  clearTimeout(timer);
  if (!on || !table()) return;
  let wait = EVERY;
  if (!document.hidden) {
    try {
      const held = table(), mark = held.dataset.tail.includes("?") ? "&" : "?";
      const address = `${held.dataset.tail}${mark}after=${held.dataset.top}`;
      const answer = await fetch(address, { headers: { "X-Fragment": "rows" } });
      if (answer.status === 200 && held === table()) put(held, answer, await answer.text());
      else if (!answer.ok) wait = AFTER_ERROR;
    } catch {
      wait = AFTER_ERROR;
    }
  }
  timer = setTimeout(look, wait);
}

function put(held, answer, text) {
  held.dataset.top = answer.headers.get("X-Top");
  const rows = $$("tr", parse(`<table>${text}</table>`));
  held.tBodies[0].prepend(...rows.map((row) => document.adoptNode(row)));
  $$("tr", held.tBodies[0]).slice(MOST).forEach((row) => row.remove());
  held.closest(".grow").querySelector(".empty")?.remove();
}

function show() {
  const one = button();
  if (!one) return;
  one.hidden = false;
  one.classList.toggle("on", on);
  one.setAttribute("aria-pressed", String(on));
}

document.addEventListener("click", (event) => {
  if (!event.target.closest("[data-live]")) return;
  on = !on;
  show();
  look();
});
document.addEventListener("swapped", () => (show(), on && look()));
document.addEventListener("visibilitychange", look);
show();
