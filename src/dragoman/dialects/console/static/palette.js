// Ctrl+K: pages, actions and records; a combobox over one listbox.
import { $, $$, toast } from "./core.js";
const dialog = $("#palette"), input = $("#palette-q"), list = $("#palette-hits");
let asked, at = 0;

export function open() {
  if (dialog.open) return;
  dialog.showModal();
  input.select();
  ask();
}

async function ask() {
  asked?.abort();
  asked = new AbortController();
  try {
    const address = `/edit/palette?q=${encodeURIComponent(input.value)}`;
    const answer = await fetch(address, { signal: asked.signal, headers: { "X-Fragment": "none" } });
    if (answer.ok) show(await answer.json());
  } catch (error) {
    if (error.name !== "AbortError") toast("The search cannot be reached.", "bad");
  }
}

function show(hits) {
  list.replaceChildren(...hits.map((hit, n) => {
    const one = document.createElement("li"), kind = document.createElement("small");
    Object.assign(one, { id: `hit-${n}`, role: "option", textContent: hit.label });
    one.dataset.to = hit.to;
    kind.textContent = hit.kind;
    one.append(kind);
    return one;
  }));
  const none = { textContent: "Nothing found", role: "option", ariaDisabled: "true" };
  if (!hits.length) list.append(Object.assign(document.createElement("li"), none));
  mark(0);
}

function mark(n) {
  const all = $$("[data-to]", list);
  at = all.length ? (n + all.length) % all.length : 0;
  all.forEach((one, i) => one.setAttribute("aria-selected", String(i === at)));
  input.setAttribute("aria-activedescendant", all[at]?.id ?? "");
  all[at]?.scrollIntoView({ block: "nearest" });
}

function go(one) {
  if (!one) return;
  dialog.close();
  if (one.dataset.to === "#theme") $("[data-theme-form]").requestSubmit();
  else if (one.dataset.to === "#keys") $("#keys").showModal();
  else location.href = one.dataset.to;
}

input.addEventListener("input", ask);
input.addEventListener("keydown", (event) => {
  const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (by) event.preventDefault(), mark(at + by);
  else if (event.key === "Enter") event.preventDefault(), go($$("[data-to]", list)[at]);
});
list.addEventListener("click", (event) => go(event.target.closest("[data-to]")));
dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
