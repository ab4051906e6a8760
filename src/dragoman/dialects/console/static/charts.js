// Crosshair and values from each chart's own table; dragging over a chart with data-brush chooses a span.
import { $, $$, swap } from "./core.js";

const made = (name, css) => Object.assign(document.createElement(name), { className: css });

document.addEventListener("pointermove", ({ target, clientX }) => {
  const plot = target.closest?.("[data-chart] .plot");
  if (!plot) return $$(".tip,.cross").forEach((one) => one.remove());
  const found = at(plot, clientX);
  if (!found) return;
  const { row, left, box } = found;
  const cross = $(".cross", plot) ?? plot.appendChild(made("div", "cross"));
  const tip = $(".tip", plot) ?? plot.appendChild(made("div", "tip"));
  cross.style.left = `${left}px`;
  const heads = $$("thead th", row.closest("table")).slice(1);
  const title = made("div", "dim");
  title.textContent = $("th", row).textContent;
  tip.replaceChildren(title, ...heads.map((head, n) => {
    const line = made("div", `c-${head.dataset.c}`), value = made("b", "");
    value.textContent = $$("td", row)[n].textContent;
    line.append(made("i", "dot"), head.textContent, value);
    return line;
  }));
  const side = left > box.width / 2;
  tip.style.left = side ? "auto" : `${left + 10}px`;
  tip.style.right = side ? `${box.width - left + 10}px` : "auto";
});

function at(plot, x) {
  const rows = $$("tbody tr", plot.closest("[data-chart]"));
  if (!rows.length) return null;
  const box = plot.getBoundingClientRect(), share = Math.max(0, Math.min(0.9999, (x - box.left) / box.width));
  const bars = $("rect", plot), n = bars ? Math.floor(share * rows.length) : Math.round(share * (rows.length - 1));
  const left = bars ? ((n + 0.5) / rows.length) * box.width : (n / Math.max(1, rows.length - 1)) * box.width;
  return { row: rows[n], left, box };
}

let from;
document.addEventListener("pointerdown", (event) => {
  const plot = event.target.closest?.("[data-brush] .plot");
  if (!plot || event.button) return;
  event.preventDefault();
  from = { plot, x: event.clientX, band: plot.appendChild(made("div", "range")) };
});
document.addEventListener("pointermove", ({ clientX }) => {
  if (!from) return;
  const box = from.plot.getBoundingClientRect();
  from.band.style.left = `${Math.min(from.x, clientX) - box.left}px`;
  from.band.style.width = `${Math.abs(clientX - from.x)}px`;
});
document.addEventListener("pointerup", ({ clientX }) => {
  if (!from) return;
  const { plot, x, band } = from;
  from = null;
  band.remove();
  if (Math.abs(clientX - x) < 5) return;
  const [low, high] = [Math.min(x, clientX), Math.max(x, clientX)].map((one) => at(plot, one)?.row);
  const rows = $$("tbody tr", plot.closest("[data-chart]"));
  const step = rows.length > 1 ? rows[1].dataset.at - rows[0].dataset.at : 60000;
  const url = new URL(location.href);
  ["id", "before"].forEach((name) => url.searchParams.delete(name));
  url.searchParams.set("since", low.dataset.at);
  url.searchParams.set("until", Number(high.dataset.at) + step);
  swap(url.href, "split,acts");
});
