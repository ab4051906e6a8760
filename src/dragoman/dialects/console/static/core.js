// What every page shares: swapping parts, forms, dialogs, toasts.
const plain = { createHTML: (text) => text };
const policy = window.trustedTypes?.createPolicy("console", plain) ?? plain;
export const $ = (selector, root = document) => root.querySelector(selector);
export const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];
export const parse = (text) => new DOMParser().parseFromString(policy.createHTML(text), "text/html");
export const csrf = () => $("meta[name=csrf]")?.content ?? "";
let running;

export function toast(text, kind = "") {
  if (!text) return;
  const one = document.createElement("div");
  one.className = `toast ${kind}`;
  one.textContent = text;
  $("#toasts").append(one);
  setTimeout(() => one.remove(), kind ? 8000 : 4000);
}

export async function post(url, fields) {
  const body = fields instanceof FormData ? fields : new URLSearchParams(fields);
  return fetch(url, { method: "POST", body, headers: { "X-CSRF": csrf(), "X-Fragment": "none" } });
}

// Replace the named elements by the same ones of the answer; `title` and `acts` follow.
export async function swap(asked, ids, { body, push = true, button } = {}) {
  running?.abort();
  const own = (running = new AbortController());
  const targets = ids.split(",").map((id) => document.getElementById(id)).filter(Boolean);
  targets.forEach((one) => one.setAttribute("aria-busy", "true"));
  if (button) button.disabled = true;
  try {
    const headers = { "X-Fragment": ids };
    const answer = await fetch(asked, { method: body ? "POST" : "GET", body, signal: own.signal, headers });
    if (!answer.ok) return refused(await answer.json().catch(() => ({})));
    if (answer.status === 204) return true;
    const page = parse(await answer.text());
    const held = document.activeElement;
    const place = held?.id ? [held.id, held.selectionStart] : null;
    for (const id of [...ids.split(","), "title", "acts"]) {
      const fresh = page.getElementById(id), old = document.getElementById(id);
      if (fresh && old) old.replaceWith(document.adoptNode(fresh));
    }
    const url = $("[data-address]", page)?.dataset.address ?? answer.url;
    if (push && url !== location.href) history.pushState({ ids }, "", url);
    const title = page.querySelector("title")?.textContent;
    if (title) document.title = title;
    toast($("#told", page)?.dataset.told);
    if (place) restore(place);
    document.dispatchEvent(new CustomEvent("swapped", { detail: ids }));
    return true;
  } catch (error) {
    if (error.name !== "AbortError") toast("The server cannot be reached. Nothing was changed.", "bad");
    return false;
  } finally {
    if (running === own || !own.signal.aborted) $$("[aria-busy]").forEach((one) => one.removeAttribute("aria-busy"));
    if (button) button.disabled = false;
  }
}

function restore([id, at]) {
  const one = document.getElementById(id);
  if (!one) return;
  one.focus({ preventScroll: true });
  if (at != null) try { one.setSelectionRange(at, at); } catch { /* not a text field */ }
}

function refused({ message = "That did not work.", field, asks }) {
  if (asks) return (location.href = asks), false;
  toast(message, "bad");
  const input = field && document.querySelector(`[name="${CSS.escape(field)}"]`);
  if (input) {
    const id = `e-${field}`;
    document.getElementById(id)?.remove();
    const note = Object.assign(document.createElement("span"), { id, className: "err", textContent: message });
    input.after(note);
    input.setAttribute("aria-invalid", "true");
    input.setAttribute("aria-describedby", id);
    input.focus();
  }
  return false;
}

document.addEventListener("click", (event) => {
  const at = event.target.closest("a,button,[data-row]");
  if (!at || event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey) return;
  if (at.matches("a[data-swap]")) {
    event.preventDefault();
    return void swap(at.href, at.dataset.swap);
  }
  const { dialog, copy } = at.dataset;
  if (dialog) $(`#${dialog}`)?.showModal();
  else if (copy)
    navigator.clipboard.writeText(text($(`#${copy}`))).then(
      () => toast("Copied"),
      () => toast("Select the text and copy it by hand.", "bad"),
    );
  else if (at.matches("[data-menu]")) event.preventDefault(), $("#side").classList.toggle("open");
  else if (at.matches("tr[data-row]") && !getSelection().toString()) $("a.cell", at)?.click();
});
const text = (one) => one.value ?? one.textContent;

document.addEventListener("submit", (event) => {
  const form = event.target, button = event.submitter;
  const sure = button?.dataset.sure;
  if (sure && !confirm(sure)) return event.preventDefault();
  if (event.defaultPrevented) return;
  const ids = button?.dataset.swap ?? form.dataset.swap;
  if (!ids || button?.formTarget) return form.dispatchEvent(new CustomEvent("sent", { bubbles: true }));
  event.preventDefault();
  const data = new FormData(form, button), url = button?.hasAttribute("formaction") ? button.formAction : form.action;
  if (form.method === "get") {
    const found = new URLSearchParams([...data].filter(([, value]) => value !== ""));
    return void swap(`${url.split("?")[0]}?${found}`, ids);
  }
  const plain = form.enctype !== "multipart/form-data";
  swap(url, ids, { body: plain ? new URLSearchParams(data) : data, button }).then((done) => {
    if (!done) return;
    form.dispatchEvent(new CustomEvent("sent", { bubbles: true }));
    form.closest("dialog")?.close();
  });
});

addEventListener("popstate", ({ state }) => {
  if (!state?.ids && !$("#split")) return location.reload();
  swap(location.href, state?.ids ?? "split", { push: false });
});

const begin = () => $$("[data-copy],[data-js]").forEach((one) => (one.hidden = false));
document.addEventListener("swapped", begin);
begin();
const own = $("[data-address]")?.dataset.address; // an answer that must not be asked for again by a reload
if (own) history.replaceState(null, "", own);
toast($("#told")?.dataset.told);
