// What was changed in the reply is what is copied, and what counts as written where the page is left.
const text = document.getElementById("reply-text");

function copied(field) {
  const button = document.getElementById(field?.dataset?.copiedBy ?? "");
  if (button) button.dataset.copy = field.value;
}

document.addEventListener("input", (event) => copied(event.target));
window.addEventListener("pageshow", () => copied(text)); // the Back button brings back what was typed

if (text && "changed" in text.dataset) {
  const { value } = text;
  text.defaultValue = "";
  text.value = value;
}
