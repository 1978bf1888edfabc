// A sign-in that has ended is noticed first by what asks by itself. That must not cost the page, nor what is being
// written in it: the asking stops, a message says so, and its link leads to the sign-in page and back. What was begun
// comes back then as any draft does. Whoever signs in beside it, in another tab, finds the page going on by itself.
import { keepBegun } from "./drafts.js";
import { show } from "./messages.js";
import { say } from "./words.js";

const signIn = document.body.dataset.signIn;
const pages = new BroadcastChannel("sign-in"); // all pages of this browser
let ended = false;
let message = null; // says so

function tell(text, way, where) {
  message?.remove();
  message = show("watch", text);
  const link = document.createElement("a");
  link.href = way;
  link.textContent = where;
  message?.querySelector(".message-body").append(" ", link);
}

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
  if (!ended) tell(say("signInEnded"), way, say("signIn"));
  ended = true;
});

document.addEventListener("htmx:beforeRequest", (event) => {
  const { elt, requestConfig } = event.detail;
  if (ended && unasked(elt, requestConfig.triggeringEvent)) event.preventDefault();
});

// Its forms are those of the sign-in that ended, so the page is loaded anew; an open dialog is left to its reader.
pages.addEventListener("message", () => {
  if (!ended) return;
  if (!document.querySelector("dialog[open]")) location.reload();
  else tell(say("signedInElsewhere"), location.pathname + location.search, say("loadAgain"));
});

if (document.body.dataset.viewer) pages.postMessage("signed in");

window.addEventListener("pagehide", () => {
  if (ended) keepBegun();
});
