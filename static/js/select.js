// Ticking rows: [data-selection] holds .check-all, .row-check, [data-selection-count] and [data-needs-selection] buttons.
import { say } from "./words.js";

const boxes = (area) => [...area.querySelectorAll(".row-check:not(:disabled)")];
let last = null;

function show(area) {
  const all = boxes(area);
  const chosen = all.filter((box) => box.checked).length;
  for (const head of area.querySelectorAll(".check-all")) {
    head.checked = chosen > 0 && chosen === all.length;
    head.indeterminate = chosen > 0 && chosen < all.length;
  }
  for (const count of area.querySelectorAll("[data-selection-count]")) count.textContent = say("selected", chosen);
  for (const button of area.querySelectorAll("[data-needs-selection]")) button.disabled = chosen === 0;
}

document.addEventListener("click", (event) => {
  const box = event.target.closest?.(".row-check");
  const area = box?.closest("[data-selection]");
  if (!area) return;
  const all = boxes(area);
  if (event.shiftKey && last && all.includes(last)) {
    const [from, to] = [all.indexOf(last), all.indexOf(box)].sort((a, b) => a - b);
    for (const between of all.slice(from, to + 1)) between.checked = box.checked;
  }
  last = box;
});

document.addEventListener("change", (event) => {
  const area = event.target.closest("[data-selection]");
  if (!area) return;
  if (event.target.matches(".check-all")) for (const box of boxes(area)) box.checked = event.target.checked;
  if (event.target.matches(".check-all, .row-check")) show(area);
});

const showAll = () => document.querySelectorAll("[data-selection]").forEach(show);
document.addEventListener("htmx:afterSettle", showAll);
document.addEventListener("selection-kept", showAll);
showAll();
