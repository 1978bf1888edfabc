// <details class="menu"> is a menu without us; we close it outside and on Escape, and let arrows walk in it.
const menus = () => document.querySelectorAll("details.menu[open]");
const entries = (menu) => [...menu.querySelectorAll(".menu-panel :is(a[href], button, input:not([type=hidden])):not(:disabled)")];

document.addEventListener("click", (event) => {
  for (const menu of menus()) if (!menu.contains(event.target)) menu.open = false;
});

document.addEventListener("keydown", (event) => {
  const menu = event.target.closest?.("details.menu");
  if (event.key === "Escape") {
    for (const open of menus()) {
      open.open = false;
      if (open === menu) open.querySelector("summary").focus();
    }
    return;
  }
  if (!menu || !["ArrowDown", "ArrowUp", "Home", "End"].includes(event.key)) return;
  if (event.target.matches("input") && ["Home", "End"].includes(event.key)) return;
  event.preventDefault();
  menu.open = true;
  const list = entries(menu);
  const at = list.indexOf(event.target);
  const next = { ArrowDown: at + 1, ArrowUp: at < 0 ? list.length - 1 : at - 1, Home: 0, End: list.length - 1 }[event.key];
  list[(next + list.length) % list.length]?.focus();
});

// Tabbing on leaves the menu behind.
document.addEventListener("focusin", (event) => {
  for (const menu of menus()) if (!menu.contains(event.target)) menu.open = false;
});
