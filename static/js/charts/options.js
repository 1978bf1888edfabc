// From a chart as the server says it (console/core/charts/shape.py) to what ECharts draws. No tooltip, legend or zoom
// of ECharts: those are elements of the page (legend.js, pointer.js), which the page's policy and screen readers like.
import { faint, hatch, hueOf, shapeOf } from "./colours.js";
import { alone, pairs, thinned, wholeRange } from "./points.js";
import { briefly, momentText, onScale, tickText, ticks, written } from "./text.js";

const PIXELS_A_TICK = 76;
const PIXELS_A_FLAG = 26;

export function optionsOf(chart, look) {
  const named = chart.x.kind === "names";
  const range = named ? null : look.range ?? wholeRange(chart);
  const shown = chart.series.filter((one) => !look.hidden.has(one.key));
  const series = shown.flatMap((one) => (named ? [bars(chart, one, look)] : timed(chart, one, range, look)));
  const places = named ? namesAxis(chart, look) : timeAxis(chart, range, look);
  const values = valueAxis(chart, look);
  return {
    animation: false,
    textStyle: { fontFamily: look.colours.sans, fontSize: 12, color: look.colours["ink-2"] },
    grid: grid(chart, look),
    xAxis: chart.across ? values : places,
    yAxis: chart.across ? places : values,
    series: [backdrop(chart, range, look), ...series],
  };
}

function grid(chart, look) {
  const room = { left: 8, right: 16, top: chart.marks.length ? 22 : 12, bottom: 4, containLabel: true };
  if (chart.across) room.right = 64;
  if (chart.upsideDown) room.bottom = 12;
  if (look.left) Object.assign(room, { left: look.left, containLabel: false, bottom: 26 });
  return room;
}

function timeAxis(chart, [from, to], look) {
  const { step, moments } = ticks(chart.x, from, to, Math.max(2, look.width / PIXELS_A_TICK));
  return {
    type: "value",
    min: from,
    max: to,
    position: chart.upsideDown ? "top" : "bottom",
    axisLabel: {
      customValues: moments,
      formatter: (moment) => tickText(chart.x, moment, step),
      hideOverlap: true,
      color: look.colours["ink-3"],
    },
    axisTick: { show: true, customValues: moments, lineStyle: { color: look.colours["line-strong"] } },
    axisLine: { show: true, onZero: false, lineStyle: { color: look.colours["line-strong"] } },
    splitLine: { show: false },
  };
}

function namesAxis(chart, look) {
  const most = chart.across ? 22 : 14;
  const cut = (name) => (name.length > most ? `${name.slice(0, most - 6)}…${name.slice(-5)}` : name);
  return {
    type: "category",
    data: chart.x.names,
    inverse: chart.across,
    axisLabel: { formatter: cut, color: look.colours["ink-2"], interval: chart.across ? 0 : "auto", hideOverlap: true },
    axisTick: { show: false },
    axisLine: { lineStyle: { color: look.colours["line-strong"] } },
  };
}

function valueAxis(chart, look) {
  const axis = {
    type: "value",
    scale: !chart.zero,
    inverse: chart.upsideDown,
    splitNumber: look.height < 130 ? 2 : 4,
    axisLabel: { color: look.colours["ink-3"], hideOverlap: true },
    splitLine: { lineStyle: { color: look.colours.line } },
    axisLine: { show: false },
  };
  axis.axisLabel.formatter = (value) => onScale(chart.unit, value, look.stepOf());
  if (chart.unit.kind === "seconds") {
    const top = highest(chart, chart.series.filter((one) => !look.hidden.has(one.key)));
    axis.interval = roundDuration(top / axis.splitNumber);
    axis.max = Math.ceil(top / axis.interval) * axis.interval; // or the scale ends between two lines, at an odd figure
  }
  if (chart.low !== null) axis.min = chart.low;
  if (chart.high !== null) axis.max = chart.high;
  if (chart.unit.kind === "number" && chart.unit.digits === 0) axis.minInterval = 1;
  return axis;
}

// Lines of a scale of durations stand at minutes, hours and days, not at thousands of seconds.
const ROUND = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200, 86400];

function roundDuration(seconds) {
  const found = ROUND.find((one) => one >= seconds);
  if (found) return found;
  const days = seconds / 86400;
  const scale = 10 ** Math.floor(Math.log10(days));
  return [1, 2, 5, 10].find((one) => one * scale >= days) * scale * 86400;
}

// The highest that the scale has to reach: stacked values count together.
function highest(chart, shown) {
  const count = chart.series[0]?.values.length ?? 0;
  let most = Math.max(1, ...chart.lines.map((line) => line.value));
  for (let place = 0; place < count; place += 1) {
    let stack = 0;
    for (const one of shown) {
      const value = one.values[place] ?? 0;
      stack += one.stacked ? value : 0;
      most = Math.max(most, value, stack);
    }
  }
  return most;
}

// Thresholds, marks and hatching belong to a series of their own, which stays when others are hidden. Its points are
// the thresholds, so that the scale reaches them.
function backdrop(chart, range, look) {
  const { colours } = look;
  const where = chart.across ? "xAxis" : "yAxis";
  // Two thresholds may lie closer than their labels are high: one says its name at each end.
  const lines = chart.lines.map((line, number) => ({
    [where]: line.value,
    lineStyle: { color: colours[line.tone], type: [5, 4], width: 1 },
    label: {
      formatter: `${line.label} ${briefly(chart.unit, line.value)}`.trim(),
      position: number < chart.lines.length - 1 ? "insideStartTop" : "insideEndTop",
      color: colours[line.tone],
      fontSize: 11,
      backgroundColor: faint(colours.surface, 0.8),
      padding: [1, 3],
    },
  }));
  const flags = range ? flagged(chart.marks, range, look) : [];
  const first = range ? range[0] : chart.x.names[0];
  return {
    id: "backdrop",
    type: "line",
    silent: true,
    symbol: "none",
    lineStyle: { width: 0 },
    data: chart.lines.map((line) => (chart.across ? [line.value, first] : [first, line.value])),
    markLine: { silent: true, symbol: "none", animation: false, data: [...lines, ...flags] },
    markArea: { silent: true, animation: false, data: range ? areas(chart, range, look) : [] },
  };
}

// Marks too close to be told apart share one number: "2–4".
function flagged(marks, [from, to], look) {
  const close = ((to - from) / Math.max(look.width, 1)) * PIXELS_A_FLAG;
  const groups = [];
  marks.forEach((mark, number) => {
    const group = groups.at(-1);
    if (group && mark.at - group.at < close) group.last = number;
    else groups.push({ at: mark.at, first: number, last: number });
  });
  const texts = new Map(groups.map(({ first, last }) => [first, first === last ? `${first + 1}` : `${first + 1}–${last + 1}`]));
  return marks.map((mark, number) => flag(mark, texts.get(number) ?? "", look));
}

function flag(mark, text, { colours }) {
  return {
    xAxis: mark.at,
    lineStyle: { color: colours[mark.tone], type: "solid", width: 1 },
    label: { formatter: text, position: "end", color: colours[mark.tone], fontWeight: 600, fontSize: 11 },
  };
}

function areas(chart, [from, to], { colours }) {
  const inside = (low, high) => high > from && low < to;
  const found = [];
  const half = chart.x.step / 2;
  for (const [first, last] of chart.gaps) {
    const low = Math.max(chart.moments[first] - half, from);
    const high = Math.min(chart.moments[last] + half, to);
    const style = { color: hatch(colours.line), opacity: 1 };
    if (inside(low, high)) found.push([{ xAxis: low, itemStyle: style }, { xAxis: high }]);
  }
  for (const mark of chart.marks) {
    if (mark.until === null || !inside(mark.at, mark.until)) continue;
    const style = { color: faint(colours[mark.tone], 0.12) };
    found.push([{ xAxis: Math.max(mark.at, from), itemStyle: style }, { xAxis: Math.min(mark.until, to) }]);
  }
  return found;
}

// A line in two pieces: what is certain, and what may still change.
function timed(chart, one, range, look) {
  if (one.look === "bar") return [bars(chart, one, look, range)];
  const found = one.stacked ? pairs(chart, one, range) : thinned(pairs(chart, one, range), range, look.width);
  if (one.from === undefined) return [line(one, found, look)];
  const border = chart.moments[one.from] ?? Infinity;
  const certain = found.filter(([at]) => at < border);
  const open = found.filter(([at]) => at >= border);
  if (certain.length && open.length) open.unshift(certain.at(-1));
  return [line(one, certain, look), line(one, open, look, true)];
}

function line(one, found, { colours, many }, unfinished = false) {
  const ghost = one.look === "ghost";
  const dotted = ghost || one.look === "dotted";
  const colour = ghost ? colours["ink-3"] : colours.hues[hueOf(one.colour)];
  const shape = shapeOf(one.colour);
  const every = Math.max(1, Math.round(found.length / 8));
  const symbol = shape === "none" ? "circle" : shape;
  const marked = (number) => !ghost && shape !== "none" && number % every === 0;
  const made = {
    type: "line",
    z: dotted ? 1 : 3,
    data: found,
    stack: one.stacked ? (unfinished ? "unfinished" : "certain") : undefined,
    // An element for each of thousands of points would make zooming stutter: only those that show one get it.
    symbol: (_value, { dataIndex }) => (alone(found, dataIndex) || marked(dataIndex) ? symbol : "none"),
    showSymbol: true,
    showAllSymbol: true,
    symbolSize: (_value, { dataIndex }) => (alone(found, dataIndex) ? 5 : 7),
    connectNulls: false,
    clip: true,
    itemStyle: { color: colour },
    lineStyle: { color: colour, width: ghost ? 1.25 : dotted || many ? 1.5 : 2, type: unfinished ? [4, 4] : dotted ? [2, 3] : "solid" },
    emphasis: { disabled: true },
  };
  if (one.look === "area") {
    made.areaStyle = { color: faint(colour, unfinished ? 0.12 : one.stacked ? 0.45 : 0.18), origin: "start" };
  }
  return made;
}

function bars(chart, one, { colours }, range = null) {
  const colour = colours.hues[hueOf(one.colour)];
  const open = { color: faint(colour, 0.15), borderColor: colour, borderWidth: 1, borderType: [3, 3] };
  const shape = shapeOf(one.colour);
  const decal = shape === "none" ? undefined : { symbol: shape, color: faint(colours.surface, 0.7), symbolSize: 0.7 };
  const values = one.values.map((value, place) => {
    const item = { value: range ? [chart.moments[place], value] : value };
    if (one.from !== undefined && place >= one.from) item.itemStyle = open;
    return item;
  });
  const within = ({ value: [at] }) => at >= range[0] && at <= range[1];
  return {
    type: "bar",
    data: range ? values.filter(within) : values,
    stack: one.stacked ? "bars" : undefined,
    barMaxWidth: 28,
    barCategoryGap: "25%",
    clip: true,
    itemStyle: { color: colour, decal },
    label: { show: chart.across, position: "right", color: colours["ink-2"], formatter: labelOf(chart) },
    emphasis: { disabled: true },
  };
}

const labelOf = (chart) => ({ value }) => written(chart.unit, Array.isArray(value) ? value[1] : value);

// What stands at a place, in words: its moment or name.
export function placeText(chart, place) {
  if (chart.x.kind === "names") return chart.x.names[place];
  const note = chart.x.notes?.[place];
  const text = chart.x.labels?.[place] ?? momentText(chart.x, chart.moments[place]);
  return note ? `${text}, ${note}` : text;
}
