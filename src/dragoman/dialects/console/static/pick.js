// Search boxes of relations: what is typed is looked up, the browser offers the hits.
import { $ } from "./core.js";
let asked, timer;

document.addEventListener("input", ({ target }) => {
  if (!target.matches("[data-pick]") || target.value.includes(" · ")) return;
  clearTimeout(timer);
  timer = setTimeout(look, 150, target);
});
document.addEventListener("focusin", ({ target }) => {
  if (target.matches("[data-pick]") && !target.list?.options.length) look(target);
});

async function look(box) {
  asked?.abort();
  asked = new AbortController();
  const { pick, within = "" } = box.dataset;
  const query = new URLSearchParams({ q: box.value, within });
  try {
    const headers = { "X-Fragment": "none" };
    const answer = await fetch(`/edit/pick/${pick}?${query}`, { signal: asked.signal, headers });
    if (!answer.ok) return;
    const hits = (await answer.json()).map((value) => Object.assign(document.createElement("option"), { value }));
    $(`#${box.getAttribute("list")}`)?.replaceChildren(...hits);
  } catch { /* typing goes on; a number can be typed as well */ }
}
