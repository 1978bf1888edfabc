// A link with hx-get and hx-target="#dialog-body" opens its page as a dialog. The page's form posts into the same place.
// Closing: [data-close], Escape, a click beside it, or the event "dialog-close" that an answer triggers by HX-Trigger.
import { key } from "./focus.js";

const dialog = document.getElementById("dialog");
const body = document.getElementById("dialog-body");
const messages = document.getElementById("messages");
let opener = null; // and by what the one in its place is known: the page below may be refreshed meanwhile
let openerKey = null;

// Messages must stand above the dialog: what lies outside of an open one cannot be read or clicked.
function carryMessages(into) {
  if (messages) into.append(messages);
}

function name(heading) {
  if (!heading) return;
  heading.id ||= "dialog-title";
  dialog.setAttribute("aria-labelledby", heading.id);
}

const FIELD = "input:not([type=hidden]), textarea, select";

function open() {
  name(body.querySelector("h1, h2"));
  const wrong = body.querySelector(`[aria-invalid=true], .field:has(> .field-errors) :is(${FIELD})`);
  if (dialog.open && !wrong && dialog.contains(document.activeElement)) return;
  if (!dialog.open) {
    dialog.showModal();
    carryMessages(dialog);
  }
  const first = wrong ?? body.querySelector("[autofocus]") ?? body.querySelector(FIELD) ?? body.querySelector("a[href], button");
  first?.focus();
}

if (dialog && body) {
  document.addEventListener("htmx:beforeRequest", (event) => {
    if (event.detail.target === body && !dialog.open) {
      opener = document.activeElement;
      openerKey = key(opener);
    }
  });
  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.target === body && body.childElementCount) open();
  });
  document.addEventListener("dialog-close", () => dialog.close());
  dialog.addEventListener("close", () => {
    carryMessages(document.body);
    body.replaceChildren();
    const back = opener?.isConnected ? opener : openerKey && document.querySelector(openerKey);
    (back || document.querySelector("main"))?.focus({ preventScroll: true });
    opener = openerKey = null;
  });
}

document.addEventListener("click", (event) => {
  const opened = event.target.closest("dialog[open]");
  if (!opened) return;
  const outside = event.target === opened && pressed === opened;
  if (event.target.closest("[data-close]") || (outside && !dirty(opened))) {
    event.preventDefault();
    opened.close();
  }
});

// A selection that began inside and ended outside is not a click beside the dialog; and a half-written form stays.
let pressed = null;
document.addEventListener("pointerdown", (event) => {
  pressed = event.target;
});

function dirty(element) {
  return [...element.querySelectorAll("textarea, input:not([type=hidden], [type=search])")].some(
    (field) => field.value !== field.defaultValue || field.checked !== field.defaultChecked,
  );
}
