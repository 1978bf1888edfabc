// Panels that ask again by themselves: hx-get with hx-trigger="every 10s, shown-again" and data-poll.
// A hidden tab does not ask, nor does a panel that is folded away or far outside of what is in view; when it is shown
// again it asks at once. A panel in use is not swapped away.
import { target, watched } from "./watched.js";

const missed = new Set();

function catchUp() {
  for (const element of missed) {
    if (element.isConnected && !watched(element)) continue;
    missed.delete(element);
    if (element.isConnected) window.htmx.trigger(element, "shown-again");
  }
}

// What comes into view, or is unfolded, catches up.
const coming = new IntersectionObserver(() => catchUp(), { rootMargin: "100%" });

document.addEventListener("htmx:beforeRequest", (event) => {
  const element = event.detail.elt;
  if (!element.matches("[data-poll]") || watched(element)) return;
  event.preventDefault();
  missed.add(element);
  if (!document.hidden) coming.observe(target(element));
});

// The server is told that nobody clicked: a page left open keeps nobody signed in.
document.addEventListener("htmx:configRequest", (event) => {
  const { elt, headers, triggeringEvent } = event.detail;
  if (elt.matches("[data-poll]") && !triggeringEvent?.isTrusted) headers["Console-Poll"] = "true";
});

document.addEventListener("visibilitychange", () => {
  if (!document.hidden) catchUp();
});

function inUse(target) {
  if (target.querySelector("details.menu[open]")) return true;
  const selection = document.getSelection();
  return Boolean(selection && !selection.isCollapsed && target.contains(selection.anchorNode));
}

document.addEventListener("htmx:beforeSwap", (event) => {
  const { requestConfig, target, isError } = event.detail;
  if (requestConfig?.elt?.matches("[data-poll]") && !isError && target && inUse(target)) event.detail.shouldSwap = false;
});
