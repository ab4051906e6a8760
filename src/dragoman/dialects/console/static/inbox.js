// The composer: a draft half a second after typing, canned replies, pictures, answers of others.
import { $, $$, post, toast } from "./core.js";

let drafting;
let leaving = false; // the draft is saved, the tab's own link may go on

const form = () => $("form[data-compose]");
const MOST = 10;

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
  if (target.name === "picture" && target.form === form()) return thumbs();
  if (!target.matches("[data-canned]") || !target.value) return;
  const { text } = form().elements;
  text.setRangeText(target.value, text.selectionStart, text.selectionEnd, "end");
  target.value = "";
  text.dispatchEvent(new Event("input", { bubbles: true }));
  text.focus();
});

// Pictures: chosen, pasted or dropped; each with its description, and a way to take it back.
function give(files) {
  const limit = Number($("#composer").dataset.limit);
  const fits = [...files].filter((file) => file.size <= limit);
  if (fits.length < files.length) toast(`A picture may have ${Math.floor(limit / 1048576)} MB.`, "bad");
  if (fits.length > MOST) toast(`${MOST} pictures at most.`, "bad");
  const list = new DataTransfer();
  fits.slice(0, MOST).forEach((file) => list.items.add(file));
  form().elements.picture.files = list.files;
  return list.files;
}

function thumbs() {
  const box = $(".thumbs", form());
  const said = $$("input", box).map((one) => one.value);
  $$("img", box).forEach((one) => URL.revokeObjectURL(one.src));
  const files = give(form().elements.picture.files);
  box.replaceChildren(...[...files].map((file, at) => thumb(file, at, said[at] ?? "")));
  box.hidden = !files.length;
  const plain = $("[data-plain]", form());
  plain.hidden = !!files.length;
  $("input", plain).disabled = !!files.length;
}

function thumb(file, at, said) {
  const [one, picture, alt, drop] = ["li", "img", "input", "button"].map((name) => document.createElement(name));
  Object.assign(picture, { src: URL.createObjectURL(file), alt: "" });
  Object.assign(alt, { name: "alt", value: said, className: "in", placeholder: "Describe the picture" });
  alt.setAttribute("aria-label", `Description of ${file.name}`);
  Object.assign(drop, { type: "button", className: "btn tiny", textContent: "Remove" });
  drop.setAttribute("aria-label", `Remove ${file.name}`);
  drop.addEventListener("click", () => {
    const list = new DataTransfer();
    [...form().elements.picture.files].filter((_, other) => other !== at).forEach((left) => list.items.add(left));
    form().elements.picture.files = list.files;
    one.remove();
    thumbs();
  });
  one.append(picture, alt, drop);
  return one;
}

function take(event, files) {
  const pictures = [...(files ?? [])].filter((file) => file.type.startsWith("image/"));
  if (!pictures.length || !event.target.closest?.("form[data-compose]")) return;
  event.preventDefault();
  give([...form().elements.picture.files, ...pictures]);
  thumbs();
}
document.addEventListener("paste", (event) => take(event, event.clipboardData?.files));
document.addEventListener("drop", (event) => take(event, event.dataTransfer?.files));
document.addEventListener("dragover", (event) => {
  if (event.target.closest?.("form[data-compose]")) event.preventDefault();
});

// A picture of the thread opens large.
document.addEventListener("click", ({ target }) => {
  const box = $("#picture");
  if (!target.matches(".said img") || !box) return;
  $("img", box)?.remove();
  box.append(Object.assign(new Image(), { src: target.src, alt: target.alt }));
  box.showModal();
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

// Its owner has read it: the dot goes.
async function read() {
  const held = $("[data-unread]");
  if (!held || document.hidden) return;
  held.removeAttribute("data-unread");
  const answer = await post(`/edit/inbox/${$("#composer").dataset.ticket}/seen`, {}).catch(() => null);
  const line = $('#tickets [aria-current="true"] .line');
  if (answer?.ok && line) $$(".dot, .vh", line).forEach((one) => one.remove());
}
document.addEventListener("swapped", read);
document.addEventListener("visibilitychange", read);
read();
