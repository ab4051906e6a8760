// The composer: a draft half a second after typing, canned replies, pasted pictures, answers of others.
import { $, post } from "./core.js";

let drafting;
let leaving = false; // the draft is saved, the tab's own link may go on

const form = () => $("form[data-compose]");

async function draft(one) {
  const { kind, text } = one.elements;
  const { ticket, last } = one.closest("[data-ticket]").dataset;
  await post(`/edit/inbox/${ticket}/draft`, { kind: kind.value, text: text.value, last }).catch(() => null);
}

document.addEventListener("input", ({ target }) => {
  const one = form();
  if (!one || target.form !== one || target.name !== "text") return;
  clearTimeout(drafting);
  drafting = setTimeout(() => draft(one), 500);
});

document.addEventListener("change", ({ target }) => {
  if (!target.matches("[data-canned]") || !target.value) return;
  const { text } = form().elements;
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
document.addEventListener("dragover", (event) => {
  if (event.target.closest?.("form[data-compose]")) event.preventDefault();
});

// Another tab or ticket is drawn from the saved drafts, so it waits for this one to be saved.
document.addEventListener("click", async (event) => {
  const link = event.target.closest?.("#composer .tabs a, #tickets a[data-swap]");
  const plain = !event.ctrlKey && !event.metaKey && !event.shiftKey;
  if (!link || !form() || leaving || !plain) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  clearTimeout(drafting);
  await draft(form());
  leaving = true;
  link.click();
  leaving = false;
}, true);

async function look() {
  const held = $("#composer");
  if (!held || document.hidden) return;
  const address = `/edit/inbox/${held.dataset.ticket}/newer?after=${held.dataset.last}`;
  const answer = await fetch(address, { headers: { "X-Fragment": "none" } }).catch(() => null);
  if (answer?.status === 200 && held.isConnected) $("#meanwhile").hidden = false;
}
setInterval(look, 5000);
document.addEventListener("submit", ({ target }) => {
  clearTimeout(drafting);
  if (target === form()) setTimeout(look, 500); // refused for somebody's answer: show the box at once
});
