// What was changed in the reply is what is copied.
document.addEventListener("input", (event) => {
  const button = document.getElementById(event.target.dataset?.copiedBy ?? "");
  if (button) button.dataset.copy = event.target.value;
});
