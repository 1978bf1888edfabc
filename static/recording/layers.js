// The list beside the stage: the panes from front to back, each to choose, to order and to remove.
export class Layers {
  constructor(list, { words, icons, act, choose }) {
    Object.assign(this, { list, words, icons, act, choose });
  }

  show(panes, { who, wrong, idOf }) {
    const focused = document.activeElement?.dataset?.layerKey;
    const rows = panes.inOrder().reverse();
    this.list.replaceChildren(...rows.map((row) => this.item(row, panes, who, wrong, idOf(row))));
    if (focused) this.list.querySelector(`[data-layer-key="${focused}"]`)?.focus({ preventScroll: true });
  }

  item(row, panes, who, wrong, id) {
    const item = document.createElement("li");
    item.className = "rec-layer";
    item.classList.toggle("is-chosen", row === panes.chosen);
    item.classList.toggle("rec-is-wrong", wrong.has(row));
    const pick = document.createElement("button");
    pick.type = "button";
    pick.className = "rec-layer-pick";
    pick.dataset.layerKey = `pick-${id}`;
    pick.setAttribute("aria-pressed", String(row === panes.chosen));
    const number = document.createElement("b");
    number.textContent = row.number;
    const name = document.createElement("span");
    name.textContent = who(row);
    const video = document.createElement("span");
    video.className = "quiet";
    video.textContent = row.video === panes.rules.videos[1] ? this.words.screen : this.words.camera;
    pick.append(number, name, video);
    pick.addEventListener("click", () => this.choose(row));
    item.append(pick);
    for (const name of ["forward", "back"]) item.append(this.button(name, row, id));
    return item;
  }

  button(name, row, id) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "btn btn-plain btn-icon btn-s";
    button.dataset.layerKey = `${name}-${id}`;
    button.append(this.icons[name].cloneNode(true));
    button.setAttribute("aria-label", `${this.words[name]}: ${this.words.pane.replace("{number}", row.number)}`);
    button.addEventListener("click", () => this.act(name, row));
    return button;
  }
}
