// What is half written about a call waits in this tab, whatever else is pressed, and comes back into its field:
// data-unsent names it, data-taken says that the server has it now. Without scripts it travels with each button, and with
// the fields marked data-own-form; those need no company here, so they go back to the form that they stand in.
const KEY = "unsent";
const { viewer } = document.body.dataset;
const FIELDS = "[data-unsent]";

function read() {
  const kept = JSON.parse(sessionStorage.getItem(KEY) ?? "null");
  return kept?.viewer === viewer ? kept.texts : {};
}

function write(texts) {
  sessionStorage.setItem(KEY, JSON.stringify({ viewer, texts }));
}

function keep(field) {
  const texts = read();
  if (field.value) texts[field.dataset.unsent] = field.value;
  else delete texts[field.dataset.unsent];
  write(texts);
}

function restore(area) {
  for (const field of area.querySelectorAll("[data-own-form]")) field.removeAttribute("form");
  const texts = read();
  for (const field of area.querySelectorAll(FIELDS)) {
    const name = field.dataset.unsent;
    if ("taken" in field.dataset) {
      delete texts[name];
      delete field.dataset.taken;
    } else if (name in texts && field.value === field.defaultValue && field.value !== texts[name]) {
      field.value = texts[name];
    }
  }
  write(texts);
}

document.addEventListener("input", (event) => {
  if (event.target.matches?.(FIELDS)) keep(event.target);
});
document.addEventListener("htmx:load", (event) => restore(event.detail.elt.parentElement ?? document));
restore(document);
