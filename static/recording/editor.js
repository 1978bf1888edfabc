// The layout editor: ties stage, list and table to the same panes. Without this file the form works by its buttons.
import { speak } from "../js/words.js";
import { Layers } from "./layers.js";
import { Panes, readRow } from "./panes.js";
import { problemsOf } from "./rules.js";
import { Stage } from "./stage.js";
import { Table } from "./table.js";

const SHAPES = { nine_grids_view: "grid9", screen_share_left: "share_left", screen_share_right: "share_right" };

class Editor {
  constructor(root) {
    this.root = root;
    this.form = root.closest("form");
    const { rules, presets, saved, needsPeople, words } = JSON.parse(root.dataset.layoutEditor);
    Object.assign(this, { rules, presets, saved, needsPeople, words });
    const shape = root.querySelector("template[data-row]");
    this.blank = readRow(shape.content);
    this.table = new Table(root.querySelector("[data-panes]"), shape);
    this.panes = new Panes(this.table.elements.map(readRow), rules);
    this.table.adopt(this.panes.rows);
    this.judged = Boolean(this.table.firstWrong()); // the server said what is wrong: go on saying it
    this.stage = new Stage(this.stageElement(), this.panes, {
      label: (row) => this.label(row),
      who: (row) => this.who(row),
      changed: (done) => this.changed(done),
      act: (name, row) => this.act(name, row),
    });
    this.layers = new Layers(root.querySelector("[data-layers]"), {
      words,
      icons: this.icons(shape),
      act: (name, row) => this.act(name, row),
      choose: (row) => {
        this.stage.choose(row);
        this.stage.focus(row);
      },
    });
    this.listen();
    this.follow();
    this.changed(false);
  }

  // Where no picture was drawn (sound alone at first), there is none to take over.
  stageElement() {
    const known = this.root.querySelector("[data-stage]");
    if (known) return known;
    const made = document.createElementNS(document.querySelector("svg").namespaceURI, "svg");
    made.setAttribute("class", "rec-stage");
    made.setAttribute("data-stage", "");
    this.root.querySelector(".rec-editor-stage").prepend(made);
    return made;
  }

  icons(shape) {
    const of = (name) => {
      const icon = shape.content.querySelector(`[data-do="${name}"] svg`).cloneNode(true);
      icon.removeAttribute("role");
      icon.removeAttribute("aria-label");
      icon.setAttribute("aria-hidden", "true");
      return icon;
    };
    return { forward: of("forward"), back: of("back") };
  }

  get mode() {
    return this.root.dataset.mode;
  }

  // --- what is said of a pane

  who(row) {
    if (row.text !== undefined) return row.text;
    if (this.mode === "share" && row.filling === this.rules.shared) return this.words.anybody;
    const user = row.user.trim();
    if (!user) return this.needsPeople ? this.words.nobody : "";
    const known = document.querySelector(`#people-here option[value="${CSS.escape(user)}"]`);
    return known?.textContent || user;
  }

  label(row) {
    const [x, y, width, height] = this.panes.sides(row).map((part) => String(part / 100));
    const places = { x, y, width, height, layer: row.layer };
    const at = this.words.at.replace(/{(\w+)}/g, (_all, name) => places[name]);
    const name = [this.words.pane.replace("{number}", row.number), this.who(row)].filter(Boolean).join(", ");
    return `${name}: ${at}`;
  }

  // --- after every change

  changed(done) {
    this.table.show(this.panes);
    const mode = this.mode;
    const problems = mode ? problemsOf(this.panes.rows, mode, this.needsPeople, this.rules) : [];
    this.problems = problems;
    // What is merely not filled in yet is told when the form is sent: said on leaving a field, it would move the button
    // that is about to be clicked.
    this.table.judge(this.panes, problems, this.rules.said, (code) => !this.judged && this.isEmpty(code));
    this.whole(problems);
    const wrong = new Set(problems.filter(([place, , code]) => place >= 0 && !this.isEmpty(code)).map(([place]) => this.panes.rows[place]));
    this.stage.wrong = wrong;
    this.stage.drawn = this.adaptive();
    this.stage.draw();
    this.layers.show(this.panes, { who: (row) => this.who(row), wrong, idOf: (row) => this.stage.id(row) });
    this.buttons();
    if (done && this.panes.chosen && this.panes.sides(this.panes.chosen)) speak(this.label(this.panes.chosen));
  }

  isEmpty(code) {
    return code === "nobody" || code === "missing";
  }

  whole(problems) {
    const box = this.root.querySelector("[data-whole]");
    const said = problems.filter(([place]) => place < 0).map((problem) => this.rules.said[problem[2]]);
    box.hidden = said.length === 0;
    box.querySelector("ul").replaceChildren(
      ...said.map((text) => Object.assign(document.createElement("li"), { textContent: text })),
    );
    const hidden = this.mode === "custom" ? this.panes.rows.filter((row) => !this.panes.sides(row)).length : 0;
    const note = this.root.querySelector("[data-hidden]");
    note.hidden = hidden === 0;
    if (hidden) note.textContent = this.words.hidden.replace("{n}", String(hidden));
  }

  buttons() {
    this.root.querySelector('[data-do="undo"]').disabled = this.panes.past.length === 0;
    this.root.querySelector('[data-do="redo"]').disabled = this.panes.future.length === 0;
    this.root.querySelector('[data-do="add"]').disabled = this.panes.rows.length >= this.rules.most;
  }

  // --- what buttons and keys do

  act(name, row) {
    if (name === "undo" || name === "redo") {
      if (!this.panes[name]()) return;
      this.changed(false);
      speak(name === "undo" ? this.words.undone : this.words.redone);
    } else if (name === "add") {
      const added = this.panes.add(this.blank);
      if (!added) return;
      this.changed(false);
      this.table.lines.get(added).querySelector('[data-field="user"]')?.focus({ preventScroll: true });
      speak(this.words.added.replace("{number}", added.number));
    } else if (name === "remove") {
      const { number } = row;
      const inStage = Boolean(document.activeElement?.closest?.("[data-stage]"));
      this.panes.remove(row);
      this.changed(false);
      if (this.panes.chosen && inStage) this.stage.focus(this.panes.chosen);
      else this.root.querySelector('[data-do="undo"]').focus({ preventScroll: true });
      speak(this.words.removed.replace("{number}", number));
    } else if (name === "forward" || name === "back") {
      const by = name === "forward" ? 1 : -1;
      const moved = this.mode === "share" ? this.panes.swap(row, by) : this.panes.reorder(row, by);
      if (moved) this.changed(true);
    } else if (name === "preset" || name === "load") {
      const choice = this.root.querySelector(`select[name="${name === "preset" ? "arrangement" : "saved"}"]`);
      const rows = (name === "preset" ? this.presets : this.saved)[choice.value];
      if (!rows) return;
      this.panes.arrange(rows);
      this.changed(false);
    }
  }

  listen() {
    this.root.addEventListener("click", (event) => {
      const button = event.target.closest("[data-do]");
      if (!button) return;
      event.preventDefault();
      this.act(button.dataset.do, this.table.rowOf(button));
    });
    this.root.addEventListener("input", (event) => this.typed(event));
    this.root.addEventListener("change", (event) => {
      this.typed(event);
      this.panes.settle();
    });
    this.root.addEventListener("focusin", (event) => {
      const row = this.table.rowOf(event.target);
      if (row) this.stage.choose(row);
    });
    this.root.addEventListener("keydown", (event) => this.key(event));
    this.form.addEventListener("submit", (event) => this.submitted(event));
  }

  typed(event) {
    const { field } = event.target.dataset ?? {};
    const row = field && this.table.rowOf(event.target);
    if (!row || row[field] === event.target.value) return;
    this.panes.fill(row, field, event.target.value);
    this.changed(false);
  }

  key(event) {
    const inField = event.target.matches("input, select");
    if (inField && event.key === "Enter" && this.table.rowOf(event.target)) {
      event.preventDefault(); // a number that is confirmed starts nothing
      return;
    }
    if (!(event.ctrlKey || event.metaKey) || event.altKey || inField) return;
    const key = event.key.toLowerCase();
    if (key !== "z" && key !== "y") return;
    event.preventDefault();
    this.act(key === "y" || event.shiftKey ? "redo" : "undo");
  }

  // What the server would refuse is said at once; it decides all the same.
  submitted(event) {
    if (event.submitter?.name === "do" || !this.mode) return;
    this.changed(false);
    if (this.problems.length === 0) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    this.judged = true;
    this.changed(false);
    const wrong = this.table.firstWrong() ?? this.root.querySelector("[data-whole]");
    wrong.focus();
    wrong.scrollIntoView({ block: "nearest" });
    speak(this.words.problems.replace("{n}", String(this.problems.length)));
  }

  // --- what other fields of the form decide: the picture's ratio, the kind of layout

  follow() {
    const encoding = this.form.querySelector('select[name="encode_template"]');
    const layout = this.form.querySelector('select[name="layout_template"]');
    const ratio = this.form.querySelector('select[name="ratio"]');
    const look = () => {
      const sound = encoding?.value === "audio_only";
      const size = /^(\d+)x(\d+)_/.exec(encoding?.value ?? "") ?? /^(\d+):(\d+)$/.exec(ratio?.value ?? this.root.dataset.ratio);
      if (size) this.stage.ratio = [Number(size[1]), Number(size[2])];
      if (layout) {
        const modes = { custom: "custom", screen_share_left: "share", screen_share_right: "share" };
        const before = this.mode;
        this.root.dataset.mode = sound ? "" : (modes[layout.value] ?? "");
        layout.closest(".field").hidden = sound;
        // Who draws by hand begins from something; who took every pane away goes on with none.
        if (this.mode === "custom" && before !== "custom" && this.panes.rows.length === 0) this.act("preset");
      }
      this.root.closest("[data-picture-fields]")?.classList.toggle("rec-sound-only", sound);
      this.shape = SHAPES[layout?.value ?? ""];
      this.root.querySelector("[data-adaptive]").hidden = !this.shape;
      this.changed(false);
    };
    this.shape = undefined;
    for (const control of [encoding, layout, ratio]) control?.addEventListener("change", look);
    look();
  }

  // A layout that the cloud arranges is only shown; of a screen-share layout, with those who are named.
  adaptive() {
    if (!this.shape) return null;
    const named = this.mode === "share" ? this.panes.rows : [];
    this.sketch ??= new Map();
    if (!this.sketch.has(this.shape)) this.sketch.set(this.shape, this.presets[this.shape].map((row) => ({ ...row })));
    const rows = this.sketch.get(this.shape);
    rows.forEach((row, place) => {
      row.number = named[place]?.number ?? "";
      row.text = named[place] ? this.who(named[place]) : "";
    });
    return rows;
  }
}

for (const root of document.querySelectorAll("[data-layout-editor]")) new Editor(root);
