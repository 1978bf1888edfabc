// A sign-in that ended under a form does not cost what was written: it waits in this tab, and comes back into the same
// form when the same person has signed in again; and so when another language or zone loads the page anew. Passwords,
// what is marked data-secret and files are never kept; anything else is forgotten as soon as the form is answered.
import { show } from "./messages.js";
import { posts } from "./once.js";
import { say } from "./words.js";

const KEY = "draft";
const LASTS = 3_600_000; // ms
const NEVER = new Set(["password", "file", "hidden", "submit", "button", "image", "reset"]);
const UNSENT = new URLSearchParams(location.search).get("why") === "unsent"; // the sign-in page says so
const viewer = document.body.dataset.viewer;
let told = null; // the message that something waits

function read() {
  const kept = sessionStorage.getItem(KEY);
  return kept ? JSON.parse(kept) : null;
}

function write(draft) {
  sessionStorage.setItem(KEY, JSON.stringify(draft));
}

function forget() {
  sessionStorage.removeItem(KEY);
}

function path(form) {
  return new URL(form.getAttribute("action") || location.href, location.href).pathname;
}

function fields(form) {
  return [...form.elements].filter((field) => field.name && !NEVER.has(field.type) && !("secret" in field.dataset));
}

function valueOf(field) {
  if (field.type === "checkbox" || field.type === "radio") return field.checked;
  return field.multiple ? [...field.selectedOptions].map((option) => option.value) : field.value;
}

function fill(field, value) {
  if (field.type === "checkbox" || field.type === "radio") field.checked = value;
  else if (field.multiple) for (const option of field.options) option.selected = value.includes(option.value);
  else field.value = value;
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

// Several fields may share a name: boxes and choices by their value, others by their place.
function keysOf(list) {
  const seen = new Map();
  return list.map((field) => {
    const ticked = field.type === "checkbox" || field.type === "radio";
    const name = JSON.stringify([field.name, ticked ? field.value : ""]);
    seen.set(name, (seen.get(name) ?? 0) + 1);
    return `${name} ${seen.get(name)}`;
  });
}

function isChanged(field) {
  if (field.type === "checkbox" || field.type === "radio") return field.checked !== field.defaultChecked;
  if (!field.options) return field.value !== field.defaultValue;
  const options = [...field.options];
  const chosen = options.some((option) => option.defaultSelected) || field.multiple;
  return chosen ? options.some((option) => option.selected !== option.defaultSelected) : field.selectedIndex > 0;
}

function keep(form, more) {
  const list = fields(form);
  const values = Object.fromEntries(keysOf(list).map((key, place) => [key, valueOf(list[place])]));
  write({ viewer, path: path(form), values, at: Date.now(), ...more });
}

// For whoever leaves without sending: the first form that was written in, of those that lead elsewhere.
export function keepBegun(but = null) {
  const written = [...document.querySelectorAll("form[method=post]")].filter((one) => path(one) !== but);
  const begun = written.find((one) => fields(one).some(isChanged));
  if (begun) keep(begun, { ended: true });
}

function restore() {
  const draft = read();
  if (!draft?.ended) return false;
  const form = [...document.querySelectorAll("form[method=post]")].find((one) => path(one) === draft.path);
  if (!form) return false;
  forget();
  const list = fields(form);
  for (const [place, key] of keysOf(list).entries()) if (key in draft.values) fill(list[place], draft.values[key]);
  told?.remove();
  const notice = document.createElement("p");
  notice.className = "notice notice-info";
  notice.setAttribute("role", "status");
  notice.textContent = say("draftBack");
  form.prepend(notice);
  return true;
}

if (viewer) {
  window.addEventListener(
    "submit",
    (event) => {
      const form = event.target;
      if (!posts(form)) return;
      if (!form.dataset.choice) {
        keep(form);
      } else if (form.dataset.choice !== "theme") {
        keepBegun(path(form));
      }
    },
    true,
  );
  document.addEventListener("htmx:afterRequest", (event) => {
    const { elt, xhr } = event.detail;
    if (posts(elt) && !xhr?.getResponseHeader("HX-Redirect")) forget();
  });
  const draft = read();
  if (draft && (!draft.ended || draft.viewer !== viewer || Date.now() - draft.at > LASTS)) forget();
  else if (draft && !restore()) told = show("watch", say("draftKept"));
  document.addEventListener("htmx:load", restore);
} else if (UNSENT) {
  const draft = read();
  if (draft) write({ ...draft, ended: true });
}
