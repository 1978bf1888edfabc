// Focus, and what is ticked or unfolded, survive a swap: the new element with the same name takes over.
function key(element) {
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

let focused = null;
let ticked = [];

document.addEventListener("htmx:beforeSwap", (event) => {
  const target = event.detail.target;
  if (!event.detail.shouldSwap || !target?.contains) return;
  focused = target.contains(document.activeElement) ? key(document.activeElement) : null;
  ticked = [...target.querySelectorAll(".row-check:checked")].map(key);
});

document.addEventListener("htmx:afterSwap", () => {
  for (const selector of ticked) {
    const box = selector && document.querySelector(selector);
    if (box && !box.disabled) box.checked = true;
  }
  if (ticked.length) document.dispatchEvent(new CustomEvent("selection-kept"));
  ticked = [];
  if (focused) document.querySelector(focused)?.focus({ preventScroll: true });
  focused = null;
});
