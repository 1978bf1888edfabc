// The search palette: the search page's own form and list, in a dialog. Arrows walk through what was found.
const palette = document.getElementById("palette");
const input = palette?.querySelector("input");
const list = palette?.querySelector(".palette-results");
const found = () => [...list.querySelectorAll("a.found")];

export function openPalette() {
  if (!palette || palette.open) return;
  document.querySelectorAll("dialog[open]").forEach((dialog) => dialog.close());
  palette.showModal();
  input.select();
  input.focus();
  window.htmx.trigger(input, "palette-open");
}

if (palette) {
  document.addEventListener("click", (event) => {
    if (!event.target.closest("[data-open-palette]") || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    openPalette();
  });
  palette.addEventListener("click", (event) => {
    if (event.target === palette) palette.close();
  });
  palette.addEventListener("keydown", (event) => {
    const links = found();
    const at = links.indexOf(document.activeElement);
    if (event.key === "Escape") palette.close(); // the browser would only empty the field first
    else if (event.key === "ArrowDown") (links[at + 1] ?? links[0])?.focus();
    else if (event.key === "ArrowUp") (at > 0 ? links[at - 1] : input).focus();
    else if (event.key === "Enter" && event.target === input && links.length && !palette.querySelector(".htmx-request")) links[0].click();
    else if (event.key.length === 1 && at >= 0 && !event.ctrlKey && !event.metaKey && !event.altKey) {
      input.focus(); // goes on typing where the arrows left off
      return;
    } else return;
    event.preventDefault();
  });
}
