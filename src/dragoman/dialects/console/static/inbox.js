// The composer: a draft half a second after typing, canned replies, pasted pictures, answers of others.
import { $, post } from "./core.js";
let drafting;

const form = () => $("form[data-compose]");

async function draft(one) {
  const { kind, text } = one.elements;
  await post("/edit/drafts", { kind: kind.value, subject: one.closest("[data-ticket]").dataset.ticket, text: text.value }).catch(() => null);
}

document.addEventListener("input", ({ target }) => {
  const one = form();
  if (!one || target.form !== one || target.name !== "text") return;
  clearTimeout(drafting);
  drafting = setTimeout(() => draft(one), 500);
});
document.addEventListener("change", ({ target }) => {
  if (!target.matches("[data-canned]") || !target.value) return;
  const text = form().elements.text;
  text.setRangeText(target.value, text.selectionStart, text.selectionEnd, "end");
  target.value = "";
  text.dispatchEvent(new Event("input", { bubbles: true }));
  text.focus();
});
function take(event, files) {
  const picture = [...(files ?? [])].find((file) => file.type.startsWith("image/"));
  if (!picture || !event.target.closest?.("form[data-compose]")) return;
  event.preventDefault();
  const list = new DataTransfer();
  list.items.add(picture);
  form().elements.picture.files = list.files;
}
document.addEventListener("paste", (event) => take(event, event.clipboardData?.files));
document.addEventListener("drop", (event) => take(event, event.dataTransfer?.files));
document.addEventListener("dragover", (event) => event.target.closest?.("form[data-compose]") && event.preventDefault());
document.addEventListener("click", ({ target }) => {
  if (!target.closest("#composer .tabs a") || !form()) return;
  clearTimeout(drafting);
  draft(form());
}, true);

setInterval(async () => {
  const held = $("#composer");
  if (!held || document.hidden) return;
  const answer = await fetch(`/edit/inbox/${held.dataset.ticket}/newer?after=${held.dataset.last}`, { headers: { "X-Fragment": "none" } }).catch(() => null);
  if (answer?.status === 200) $("#meanwhile").hidden = false;
}, 5000);
document.addEventListener("submit", () => clearTimeout(drafting));
