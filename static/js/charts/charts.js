// Every chart of the page: figure[data-chart] with its numbers as JSON in a <template>. Drawn when it comes into the
// page, with ECharts for the lines and elements of the page for everything that is read or touched.
import { say } from "../words.js";
import { palette } from "./colours.js";
import { drawLegend, fillLegend } from "./legend.js";
import { optionsOf, placeText } from "./options.js";
import { moments, placeAt, wholeRange } from "./points.js";
import { watchPointer } from "./pointer.js";
import { written } from "./text.js";
import { keepZoom, zoomIn } from "./zoom.js";

const MANY = 8; // lines, from which on they are thinner
const charts = new Map(); // figure → Chart
const paper = matchMedia("print");
const hiddenOf = new Map(); // id → keys hidden: outlives refreshes of the figure

class Chart {
  constructor(figure) {
    this.figure = figure;
    this.plot = figure.querySelector("[data-chart-plot]");
    this.legend = figure.querySelector("[data-chart-legend]");
    this.data = JSON.parse(figure.querySelector("template[data-chart-data]").content.textContent);
    this.timed = this.data.x.kind === "time";
    if (this.timed) this.data.moments = moments(this.data.x);
    if (!hiddenOf.has(this.data.id)) hiddenOf.set(this.data.id, new Set());
    this.hidden = hiddenOf.get(this.data.id);
    this.zoomed = this.timed && this.group ? zoomIn(this.group) : null;
    this.place = null;
    this.cursor = null;
    this.canvas = document.createElement("div");
    this.canvas.className = "chart-canvas";
    this.plot.replaceChildren(this.canvas);
    this.drawing = window.echarts.init(this.canvas, null, { renderer: "canvas" });
    this.drawResetButton();
    drawLegend(this);
    watchPointer(this);
    this.draw();
    this.resizing = new ResizeObserver(() => this.fit());
    this.resizing.observe(this.plot);
    figure.classList.add("is-drawn");
    const table = figure.querySelector(".chart-table:not([data-stays-open])");
    if (table) table.open = false;
  }

  get group() {
    return this.data.group || this.data.id;
  }

  drawResetButton() {
    this.whole = document.createElement("button");
    this.whole.type = "button";
    this.whole.className = "btn btn-s chart-whole";
    this.whole.textContent = say("wholePeriod");
    this.whole.addEventListener("click", () => {
      this.zoom(null);
      this.plot.focus();
    });
    this.plot.after(this.whole);
  }

  draw({ paper = false } = {}) {
    waiting.delete(this);
    this.drawing.setOption(optionsOf(this.data, this.look(paper)), { notMerge: true });
    this.whole.hidden = !this.zoomed;
    this.fill();
  }

  look(paper) {
    return {
      colours: palette({ paper }),
      hidden: this.hidden,
      range: this.zoomed,
      width: this.plot.clientWidth,
      height: this.plot.clientHeight,
      many: this.data.series.length >= MANY,
      stepOf: () => this.stepOf(),
    };
  }

  // The distance between two lines of the scale: says how many digits its labels need.
  stepOf() {
    const name = this.data.across ? "xAxis" : "yAxis";
    const scale = this.drawing.getModel()?.getComponent(name)?.axis?.scale;
    const found = scale?.getTicks?.().map((tick) => tick.value) ?? [];
    return found.length > 1 ? Math.abs(found[1] - found[0]) : 1;
  }

  // On paper the canvas is scaled as a picture (analytics.css); drawn anew to that box, which has the canvas's own height,
  // it would be nothing.
  fit() {
    if (!this.plot.clientWidth || paper.matches) return;
    this.drawing.resize();
    this.draw();
  }

  toggle(key) {
    if (this.hidden.has(key)) this.hidden.delete(key);
    else this.hidden.add(key);
    this.draw();
  }

  wholeRange() {
    return wholeRange(this.data);
  }

  rangeShown() {
    return this.zoomed ?? this.wholeRange();
  }

  placesShown() {
    const count = this.timed ? this.data.moments.length : this.data.x.names.length;
    const last = Math.max(Math.min(count, this.data.known) - 1, 0);
    if (!this.zoomed) return [0, last];
    return [placeAt(this.data.x, this.zoomed[0]), Math.min(last, placeAt(this.data.x, this.zoomed[1]))];
  }

  // Where the lines are, in pixels of the plot.
  area() {
    const rect = this.drawing.getModel().getComponent("grid").coordinateSystem.getRect();
    return { left: rect.x, right: rect.x + rect.width, top: rect.y, bottom: rect.y + rect.height };
  }

  // The moment (or the place among names) under a point of the plot; null outside.
  momentAt(x, event = null) {
    const { left, right, top, bottom } = this.area();
    if (this.timed) {
      const [from, to] = this.rangeShown();
      return from + (Math.max(0, Math.min(1, (x - left) / (right - left))) * (to - from));
    }
    const y = event ? event.clientY - this.plot.getBoundingClientRect().top : 0;
    const share = this.data.across ? (y - top) / (bottom - top) : (x - left) / (right - left);
    const count = this.data.x.names.length;
    return share < 0 || share >= 1 ? null : Math.floor(share * count);
  }

  point(at) {
    if (this.timed) document.dispatchEvent(new CustomEvent("chart:cursor", { detail: { group: this.group, at } }));
    else this.follow(at);
  }

  pointAtPlace(place) {
    this.point(this.timed ? this.data.moments[place] : place);
  }

  // Show the crosshair at a moment, whoever moved it.
  follow(at) {
    this.cursor = at;
    this.place = at === null ? null : this.timed ? placeAt(this.data.x, at) : at;
    const [from, to] = this.timed ? this.rangeShown() : [0, 0];
    const moment = this.place !== null && this.timed ? this.data.moments[this.place] : null;
    this.line.hidden = moment === null || moment === undefined || moment < from || moment > to;
    if (!this.line.hidden) {
      const { left, right, top, bottom } = this.area();
      this.line.style.left = `${left + ((moment - from) / (to - from)) * (right - left)}px`;
      this.line.style.top = `${top}px`;
      this.line.style.height = `${bottom - top}px`;
    }
    this.fill();
  }

  fill() {
    fillLegend(this, this.place, this.place === null ? "" : placeText(this.data, this.place));
  }

  // What stands under the crosshair, for screen readers.
  words() {
    if (this.place === null) return "";
    const { series, unit } = this.data;
    const shown = series.filter((one) => !this.hidden.has(one.key));
    const values = shown.map((one) => `${one.name} ${written(unit, one.values[this.place])}`);
    return `${placeText(this.data, this.place)}: ${values.join(", ")}`;
  }

  zoom(range) {
    keepZoom(this.group, range);
    document.dispatchEvent(new CustomEvent("chart:zoom", { detail: { group: this.group, range } }));
  }

  showZoom(range) {
    if (!this.timed) return;
    this.zoomed = range;
    if (inView(this.figure)) this.draw();
    else drawLater(this);
  }

  end() {
    this.resizing.disconnect();
    this.drawing.dispose();
  }
}

// Charts that nobody sees follow a zoom one in a frame, so that those that are seen follow at once.
const waiting = new Set();

function inView(figure) {
  const { top, bottom } = figure.getBoundingClientRect();
  return bottom > 0 && top < innerHeight;
}

function drawLater(chart) {
  if (!waiting.size) requestAnimationFrame(drawNext);
  waiting.add(chart);
}

function drawNext() {
  const [chart] = waiting;
  waiting.delete(chart);
  if (waiting.size) requestAnimationFrame(drawNext);
  if (chart?.figure.isConnected) chart.draw();
}

function all(action) {
  for (const [figure, chart] of charts) if (figure.isConnected) action(chart);
}

function tidy() {
  for (const [figure, chart] of charts) {
    if (figure.isConnected) continue;
    chart.end();
    charts.delete(figure);
  }
}

function drawNew(root = document) {
  tidy();
  for (const figure of root.querySelectorAll("figure[data-chart]:not(.is-drawn, .is-failed)")) {
    try {
      charts.set(figure, new Chart(figure));
    } catch (problem) {
      figure.classList.add("is-failed"); // its table stays
      console.error("chart not drawn", figure.id, problem);
    }
  }
}

document.addEventListener("chart:cursor", ({ detail }) => all((one) => one.group === detail.group && one.timed && one.follow(detail.at)));
document.addEventListener("chart:zoom", ({ detail }) => all((one) => one.group === detail.group && one.showZoom(detail.range)));
document.addEventListener("theme-changed", () => all((one) => one.draw()));
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => all((one) => one.draw()));
addEventListener("beforeprint", () => all((one) => one.draw({ paper: true })));
addEventListener("afterprint", () => all((one) => one.draw()));
document.addEventListener("htmx:afterSettle", () => drawNew());
drawNew();
