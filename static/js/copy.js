// Copying an id by one click; the mark stays for a moment where the eye is.
import { say, speak } from "./words.js";
import { show } from "./messages.js";

export async function copy(button) {
  try {
    await navigator.clipboard.writeText(button.dataset.copy);
  } catch {
    show("watch", say("notCopied"));
    return;
  }
  const use = button.querySelector("use");
  const before = use.getAttribute("href");
  button.classList.add("is-copied");
  use.setAttribute("href", before.replace(/#.*/, "#check"));
  speak(say("copied"));
  setTimeout(() => {
    button.classList.remove("is-copied");
    use.setAttribute("href", before);
  }, 1500);
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button || button.classList.contains("is-copied")) return;
  event.preventDefault();
  event.stopPropagation();
  copy(button);
});
