// A sign-in that has ended is noticed first by what asks by itself. That must not cost the page, nor what is being
// written in it: the asking stops, a message says so, and its link leads to the sign-in page and back. What was begun
// comes back then as any draft does.
import { keepBegun } from "./drafts.js";
import { show } from "./messages.js";
import { say } from "./words.js";

const signIn = document.body.dataset.signIn;
let ended = false;

// Nobody clicked: by the clock, at loading, or when a countdown was over.
function unasked(element, event) {
  return !event || event.type === "countdown-over" || (element.matches("[data-poll]") && !event.isTrusted);
}

document.addEventListener("htmx:beforeOnLoad", (event) => {
  const { elt, xhr, requestConfig } = event.detail;
  const way = xhr.getResponseHeader("HX-Redirect");
  if (!signIn || !way || new URL(way, location.href).pathname !== signIn) return;
  if (!unasked(elt, requestConfig.triggeringEvent)) return;
  event.preventDefault();
  if (ended) return;
  ended = true;
  const link = document.createElement("a");
  link.href = way;
  link.textContent = say("signIn");
  show("watch", say("signInEnded"))?.querySelector(".message-body").append(" ", link);
});

document.addEventListener("htmx:beforeRequest", (event) => {
  const { elt, requestConfig } = event.detail;
  if (ended && unasked(elt, requestConfig.triggeringEvent)) event.preventDefault();
});

window.addEventListener("pagehide", () => {
  if (ended) keepBegun();
});
