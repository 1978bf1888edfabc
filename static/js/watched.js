// Whether anybody can see something: a panel that nobody sees asks for nothing.
// Counts as seen: what is drawn within one window's height of what is in view, and what is spoken where it changes.

export function target(element) {
  const wanted = element.getAttribute("hx-target");
  if (!wanted || wanted === "this") return element;
  return wanted.startsWith("closest ") ? element.closest(wanted.slice(8)) : document.querySelector(wanted);
}

export function watched(element) {
  if (document.hidden) return false;
  const seen = target(element);
  if (!seen) return true; // htmx says what is wrong
  if (seen.closest("[aria-live], [role=status], [role=log]")) return true;
  if (!seen.checkVisibility()) return false;
  const box = seen.getBoundingClientRect();
  return box.bottom > -innerHeight && box.top < 2 * innerHeight;
}
