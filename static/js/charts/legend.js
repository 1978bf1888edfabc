// The legend: what each line is, its value under the cursor (else the last one), and a button to hide it.
import { hueOf, shapeOf } from "./colours.js";
import { written } from "./text.js";

// The shapes are drawn by css/charts.css.
export function swatch(one) {
  const made = document.createElement("span");
  const hue = one.look === "ghost" ? "chart-ghost" : `hue-${hueOf(one.colour) + 1}`;
  made.className = `chart-swatch swatch-${one.look} ${hue}`;
  made.dataset.shape = shapeOf(one.colour);
  made.setAttribute("aria-hidden", "true");
  return made;
}

export function drawLegend(chart) {
  const single = chart.data.series.length < 2;
  const entries = chart.data.series.map((one) => {
    const entry = document.createElement("li");
    const face = document.createElement(single ? "span" : "button");
    face.className = "chart-key";
    if (!single) {
      face.type = "button";
      face.dataset.key = `${chart.data.id}-${one.key}`;
      face.addEventListener("click", () => chart.toggle(one.key));
    }
    const name = document.createElement("bdi");
    name.textContent = one.name;
    const value = document.createElement("span");
    value.className = "chart-value tabular";
    face.append(swatch(one), name, value);
    entry.append(face);
    return entry;
  });
  const when = document.createElement("li");
  when.className = "chart-when tabular";
  chart.legend.replaceChildren(...entries, when);
}

const last = (values) => values.findLast((value) => value !== null) ?? null;

export function fillLegend(chart, place, text) {
  chart.data.series.forEach((one, number) => {
    const face = chart.legend.children[number].firstElementChild;
    const value = place === null ? (one.look === "ghost" || one.look === "dotted" ? undefined : last(one.values)) : one.values[place];
    face.querySelector(".chart-value").textContent = value === undefined ? "" : written(chart.data.unit, value);
    if (face.localName === "button") face.setAttribute("aria-pressed", String(!chart.hidden.has(one.key)));
  });
  chart.legend.lastElementChild.textContent = place === null ? "" : text;
}
