// The code editor: says at once where JSON is broken, indents with Tab, formats, shows line and column.
import { $ } from "./core.js";

const area = () => $("textarea[data-json]");
let checking;
let unsaved = false;

// Where a text stops being JSON, as { line, column, what }; null when it is fine.
export function broken(text) {
  let at = 0;
  const fail = (what, place = at) => {
    const before = text.slice(0, place).split("\n");
    throw { line: before.length, column: before.at(-1).length + 1, what };
  };
  const space = () => {
    while (" \n\r\t".includes(text[at]) && at < text.length) at++;
  };
  const match = (pattern) => {
    pattern.lastIndex = at;
    const found = pattern.exec(text);
    if (found) at += found[0].length;
    return found;
  };
  const name = () => match(/"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y);
  const many = (end, one) => {
    at++;
    space();
    if (text[at] === end) return at++;
    for (;;) {
      one();
      space();
      if (text[at] === end) return at++;
      if (text[at] !== ",") fail(`expected , or ${end}`);
      at++;
      space();
    }
  };
  const value = (depth) => {
    space();
    if (depth > 500) fail("nested too deeply");
    if (text[at] === "{")
      return many("}", () => {
        if (!name()) fail("expected a name in double quotes");
        space();
        if (text[at] !== ":") fail("expected :");
        at++;
        value(depth + 1);
      });
    if (text[at] === "[") return many("]", () => value(depth + 1));
    if (text[at] === '"') return name() || fail("this text does not end");
    match(/-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y) || fail("expected a value");
  };
  try {
    space();
    if (text[at] !== "{") fail("expected an object");
    value(0);
    space();
    if (at < text.length) fail("expected the end");
    return null;
  } catch (problem) {
    if (!problem.line) throw problem;
    return problem;
  }
}

function tell() {
  const one = area();
  if (!one) return;
  const problem = broken(one.value);
  let note = $("#e-code");
  if (!problem) {
    note?.remove();
    one.removeAttribute("aria-invalid");
    return;
  }
  if (!note) {
    note = Object.assign(document.createElement("span"), { id: "e-code", className: "err" });
    note.setAttribute("role", "status");
    one.after(note);
  }
  note.textContent = `Line ${problem.line}, column ${problem.column}: ${problem.what}`;
  one.setAttribute("aria-invalid", "true");
}

function caret() {
  const one = area(), shown = $("[data-caret]");
  if (!one || !shown) return;
  const before = one.value.slice(0, one.selectionStart).split("\n");
  shown.textContent = `Line ${before.length}, column ${before.at(-1).length + 1}`;
}

document.addEventListener("input", ({ target }) => {
  if (target.form?.matches("[data-save]")) unsaved = true;
  if (target !== area()) return;
  clearTimeout(checking);
  checking = setTimeout(tell, 300);
});
document.addEventListener("selectionchange", caret);

// Tab indents; Escape and then Tab leaves, as everywhere.
let leaving = false;
document.addEventListener("keydown", (event) => {
  if (event.target !== area()) return;
  if (event.key === "Escape") leaving = true;
  else if (event.key === "Tab" && !event.shiftKey && !leaving) {
    event.preventDefault();
    event.target.setRangeText("  ", event.target.selectionStart, event.target.selectionEnd, "end");
    event.target.dispatchEvent(new Event("input", { bubbles: true }));
  } else if (event.key !== "Tab") leaving = false;
});

document.addEventListener("click", ({ target }) => {
  if (!target.closest?.("[data-format]")) return;
  if (broken(area().value)) return tell();
  area().value = JSON.stringify(JSON.parse(area().value), null, 2);
  tell();
});
document.addEventListener("sent", () => (unsaved = false));
document.addEventListener("swapped", () => (unsaved = !!$(".told.warn")));
addEventListener("beforeunload", (event) => unsaved && event.preventDefault());
