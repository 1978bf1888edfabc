// From places of the axis to moments, and what stands at one.
export function moments(x) {
  if (x.at) return x.at;
  return Array.from({ length: x.count }, (_one, place) => x.start + place * x.step);
}

// The whole range that a time axis shows; bars need half a step more at either end.
export function wholeRange(chart) {
  const { x } = chart;
  const barred = chart.series.some((one) => one.look === "bar");
  if (x.at) return [x.from, x.to > x.from ? x.to : x.from + 1];
  const margin = barred ? x.step / 2 : 0;
  const last = x.start + Math.max(x.count - 1, 0) * x.step;
  return [x.start - margin, Math.max(last + margin, x.start + x.step / 2)];
}

// The place nearest to a moment.
export function placeAt(x, at) {
  if (!x.at) return Math.max(0, Math.min(x.count - 1, Math.round((at - x.start) / x.step)));
  let low = 0;
  let high = x.at.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (x.at[middle] < at) low = middle + 1;
    else high = middle;
  }
  return low > 0 && at - x.at[low - 1] < x.at[low] - at ? low - 1 : low;
}

// A series as [moment, value] pairs; null parts the line. Single moments part it where silence lasts too long.
export function pairs(chart, series, [from, to]) {
  const at = chart.moments;
  const found = [];
  const single = Boolean(chart.x.at);
  let before = null;
  for (let place = 0; place < at.length; place += 1) {
    const value = series.values[place];
    if (single && value === null) continue;
    if (at[place] < from) {
      before = [at[place], value];
      continue;
    }
    if (before) found.push(before);
    before = null;
    const last = found.at(-1);
    if (single && chart.x.gapAfter && last && at[place] - last[0] > chart.x.gapAfter) found.push([last[0], null]);
    found.push([at[place], value]);
    if (at[place] > to) break;
  }
  return found;
}

// What a line of so many pixels can show of [moment, value] pairs: of each pixel its first, lowest, highest and last
// value, and every gap. Short lines stay as they are.
export function thinned(found, [from, to], width) {
  const pixels = Math.max(1, Math.round(width));
  if (found.length <= 4 * pixels) return found;
  const pixelOf = ([at]) => Math.floor(((at - from) / (to - from)) * pixels);
  const kept = [];
  let start = 0;
  while (start < found.length) {
    let end = start + 1;
    let low = start;
    let high = start;
    if (found[start][1] !== null) {
      const pixel = pixelOf(found[start]);
      while (end < found.length && found[end][1] !== null && pixelOf(found[end]) === pixel) {
        if (found[end][1] < found[low][1]) low = end;
        if (found[end][1] > found[high][1]) high = end;
        end += 1;
      }
    }
    for (const place of new Set([start, Math.min(low, high), Math.max(low, high), end - 1])) kept.push(found[place]);
    start = end;
  }
  return kept;
}

// A value with nothing on either side makes no line, so it needs a dot.
export function alone(found, number) {
  const there = (one) => one && one[1] !== null;
  return there(found[number]) && !there(found[number - 1]) && !there(found[number + 1]);
}
