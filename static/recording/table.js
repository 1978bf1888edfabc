// The panes in numbers: the rows of the form are what is sent, so they follow the panes and the panes follow them.
import { FIELDS } from "./rules.js";

export class Table {
  // body: the <tbody>. shape: the <template> of a row.
  constructor(body, shape) {
    this.body = body;
    this.shape = shape;
    this.lines = new WeakMap(); // row of the panes -> <tr>
    this.rows = new WeakMap();
  }

  get elements() {
    return [...this.body.querySelectorAll("[data-pane-row]")];
  }

  adopt(rows) {
    this.elements.forEach((line, place) => this.tie(rows[place], line));
  }

  tie(row, line) {
    this.lines.set(row, line);
    this.rows.set(line, row);
  }

  rowOf(target) {
    return this.rows.get(target.closest?.("[data-pane-row]"));
  }

  show(panes) {
    const lines = panes.rows.map((row) => {
      if (!this.lines.has(row)) this.tie(row, this.shape.content.firstElementChild.cloneNode(true));
      return this.lines.get(row);
    });
    lines.forEach((line, place) => {
      if (this.body.children[place] !== line) this.body.insertBefore(line, this.body.children[place] ?? null);
    });
    while (this.body.children.length > lines.length) this.body.lastElementChild.remove();
    panes.rows.forEach((row) => {
      const line = this.lines.get(row);
      line.classList.toggle("is-chosen", row === panes.chosen);
      for (const field of FIELDS) {
        const control = line.querySelector(`[data-field="${field}"]`);
        if (control.value !== row[field]) control.value = row[field];
      }
    });
  }

  // problems: [place, field, code]. said: {code: sentence}. quiet: (code) -> whether it is not told yet.
  judge(panes, problems, said, quiet) {
    panes.rows.forEach((row, place) => {
      const line = this.lines.get(row);
      for (const field of FIELDS) {
        const code = problems.find((problem) => problem[0] === place && problem[1] === field)?.[2];
        const control = line.querySelector(`[data-field="${field}"]`);
        const note = line.querySelector(`[data-problem="${field}"]`);
        const wrong = Boolean(code) && !quiet(code);
        control.classList.toggle("is-invalid", wrong);
        if (wrong) control.setAttribute("aria-invalid", "true");
        else control.removeAttribute("aria-invalid");
        if (note) {
          note.hidden = !wrong;
          note.textContent = wrong ? said[code] : "";
        }
      }
    });
  }

  firstWrong() {
    return this.body.querySelector('[aria-invalid="true"]');
  }
}
