// The tree: roving focus, opening, dragging, Alt+arrows. A refused move leaves everything where it was.
import { $, $$, swap, csrf } from "./core.js";

const KEY = "console-closed";
const tree = () => $("#tree");
const item = (at) => at.closest?.("#tree [role=treeitem]");
const seen = () => $$("[role=treeitem]", tree()).filter((one) => one.offsetParent);
const closed = () => new Set(JSON.parse(localStorage.getItem(KEY) ?? "[]"));

function expand(one, open) {
  if (!one.hasAttribute("aria-expanded")) return;
  one.setAttribute("aria-expanded", String(open));
  const held = closed();
  open ? held.delete(one.dataset.id) : held.add(one.dataset.id);
  localStorage.setItem(KEY, JSON.stringify([...held].slice(-300)));
}

function focus(one) {
  if (!one) return;
  $$("[tabindex='0']", tree()).forEach((held) => held.setAttribute("tabindex", "-1"));
  one.setAttribute("tabindex", "0");
  one.focus();
}

async function move(one, target, place) {
  const id = one.dataset.id;
  const body = new URLSearchParams({ csrf: csrf(), target: target.dataset.id, place });
  await swap(`/edit/content/move/${id}`, "panes", { body });
  focus($(`#n${id}`));
}

document.addEventListener("click", (event) => {
  const twist = event.target.closest("#tree .twist");
  if (!twist) return;
  const one = item(twist);
  expand(one, one.getAttribute("aria-expanded") !== "true");
});

document.addEventListener("keydown", (event) => {
  const one = item(event.target);
  if (!one || event.target !== one) return;
  const all = seen(), at = all.indexOf(one), up = one.parentElement.closest("[role=treeitem]");
  const open = one.getAttribute("aria-expanded");
  const moves = {
    ArrowUp: () => [one.previousElementSibling, "before"],
    ArrowDown: () => [one.nextElementSibling, "after"],
    ArrowLeft: () => [up?.parentElement.closest("[role=treeitem]") && up, "after"],
    ArrowRight: () => [one.previousElementSibling, "into"],
  };
  if (event.altKey && moves[event.key]) {
    event.preventDefault();
    const [target, place] = moves[event.key]();
    if (target) move(one, target, place);
    return;
  }
  if (event.altKey || event.ctrlKey || event.metaKey) return;
  const keys = {
    ArrowDown: () => focus(all[at + 1]),
    ArrowUp: () => focus(all[at - 1]),
    Home: () => focus(all[0]),
    End: () => focus(all.at(-1)),
    ArrowRight: () => (open === "false" ? expand(one, true) : focus($("[role=treeitem]", one))),
    ArrowLeft: () => (open === "true" ? expand(one, false) : focus(up)),
    Enter: () => $("a", one).click(),
  };
  if (!keys[event.key]) return;
  event.preventDefault();
  keys[event.key]();
});

let dragged;
const PLACES = ["before", "after", "into"];
const clear = () => $$("#tree :is(.before,.after,.into)").forEach((one) => one.classList.remove(...PLACES));

function place(node, y) {
  const box = node.getBoundingClientRect(), share = (y - box.top) / box.height;
  if (!node.draggable) return "into";
  return share < 0.28 ? "before" : share > 0.72 ? "after" : "into";
}

document.addEventListener("dragstart", (event) => {
  dragged = item(event.target);
  if (dragged) event.dataTransfer.setData("text/plain", dragged.dataset.id);
});
document.addEventListener("dragover", (event) => {
  const node = event.target.closest?.("#tree .node");
  if (!dragged || !node || item(node) === dragged) return;
  event.preventDefault();
  clear();
  node.classList.add(place(node, event.clientY));
});
document.addEventListener("drop", (event) => {
  const node = event.target.closest?.("#tree .node");
  if (!dragged || !node) return;
  event.preventDefault();
  const where = place(node, event.clientY);
  clear();
  if (item(node) !== dragged) move(dragged, item(node), where);
});
document.addEventListener("dragend", () => (clear(), (dragged = null)));

function begin() {
  if (!tree()) return;
  const held = closed();
  $$("[aria-expanded=true]", tree()).forEach((one) => {
    if (held.has(one.dataset.id) && !$("[aria-selected=true]", one)) one.setAttribute("aria-expanded", "false");
  });
}
document.addEventListener("swapped", begin);
begin();
