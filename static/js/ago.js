// <time datetime data-ago> goes on counting: "12 s ago". Hidden tabs don't.
import { say } from "./words.js";

const MINUTE = 60;
const HOUR = 3600;
const DAY = 86400;

function words(seconds) {
  if (seconds < 5) return say("justNow");
  if (seconds < MINUTE) return say("secondsAgo", seconds);
  if (seconds < HOUR) return say("minutesAgo", Math.floor(seconds / MINUTE));
  if (seconds < DAY) return say("hoursAgo", Math.floor(seconds / HOUR));
  return say("daysAgo", Math.floor(seconds / DAY));
}

// A viewer's clock may be wrong. What the server rendered is right at that moment, so count from there.
const seen = new WeakMap();

function start(element, now) {
  const told = element.dataset.agoSeconds;
  const age = told === undefined ? (Date.now() - Date.parse(element.dateTime)) / 1000 : Number(told);
  seen.set(element, now - age * 1000);
  return age;
}

function tick() {
  if (document.hidden) return;
  const now = performance.now();
  for (const element of document.querySelectorAll("time[data-ago]")) {
    const age = seen.has(element) ? (now - seen.get(element)) / 1000 : start(element, now);
    const text = words(Math.max(0, Math.floor(age)));
    if (text && element.textContent !== text) element.textContent = text;
  }
}

setInterval(tick, 1000);
document.addEventListener("visibilitychange", tick);
