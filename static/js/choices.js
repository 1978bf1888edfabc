// Theme and rail change at once; the form tells the server in the background. Other choices reload the page.
function keep(form, name, value) {
  const data = new FormData(form);
  data.set(name, value);
  data.delete("next");
  // keepalive: the choice is kept although its page is left at once.
  const options = { method: "POST", body: data, redirect: "manual", credentials: "same-origin", keepalive: true };
  return fetch(form.action, options);
}

function showTheme(theme) {
  const root = document.documentElement;
  root.dataset.theme = theme;
  if (theme === "system") root.removeAttribute("data-bs-theme");
  else root.setAttribute("data-bs-theme", theme);
  for (const button of document.querySelectorAll('[data-choice="theme"] button')) {
    button.setAttribute("aria-pressed", String(button.value === theme));
  }
  document.dispatchEvent(new CustomEvent("theme-changed", { detail: { theme } }));
}

function showRail(rail) {
  document.documentElement.dataset.rail = rail;
  for (const button of document.querySelectorAll("[data-rail-form] button")) {
    button.hidden = button.value === rail;
  }
}

document.addEventListener("submit", (event) => {
  const { target: form, submitter } = event;
  if (!submitter) return;
  if (form.matches('[data-choice="theme"]')) {
    showTheme(submitter.value);
  } else if (form.matches("[data-rail-form]")) {
    showRail(submitter.value);
    form.querySelector("button:not([hidden])")?.focus();
  } else {
    return;
  }
  event.preventDefault();
  form.closest("details")?.removeAttribute("open");
  keep(form, submitter.name, submitter.value).catch(() => form.submit());
});
