// Messages, bottom right: good news leaves by itself, everything else waits to be dismissed.
import { say } from "./words.js";

const GOOD_NEWS_STAYS = 8000;
const box = document.getElementById("messages");

export function show(tone, text) {
  const shape = document.getElementById(`message-${tone}`);
  if (!box || !shape) return null;
  const same = [...box.children].find((message) => message.querySelector(".message-body")?.textContent.trim() === text);
  if (same) return same;
  const message = shape.content.firstElementChild.cloneNode(true);
  message.querySelector(".message-body").textContent = text;
  box.append(message);
  return message;
}

function fade(message) {
  if (!message.dataset.fading) {
    message.dataset.fading = "yes";
    const leave = () => (message.matches(":hover, :focus-within") ? setTimeout(leave, 2000) : message.remove());
    setTimeout(leave, GOOD_NEWS_STAYS);
  }
}

if (box) {
  const look = () => box.querySelectorAll("[data-fades]").forEach(fade);
  new MutationObserver(look).observe(box, { childList: true });
  look();
  box.addEventListener("click", (event) => {
    if (event.target.closest("[data-dismiss]")) event.target.closest(".message").remove();
  });
}

// Our own server is silent: say so once, and leave on the page what was there.
document.addEventListener("htmx:sendError", () => show("bad", say("unreachable")));
document.addEventListener("htmx:timeout", () => show("bad", say("tooSlow")));
