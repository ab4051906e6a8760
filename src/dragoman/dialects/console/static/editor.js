// The component editor: preview of what is typed, a draft half a second later, a guard on leaving.
import { $, post } from "./core.js";
let drafting, showing, unsaved = false;

const form = () => $("form[data-editor]");
const FIELDS = ["name", "key", "kind", "content", "tags", "metadata"];

function preview() {
  const button = $("[data-preview]"), frame = $("iframe[name=preview]");
  if (!button || !frame) return;
  const fresh = frame.cloneNode(); // a new frame, so that each preview is no step of the history
  fresh.removeAttribute("src");
  frame.replaceWith(fresh);
  form().requestSubmit(button);
}

async function draft() {
  const one = form();
  if (!one) return;
  const text = JSON.stringify(Object.fromEntries(FIELDS.map((name) => [name, one.elements[name].value])));
  const answer = await post("/edit/drafts", { kind: "component", subject: one.dataset.editor, text }).catch(() => null);
  if (answer?.ok) unsaved = false;
}

document.addEventListener("input", ({ target }) => {
  if (!form() || target.form !== form()) return;
  unsaved = true;
  clearTimeout(drafting);
  drafting = setTimeout(draft, 500);
  if (target.name !== "content" && target.name !== "kind") return;
  clearTimeout(showing);
  showing = setTimeout(preview, 400);
});
document.addEventListener("submit", ({ target, submitter }) => {
  if (target !== form() || submitter?.formTarget) return;
  clearTimeout(drafting);
  clearTimeout(showing);
});
document.addEventListener("sent", ({ target }) => target === form() && (unsaved = false));
document.addEventListener("swapped", () => (unsaved = false));
addEventListener("beforeunload", (event) => unsaved && event.preventDefault());
