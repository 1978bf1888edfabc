// Ticking rows: [data-selection] holds .check-all, .row-check, [data-selection-count] and [data-needs-selection] buttons.
// With a name (data-selection="…") what is ticked stays so while pages are turned and lists searched: the values that are
// not on the page go along as hidden fields in [data-selection-elsewhere], where the server may put some itself.
import { say } from "./words.js";

const kept = new Map(); // name of a list -> the values ticked in it
const boxes = (area) => [...area.querySelectorAll(".row-check:not(:disabled)")];
let last = null;
let sent = null; // the list whose selection was sent for something to be done with it

function chosenIn(area) {
  const name = area.dataset.selection;
  if (!name) return new Set(boxes(area).filter((box) => box.checked).map((box) => box.value));
  if (!kept.has(name)) kept.set(name, new Set());
  return kept.get(name);
}

// What came ticked from the server, or stood ticked before this script ran.
function takeUp(area) {
  const chosen = chosenIn(area);
  for (const field of area.querySelectorAll("[data-selection-elsewhere] input, .row-check[checked]")) {
    chosen.add(field.value);
    field.removeAttribute("checked"); // said once: whoever unticks it means that
  }
}

function show(area) {
  const chosen = chosenIn(area);
  const all = boxes(area);
  if (area.dataset.selection) for (const box of all) box.checked = chosen.has(box.value);
  const here = new Set(all.map((box) => box.value));
  const elsewhere = [...chosen].filter((value) => !here.has(value));
  const ticked = all.filter((box) => box.checked).length;
  for (const head of area.querySelectorAll(".check-all")) {
    head.checked = ticked > 0 && ticked === all.length;
    head.indeterminate = ticked > 0 && ticked < all.length;
  }
  const words = elsewhere.length ? say("selectedElsewhere", chosen.size, elsewhere.length) : say("selected", chosen.size);
  for (const count of area.querySelectorAll("[data-selection-count]")) if (count.textContent !== words) count.textContent = words;
  for (const button of area.querySelectorAll("[data-needs-selection]")) button.disabled = chosen.size === 0;
  for (const button of area.querySelectorAll("[data-selection-clear]")) button.hidden = chosen.size === 0;
  area.querySelector("[data-selection-elsewhere]")?.replaceChildren(...elsewhere.map((value) => hidden(all[0]?.name, value)));
}

function hidden(name, value) {
  const field = document.createElement("input");
  Object.assign(field, { type: "hidden", name, value });
  return field;
}

function note(area, box) {
  if (box.checked) chosenIn(area).add(box.value);
  else chosenIn(area).delete(box.value);
}

document.addEventListener("click", (event) => {
  if (event.target.closest?.("a[hx-target='#dialog-body']")) sent = null;
  const cleared = event.target.closest?.("[data-selection-clear]")?.closest("[data-selection]");
  if (cleared) {
    chosenIn(cleared).clear();
    show(cleared);
  }
  const box = event.target.closest?.(".row-check");
  const area = box?.closest("[data-selection]");
  if (!area) return;
  const all = boxes(area);
  if (event.shiftKey && last && all.includes(last)) {
    const [from, to] = [all.indexOf(last), all.indexOf(box)].sort((a, b) => a - b);
    for (const between of all.slice(from, to + 1)) {
      between.checked = box.checked;
      note(area, between);
    }
  }
  last = box;
});

document.addEventListener("change", (event) => {
  const area = event.target.closest("[data-selection]");
  if (!area || !event.target.matches(".check-all, .row-check")) return;
  const changed = event.target.matches(".check-all") ? boxes(area) : [event.target];
  for (const box of changed) {
    box.checked = event.target.checked;
    note(area, box);
  }
  show(area);
});

document.addEventListener("submit", (event) => {
  if (event.target.dataset.selection) sent = event.target.dataset.selection;
});

// What was to be done with them is under way: they are not meant any longer.
document.addEventListener("selection-over", () => {
  kept.get(sent)?.clear();
  sent = null;
  document.querySelectorAll("[data-selection]").forEach(show);
});

const showAll = () => {
  for (const area of document.querySelectorAll("[data-selection]")) {
    takeUp(area);
    show(area);
  }
};
document.addEventListener("htmx:afterSettle", showAll);
document.addEventListener("selection-kept", showAll);
for (const area of document.querySelectorAll("[data-selection]")) for (const box of boxes(area)) if (box.checked) note(area, box);
showAll();
