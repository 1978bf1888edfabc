// "Trying again in 12 s": counts, then asks again: by htmx when the element has hx-get, else by loading the address.
// With data-countdown-frees nothing is sent: the form's button can't be used until the time is over, and then it can.
import { watched } from "./watched.js";
import { say, speak } from "./words.js";

const due = new WeakMap();

function buttons(element) {
  const form = element.closest("form");
  return form ? [...form.querySelectorAll("button:not([type=button]), input[type=submit]")] : [];
}

function goOn(element, words) {
  element.dataset.countdownOver = "yes";
  if ("countdownFrees" in element.dataset) {
    for (const button of buttons(element)) button.disabled = false;
    if (words) words.textContent = say("sendNow");
    speak(say("sendNow"));
    return;
  }
  if (words) words.textContent = say("tryingNow");
  if (element.hasAttribute("hx-get")) window.htmx.trigger(element, "countdown-over");
  else if (element.dataset.countdownUrl) window.location.assign(element.dataset.countdownUrl);
}

function tick() {
  const now = performance.now();
  for (const element of document.querySelectorAll("[data-countdown]:not([data-countdown-over])")) {
    const frees = "countdownFrees" in element.dataset;
    if (!due.has(element)) {
      due.set(element, now + Number(element.dataset.countdown) * 1000);
      if (frees) for (const button of buttons(element)) button.disabled = true;
    }
    const left = Math.ceil((due.get(element) - now) / 1000);
    const words = element.querySelector("[data-countdown-words]");
    const track = element.querySelector("progress");
    if (track) track.value = Number(element.dataset.countdown) - Math.max(0, left);
    if (left > 0) {
      if (words) words.textContent = say(frees ? "sendIn" : "tryingIn", left);
    } else if (frees || watched(element)) {
      goOn(element, words);
    }
  }
}

setInterval(tick, 1000);
document.addEventListener("visibilitychange", tick);
document.addEventListener("htmx:afterSettle", tick);
