// A page that the Back button brings back as it was left may show what is gone by now. It is fetched again, unless
// something was typed into it.
const VALUES = { checkbox: ["checked", "defaultChecked"], radio: ["checked", "defaultChecked"] };

function changed(field) {
  if (field instanceof HTMLSelectElement) {
    const chosen = [...field.options].some((option) => option.defaultSelected);
    return [...field.options].some((option, place) => option.selected !== (chosen ? option.defaultSelected : place === 0));
  }
  const [now, before] = VALUES[field.type] ?? ["value", "defaultValue"];
  return field.type !== "hidden" && field[before] !== undefined && field[now] !== field[before];
}

export function touched(page = document) {
  return [...page.querySelectorAll("form[method=post] :is(input, textarea, select)")].some(changed);
}

window.addEventListener("pageshow", (event) => {
  if (event.persisted && !touched()) location.reload();
});
