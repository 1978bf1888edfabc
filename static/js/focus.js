// Focus, what is ticked or unfolded, and what was typed while the answer was on its way survive a swap: the new element
// with the same name takes over.

// A selector that finds the element that takes an element's place, null when it has nothing to be known by.
export function key(element) {
  if (!element || element === document.body) return null;
  if (element.id) return `#${CSS.escape(element.id)}`;
  if (element.dataset.key) return `[data-key="${CSS.escape(element.dataset.key)}"]`;
  if (element.dataset.copy) return `[data-copy="${CSS.escape(element.dataset.copy)}"]`;
  const tag = element.localName;
  if (element.name && element.value) return `${tag}[name="${CSS.escape(element.name)}"][value="${CSS.escape(element.value)}"]`;
  if (element.name) return `${tag}[name="${CSS.escape(element.name)}"]`;
  const href = element.getAttribute?.("href");
  return href ? `${tag}[href="${CSS.escape(href)}"]` : null;
}

const TYPED = "textarea, input:not([type=checkbox], [type=radio], [type=file], [type=hidden], [type=submit])";
let focused = null;
let ticked = [];
let typed = null;

// What stands in the field under somebody's hands, when that is not what the request told; null otherwise.
function typedSince(config, target) {
  const field = document.activeElement;
  if (!field?.matches?.(TYPED) || !target.contains(field)) return null;
  const told = config?.formData?.get(field.name) ?? field.defaultValue;
  return field.value === told ? null : { selector: key(field), text: field.value };
}

document.addEventListener("htmx:beforeSwap", (event) => {
  const target = event.detail.target;
  if (!event.detail.shouldSwap || !target?.contains) return;
  focused = key(document.activeElement); // what stands elsewhere may be replaced out of band
  ticked = [...target.querySelectorAll(".row-check:checked")].map(key);
  typed = typedSince(event.detail.requestConfig, target);
});

document.addEventListener("htmx:afterSwap", () => {
  for (const selector of ticked) {
    const box = selector && document.querySelector(selector);
    if (box && !box.disabled) box.checked = true;
  }
  if (ticked.length) document.dispatchEvent(new CustomEvent("selection-kept"));
  ticked = [];
  const lost = !document.activeElement || document.activeElement === document.body;
  if (focused && lost) document.querySelector(focused)?.focus({ preventScroll: true });
  focused = null;
});

// Once the new field is listened to: what asks again while somebody types does so.
document.addEventListener("htmx:afterSettle", () => {
  const field = typed?.selector && document.querySelector(typed.selector);
  const text = typed?.text;
  typed = null;
  if (!field || field.value === text) return;
  field.value = text;
  field.dispatchEvent(new Event("input", { bubbles: true }));
});
