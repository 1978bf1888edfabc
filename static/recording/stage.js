// The stage: draws the panes, and lets mouse, finger and keys move and size them. It changes nothing by itself but the
// panes it is given, and tells `changed` about it.
import { LEAST } from "./panes.js";
import { linesOf, resized, snapMove, snapResize } from "./snapping.js";

const NEAR = 7; // px within which a pane is drawn to a line
const GRIPS = { nw: [0, 0], n: [0.5, 0], ne: [1, 0], e: [1, 0.5], se: [1, 1], s: [0.5, 1], sw: [0, 1], w: [0, 0.5] };
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const STEP = 100; // 1 %
const FINE = 10;

function set(element, attributes) {
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
}

function made(name, attributes) {
  const element = document.createElementNS(document.querySelector("svg").namespaceURI, name);
  set(element, attributes);
  return element;
}

export class Stage {
  // panes: Panes. label: (row) -> what a screen reader says of it. who: (row) -> what stands in it.
  // changed: (done) after each change; done when a drag or a key has ended.
  constructor(svg, panes, { label, who, changed, act }) {
    Object.assign(this, { svg, panes, label, who, changed, act });
    this.ratio = [16, 9];
    this.wrong = new Set();
    this.drawn = null; // an adaptive layout that is only shown
    this.drag = null;
    this.ids = new WeakMap();
    this.next = 1;
    this.boxes = new Map(); // id -> what is drawn of a pane; kept, so that the focus stays in it
    this.ground = made("rect", { class: "rec-stage-ground" });
    this.floor = made("svg", {}); // cuts off what reaches beyond the picture; handles may
    this.above = made("g", {});
    svg.replaceChildren(this.ground, this.floor, this.above);
    svg.classList.add("rec-is-live");
    svg.addEventListener("pointerdown", (event) => this.grab(event));
    svg.addEventListener("pointermove", (event) => this.pull(event));
    svg.addEventListener("pointerup", (event) => this.release(event, true));
    svg.addEventListener("pointercancel", (event) => this.release(event, false));
    svg.addEventListener("keydown", (event) => this.key(event));
    // On the element around it: an <svg> that listens for focus would become a stop of the Tab key itself.
    svg.parentElement.addEventListener("focusin", (event) => this.focused(event));
    new ResizeObserver(() => this.draw()).observe(svg);
  }

  get size() {
    const width = Math.max(1, this.svg.clientWidth || this.svg.getBoundingClientRect().width);
    return [width, (width * this.ratio[1]) / this.ratio[0]];
  }

  // --- drawing

  draw() {
    const [width, height] = this.size;
    this.svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
    this.svg.setAttribute("role", this.drawn ? "img" : "group");
    set(this.ground, { width, height });
    set(this.floor, { width, height });
    const rows = (this.drawn ?? this.panes.inOrder()).filter((row) => this.panes.sides(row));
    const boxes = rows.map((row) => this.box(row, width, height));
    const focused = this.floor.contains(document.activeElement) ? document.activeElement : null;
    boxes.forEach((box, place) => {
      if (this.floor.children[place] !== box) this.floor.insertBefore(box, this.floor.children[place] ?? null);
    });
    while (this.floor.children.length > boxes.length) this.floor.lastElementChild.remove();
    if (focused?.isConnected && document.activeElement !== focused) focused.focus({ preventScroll: true });
    const chosen = !this.drawn && rows.includes(this.panes.chosen) ? this.panes.chosen : null;
    this.above.replaceChildren(...(chosen ? this.grips(chosen, width, height) : []), ...this.snaps(width, height));
  }

  box(row, width, height) {
    const id = this.id(row);
    if (!this.boxes.has(id)) {
      const box = made("svg", {});
      box.append(made("rect", { class: "rec-stage-pane", x: 0.75, y: 0.75 }));
      box.append(made("text", { class: "rec-stage-number", x: 8, y: 18 }), made("text", { class: "rec-stage-who", x: 8, y: 34 }));
      this.boxes.set(id, box);
    }
    const box = this.boxes.get(id);
    const { whole, videos } = this.panes.rules;
    const [x, y, wide, high] = this.panes.sides(row);
    const [across, down] = [(wide * width) / whole, (high * height) / whole];
    const classes = ["rec-stage-box"];
    if (row.video === videos[1]) classes.push("rec-is-screen");
    if (this.wrong.has(row)) classes.push("rec-is-wrong");
    if (this.drawn) classes.push("rec-is-adaptive");
    if (row === this.panes.chosen) classes.push("is-chosen");
    set(box, { class: classes.join(" "), x: (x * width) / whole, y: (y * height) / whole, width: across, height: down });
    set(box.children[0], { width: Math.max(0, across - 1.5), height: Math.max(0, down - 1.5) });
    box.children[1].textContent = row.number;
    box.children[2].textContent = this.who(row);
    if (!this.drawn) {
      const pressed = String(row === this.panes.chosen);
      set(box, { "data-pane": id, tabindex: "0", role: "button", "aria-pressed": pressed, "aria-label": this.label(row) });
    }
    return box;
  }

  grips(row, width, height) {
    const { whole } = this.panes.rules;
    const sides = this.seen(row);
    const finger = matchMedia("(pointer: coarse)").matches;
    const [reach, seen] = finger ? [22, 7] : [9, 4.5];
    const found = [];
    for (const [name, [across, down]] of Object.entries(GRIPS)) {
      const x = ((sides[0] + sides[2] * across) * width) / whole;
      const y = ((sides[1] + sides[3] * down) * height) / whole;
      found.push(made("circle", { class: "rec-stage-handle", cx: x, cy: y, r: seen }));
      found.push(made("circle", { class: `rec-stage-grip rec-stage-grip-${name}`, "data-grip": name, cx: x, cy: y, r: reach }));
    }
    return found;
  }

  // What of a pane lies inside of the picture: numbers may say more.
  seen(row) {
    const { whole } = this.panes.rules;
    const [x, y, width, height] = this.panes.sides(row);
    const [left, top] = [Math.max(0, Math.min(whole - 1, x)), Math.max(0, Math.min(whole - 1, y))];
    return [left, top, Math.max(1, Math.min(width, whole - left)), Math.max(1, Math.min(height, whole - top))];
  }

  snaps(width, height) {
    const { whole } = this.panes.rules;
    const found = [];
    const at = this.drag?.lines ?? {};
    if (at.x !== undefined) {
      const x = (at.x * width) / whole;
      found.push(made("line", { class: "rec-stage-snap", x1: x, x2: x, y1: 0, y2: height }));
    }
    if (at.y !== undefined) {
      const y = (at.y * height) / whole;
      found.push(made("line", { class: "rec-stage-snap", x1: 0, x2: width, y1: y, y2: y }));
    }
    return found;
  }

  id(row) {
    if (!this.ids.has(row)) this.ids.set(row, String(this.next++));
    return this.ids.get(row);
  }

  rowAt(target) {
    const id = target.closest?.("[data-pane]")?.dataset.pane;
    return id ? this.panes.rows.find((row) => this.id(row) === id) : undefined;
  }

  focus(row) {
    this.svg.querySelector(`[data-pane="${this.id(row)}"]`)?.focus({ preventScroll: true });
  }

  choose(row) {
    if (this.panes.chosen === row) return;
    this.panes.chosen = row;
    this.panes.settle();
    this.changed(false);
  }

  // --- mouse and finger

  grab(event) {
    if (this.drawn || event.button !== 0 || this.drag) return;
    const grip = event.target.dataset?.grip;
    const row = grip ? this.panes.chosen : this.rowAt(event.target);
    if (!row) {
      this.choose(null);
      return;
    }
    event.preventDefault();
    this.choose(row);
    this.focus(row);
    this.svg.setPointerCapture(event.pointerId);
    const others = this.panes.rows.filter((one) => one !== row).map((one) => this.panes.sides(one)).filter(Boolean);
    const { whole } = this.panes.rules;
    this.drag = {
      row,
      grip,
      pointer: event.pointerId,
      from: [event.clientX, event.clientY],
      sides: this.seen(row),
      moved: false,
      lines: {},
      linesX: linesOf(others.map((sides) => [sides[0], sides[2]]), whole),
      linesY: linesOf(others.map((sides) => [sides[1], sides[3]]), whole),
    };
  }

  pull(event) {
    const { drag } = this;
    if (!drag || event.pointerId !== drag.pointer) return;
    const [width, height] = this.size;
    const { whole } = this.panes.rules;
    const away = [event.clientX - drag.from[0], event.clientY - drag.from[1]];
    if (!drag.moved && Math.hypot(...away) < 3) return;
    if (!drag.moved) this.panes.keep();
    drag.moved = true;
    const [across, down] = [(away[0] * whole) / width, (away[1] * whole) / height];
    const reach = event.altKey ? [-1, -1] : [(NEAR * whole) / width, (NEAR * whole) / height];
    const free = drag.grip
      ? resized(drag.sides, drag.grip, across, down, Math.min(LEAST, drag.sides[2], drag.sides[3]), whole)
      : this.inside([drag.sides[0] + across, drag.sides[1] + down, drag.sides[2], drag.sides[3]]);
    const snapped = drag.grip
      ? snapResize(free, drag.grip, drag.linesX, drag.linesY, ...reach)
      : snapMove(free, drag.linesX, drag.linesY, ...reach);
    const small = snapped.sides[2] < 1 || snapped.sides[3] < 1;
    drag.lines = small ? {} : { x: snapped.x, y: snapped.y };
    this.panes.place(drag.row, small ? free : snapped.sides);
    this.changed(false);
  }

  inside([x, y, width, height]) {
    const { whole } = this.panes.rules;
    return [Math.max(0, Math.min(whole - width, x)), Math.max(0, Math.min(whole - height, y)), width, height];
  }

  release(event, kept) {
    const { drag } = this;
    if (!drag || event.pointerId !== drag.pointer) return;
    this.drag = null;
    if (drag.moved && !kept) this.panes.undo();
    this.panes.settle();
    this.changed(drag.moved);
  }

  // --- keys

  focused(event) {
    const row = this.rowAt(event.target);
    if (row && !this.drag) this.choose(row);
  }

  key(event) {
    if (event.key === "Escape" && this.drag) {
      const { pointer } = this.drag;
      this.release({ pointerId: pointer }, false);
      event.preventDefault();
      return;
    }
    const row = this.rowAt(event.target);
    if (!row || !this.panes.sides(row)) return;
    const arrow = ARROWS[event.key];
    if (arrow && !event.altKey && !event.metaKey) {
      const step = event.ctrlKey ? FINE : STEP;
      this.panes.keep(`key ${event.shiftKey} ${this.id(row)}`);
      const change = event.shiftKey ? "grow" : "move";
      this.panes[change](row, arrow[0] * step, arrow[1] * step);
      this.changed(true);
    } else if (event.ctrlKey || event.metaKey || event.altKey) {
      return;
    } else if (event.key === "[" || event.key === "]") {
      this.act(event.key === "]" ? "forward" : "back", row);
    } else if (event.key === "Delete" || event.key === "Backspace") {
      this.act("remove", row);
    } else return;
    event.preventDefault();
    event.stopPropagation();
  }
}
