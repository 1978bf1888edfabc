// form[data-auto] applies by itself when a choice changes; text fields and days wait for Enter, for the form's button, or
// for htmx's own trigger: a day is "changed" by each digit of its year.
document.addEventListener("change", (event) => {
  const form = event.target.closest("form[data-auto]");
  if (form && event.target.matches("select, input[type=checkbox], input[type=radio]")) {
    form.requestSubmit();
  }
});
