// "Trying again in 12 s": counts, then asks again: by htmx when the element has hx-get, else by loading the address.
import { say } from "./words.js";

const due = new WeakMap();

function tick() {
  const now = performance.now();
  for (const element of document.querySelectorAll("[data-countdown]")) {
    if (!due.has(element)) due.set(element, now + Number(element.dataset.countdown) * 1000);
    const left = Math.ceil((due.get(element) - now) / 1000);
    const words = element.querySelector("[data-countdown-words]");
    const track = element.querySelector("progress");
    if (track) track.value = Number(element.dataset.countdown) - Math.max(0, left);
    if (left > 0) {
      if (words) words.textContent = say("tryingIn", left);
    } else if (!document.hidden && !element.dataset.countdownOver) {
      element.dataset.countdownOver = "yes";
      if (words) words.textContent = say("tryingNow");
      if (element.hasAttribute("hx-get")) window.htmx.trigger(element, "countdown-over");
      else if (element.dataset.countdownUrl) window.location.assign(element.dataset.countdownUrl);
    }
  }
}

setInterval(tick, 1000);
document.addEventListener("visibilitychange", tick);
