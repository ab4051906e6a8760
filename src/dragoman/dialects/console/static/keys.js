// Keys, palette, theme, and forms that send themselves, on every page.
import { $, $$, post } from "./core.js";
import "./pick.js";

document.addEventListener("submit", (event) => {
  if (!event.target.matches("[data-theme-form]")) return;
  event.preventDefault();
  theme(event.target);
}, true);
document.addEventListener("click", ({ target }) => {
  if (target.closest("[data-palette]")) palette();
  $$("details.menu[open]").forEach((one) => one.contains(target) || (one.open = false));
});

function theme(form) {
  const dark = form.elements.theme.value === "dark";
  document.documentElement.dataset.theme = form.elements.theme.value;
  post(form.action, new FormData(form));
  form.elements.theme.value = dark ? "light" : "dark";
  $("button", form).setAttribute("aria-pressed", String(dark));
}

async function palette() {
  (await import("./palette.js")).open();
}

const writes = (one) => one.matches?.("input,textarea,select,[contenteditable]");
document.addEventListener("keydown", (event) => {
  const held = event.ctrlKey || event.metaKey;
  if (held && event.key === "k") return event.preventDefault(), void palette();
  const saved = $("form[data-save]"), sent = event.target.form;
  if (held && event.key === "s" && saved) return event.preventDefault(), saved.requestSubmit();
  if (held && event.key === "Enter" && sent?.matches("[data-send]")) return sent.requestSubmit();
  if (event.key === "Escape" && !$("dialog[open]")) return $("[data-close]")?.click();
  if (held || event.altKey || writes(event.target) || $("dialog[open]")) return;
  if (event.key === "?") $("#keys")?.showModal();
  if (event.key === "j" || event.key === "k") step(event.key === "j" ? 1 : -1);
});

function step(by) {
  const rows = $$("[data-rows] [data-row]");
  const here = (row) => row.getAttribute("aria-selected") === "true" || row.contains(document.activeElement);
  const at = rows.findIndex(here);
  const next = rows[Math.max(0, Math.min(rows.length - 1, at < 0 ? 0 : at + by))];
  if (!next) return;
  const cell = $("a.cell", next);
  cell.focus();
  if ($("#drawer")) cell.click();
}

let typing;
for (const kind of ["change", "input"])
  document.addEventListener(kind, ({ target }) => {
    const form = target.form;
    const typed = target.type === "search" || target.type === "text";
    if (!form?.matches("[data-auto]") || (kind === "input") !== typed) return;
    clearTimeout(typing);
    typing = setTimeout(() => form.requestSubmit(), kind === "input" ? 250 : 0);
  });
