// Crosshair, zooming and walking by keys. Charts of one group follow each other, and so may any other part of the page:
//   document event "chart:cursor" {group, at: seconds since 1970 or null}
//   document event "chart:zoom"   {group, range: [from, to] or null}
// Whoever moves dispatches, everybody of the group listens.
import { speak } from "../words.js";

const LEAST_PIXELS = 6;

function overlay(name) {
  const made = document.createElement("div");
  made.className = name;
  made.hidden = true;
  return made;
}

export function watchPointer(chart) {
  const { plot } = chart;
  chart.line = overlay("chart-cursor");
  chart.frame = overlay("chart-selected");
  plot.append(chart.line, chart.frame);
  let begin = null;
  const across = (event) => event.clientX - plot.getBoundingClientRect().left;

  plot.addEventListener("pointermove", (event) => {
    const x = across(event);
    chart.point(chart.momentAt(x, event));
    if (begin !== null && chart.timed && Math.abs(x - begin) > LEAST_PIXELS) showFrame(chart, begin, x);
  });
  plot.addEventListener("pointerleave", () => chart.point(null));
  plot.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || !chart.timed) return;
    begin = across(event);
    plot.setPointerCapture(event.pointerId);
  });
  plot.addEventListener("pointerup", (event) => {
    const end = across(event);
    chart.frame.hidden = true;
    if (begin !== null && Math.abs(end - begin) > LEAST_PIXELS) {
      chart.zoom([begin, end].sort((a, b) => a - b).map((x) => chart.momentAt(x)));
    }
    begin = null;
  });
  plot.addEventListener("pointercancel", () => {
    begin = null;
    chart.frame.hidden = true;
  });
  plot.addEventListener("keydown", (event) => keyed(chart, event));
  plot.addEventListener("blur", () => chart.point(null));
}

function showFrame(chart, begin, end) {
  const { left, right } = chart.area();
  const [low, high] = [begin, end].sort((a, b) => a - b).map((x) => Math.max(left, Math.min(right, x)));
  chart.frame.style.left = `${low}px`;
  chart.frame.style.width = `${high - low}px`;
  chart.frame.hidden = false;
}

function keyed(chart, event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const step = { ArrowLeft: -1, ArrowRight: 1, PageUp: -10, PageDown: 10, Home: -Infinity, End: Infinity }[event.key];
  if (step !== undefined) walk(chart, step);
  else if (["+", "=", "-", "0"].includes(event.key) && chart.timed) zoomByKey(chart, event.key);
  else return;
  event.preventDefault();
  event.stopPropagation();
}

function walk(chart, step) {
  const [first, last] = chart.placesShown();
  const now = chart.place ?? (step > 0 ? first - 1 : last + 1);
  chart.pointAtPlace(Math.max(first, Math.min(last, now + step)));
  speak(chart.words());
}

function zoomByKey(chart, key) {
  if (key === "0") return chart.zoom(null);
  const [from, to] = chart.rangeShown();
  const centre = chart.cursor ?? (from + to) / 2;
  const factor = key === "-" ? 2 : 0.5;
  const [low, high] = [centre - (centre - from) * factor, centre + (to - centre) * factor];
  const [least, most] = chart.wholeRange();
  return chart.zoom(low <= least && high >= most ? null : [Math.max(low, least), Math.min(high, most)]);
}
