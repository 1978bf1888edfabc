// Keys that work everywhere. None of them does anything while somebody types.
import { copy } from "./copy.js";
import { openPalette } from "./palette.js";

const typing = (element) => element.closest("input, textarea, select, [contenteditable]");

export function openKeys() {
  const dialog = document.getElementById("keys");
  if (!dialog || document.querySelector("dialog[open]")) return;
  const own = document.querySelector("template[data-page-keys]"); // what the page itself listens to
  const list = dialog.querySelector("dl");
  if (own && list && !list.querySelector("[data-own]")) {
    list.append(own.content.cloneNode(true));
    list.lastElementChild?.setAttribute("data-own", "");
  }
  dialog.showModal();
}

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.isComposing || event.altKey) return;
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
    event.preventDefault();
    openPalette();
    return;
  }
  if (event.ctrlKey || event.metaKey || typing(event.target)) return;
  if (event.key === "/") {
    event.preventDefault();
    openPalette();
  } else if (event.key === "?") {
    openKeys();
  } else if (event.key === "r" && !document.querySelector("dialog[open]")) {
    document.querySelector("[data-refresh]")?.click();
  } else if (event.key === "c") {
    const near = event.target.closest(".id, .copyable, tr, li, dd");
    const button = near?.querySelector("[data-copy]");
    if (button) copy(button);
  }
});

document.addEventListener("click", (event) => {
  if (!event.target.closest("[data-open-keys]") || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  event.target.closest("details")?.removeAttribute("open");
  openKeys();
});
