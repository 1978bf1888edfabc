// What is on its way is not sent again: an impatient second click is the same click.
let underWay = new WeakSet();
const STANDING_STILL = 2000; // a page that is still here by then did not leave: a download, or no answer

export function posts(form) {
  return form instanceof HTMLFormElement && form.getAttribute("method")?.toLowerCase() === "post";
}

document.addEventListener(
  "submit",
  (event) => {
    if (!underWay.has(event.target) && !underWay.has(event.submitter)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
  },
  true,
);

// By the browser, what no script has taken into its own hands. Another button of the form may ask for another file.
window.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || !posts(form)) return;
  const sent = event.submitter ?? form;
  underWay.add(sent);
  setTimeout(() => underWay.delete(sent), STANDING_STILL);
});

// By htmx: until there is an answer, or for good when the answer leads to another page.
document.addEventListener("htmx:beforeSend", (event) => {
  if (posts(event.detail.elt)) underWay.add(event.detail.elt);
});
document.addEventListener("htmx:afterRequest", (event) => {
  const { elt, xhr } = event.detail;
  if (!xhr?.getResponseHeader("HX-Redirect")) underWay.delete(elt);
});

// A page that the back button brings back as it was left can be used again.
window.addEventListener("pageshow", () => {
  underWay = new WeakSet();
});
