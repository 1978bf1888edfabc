// The panes of a layout and what can be done to them; pure but for the history that it keeps. Shares are counted in
// ten-thousandths of the picture. The rows are those of the form: text by field.
import { FIELDS, shares, shareText, trimmed } from "./rules.js";

const LEAST = 200; // a pane is never dragged smaller than 2 % of a side
const KEPT = 200; // steps that can be undone

export class Panes {
  constructor(rows, rules) {
    this.rules = rules;
    this.rows = rows;
    this.chosen = null; // a row, not a place: rows come and go
    this.past = [];
    this.future = [];
    this.step = "";
  }

  // --- looking

  // x, y, width, height of a row; null while one of them is no share, or nothing would show.
  sides(row) {
    const found = ["x", "y", "width", "height"].map((field) => shares(row[field], this.rules));
    return found.some((part) => part === null) || found[2] <= 0 || found[3] <= 0 ? null : found;
  }

  // From behind to in front.
  inOrder() {
    const layer = (row) => (/^[0-9]{1,9}$/.test(trimmed(row.layer)) ? Number(trimmed(row.layer)) : 0);
    return [...this.rows].sort((a, b) => layer(a) - layer(b) || this.rows.indexOf(a) - this.rows.indexOf(b));
  }

  // --- changing; `step` names what is done: the same step again is undone together with it

  keep(step = "") {
    if (step && step === this.step) return;
    this.step = step;
    this.past.push(this.snapshot());
    if (this.past.length > KEPT) this.past.shift();
    this.future = [];
  }

  // Rows keep who they are, so that lines and focus stay with them.
  snapshot() {
    return { rows: this.rows.map((row) => [row, { ...row }]), chosen: this.chosen };
  }

  restore(state) {
    this.rows = state.rows.map(([row, values]) => Object.assign(row, values));
    this.chosen = state.chosen;
    this.step = "";
  }

  undo() {
    return this.back(this.past, this.future);
  }

  redo() {
    return this.back(this.future, this.past);
  }

  back(from, to) {
    if (!from.length) return false;
    to.push(this.snapshot());
    this.restore(from.pop());
    return true;
  }

  place(row, [x, y, width, height]) {
    const { whole } = this.rules;
    width = Math.max(1, Math.min(whole, Math.round(width)));
    height = Math.max(1, Math.min(whole, Math.round(height)));
    x = Math.max(0, Math.min(whole - width, Math.round(x)));
    y = Math.max(0, Math.min(whole - height, Math.round(y)));
    const text = (parts) => shareText(parts, this.rules);
    Object.assign(row, { x: text(x), y: text(y), width: text(width), height: text(height) });
  }

  move(row, across, down) {
    const [x, y, width, height] = this.sides(row);
    this.place(row, [x + across, y + down, width, height]);
  }

  // Right and lower edge move; the picture's edge stops them.
  grow(row, across, down) {
    const [x, y, width, height] = this.sides(row);
    const { whole } = this.rules;
    const most = (side, at, by) => Math.max(Math.min(LEAST, side), Math.min(whole - at, side + by));
    this.place(row, [x, y, most(width, x, across), most(height, y, down)]);
  }

  // One layer forward (1) or back (-1); layers are numbered anew from behind. Says whether anything moved.
  reorder(row, by) {
    const order = this.inOrder();
    const at = order.indexOf(row);
    const other = at + by;
    if (other < 0 || other >= order.length) return false;
    this.keep();
    [order[at], order[other]] = [order[other], order[at]];
    order.forEach((one, layer) => {
      one.layer = String(Math.min(layer, this.rules.layers - 1));
    });
    return true;
  }

  // Of a screen-share layout: one line up (1) or down (-1); numbers stay where they are.
  swap(row, by) {
    const at = this.rows.indexOf(row);
    const other = at - by;
    if (other < 0 || other >= this.rows.length) return false;
    this.keep();
    const two = this.rows[other];
    [row.number, two.number] = [two.number, row.number];
    [this.rows[at], this.rows[other]] = [two, row];
    return true;
  }

  add(blank) {
    if (this.rows.length >= this.rules.most) return null;
    this.keep();
    const taken = new Set(this.rows.map((row) => trimmed(row.number)));
    let number = 1;
    while (taken.has(String(number))) number += 1;
    const layer = Math.min(this.rows.length, this.rules.layers - 1);
    const row = { ...blank, number: String(number), layer: String(layer) };
    this.rows.push(row);
    this.chosen = row;
    return row;
  }

  remove(row) {
    this.keep();
    const order = this.inOrder();
    const at = order.indexOf(row);
    this.rows = this.rows.filter((one) => one !== row);
    this.chosen = order[at + 1] ?? order[at - 1] ?? null;
  }

  // Another arrangement; who was shown stays, pane by pane, where it names nobody.
  arrange(rows) {
    this.keep();
    const people = this.rows.map((row) => row.user);
    this.rows = rows.map((row, place) => ({ ...row, user: row.user || (people[place] ?? "") }));
    this.chosen = null;
  }

  fill(row, field, text) {
    this.keep(`${field} ${this.rows.indexOf(row)}`);
    row[field] = text;
  }

  // The step is over: what comes next is undone by itself.
  settle() {
    this.step = "";
  }
}

export function readRow(element) {
  return Object.fromEntries(FIELDS.map((field) => [field, element.querySelector(`[data-field="${field}"]`).value]));
}

export { LEAST };
