// Numbers and moments in words, as console/core/charts/units.py and axes.py write them.
const DAY = 86400;

function grouped(value, digits) {
  const scale = 10 ** digits;
  const [whole, rest] = (Math.floor(Math.abs(value) * scale + 0.5) / scale).toFixed(digits).split(".");
  const parted = whole.replace(/\B(?=(\d{3})+$)/g, ",");
  const sign = value < 0 && /[1-9]/.test(whole + (rest ?? "")) ? "-" : "";
  return sign + (rest ? `${parted}.${rest}` : parted);
}

const two = (number) => String(number).padStart(2, "0");

function duration(words, seconds) {
  const whole = Math.max(0, Math.trunc(seconds));
  const minutes = Math.floor(whole / 60);
  const hours = Math.floor(minutes / 60);
  const fill = (text, values) => text.replace(/%\((\w+)\)s/g, (_all, name) => values[name]);
  if (whole < 60) return fill(words[0], { seconds: whole });
  if (minutes < 60) return fill(words[1], { minutes, seconds: two(whole % 60) });
  if (hours < 48) return fill(words[2], { hours, minutes: two(minutes % 60) });
  return fill(words[3], { days: grouped(Math.floor(hours / 24), 0), hours: hours % 24 });
}

// A value as the table writes it.
export function written(unit, value) {
  if (value === null || value === undefined) return "–";
  if (unit.kind === "ratio") return `${grouped(value * 100, unit.digits)} %`;
  if (unit.kind === "seconds") return duration(unit.words, value);
  const text = grouped(value, unit.digits);
  return unit.suffix ? `${text} ${unit.suffix}` : text;
}

// A value beside the scale: as short as the distance between two of its lines allows.
export function onScale(unit, value, step) {
  if (unit.kind === "seconds") return written(unit, value);
  const shown = unit.kind === "ratio" ? step * 100 : step;
  const digits = Math.max(0, Math.min(6, -Math.floor(Math.log10(shown || 1) + 1e-9)));
  return written({ ...unit, digits }, value);
}

// A value that somebody chose: without digits that say nothing.
export function briefly(unit, value) {
  if (unit.kind === "seconds") return written(unit, value);
  const shown = unit.kind === "ratio" ? value * 100 : value;
  const fits = (count) => Math.abs(Number(shown.toFixed(count)) - shown) < 1e-9;
  const digits = [0, 1, 2, 3, 4].find(fits) ?? unit.digits;
  return written({ ...unit, digits: Math.min(digits, unit.digits) }, value);
}

export function ahead(x, moment) {
  let seconds = x.offsets[0]?.[1] ?? 0;
  for (const [from, shift] of x.offsets) if (moment >= from) seconds = shift;
  return seconds;
}

// The parts of a moment in the viewer's zone.
export function local(x, moment) {
  const date = new Date((moment + ahead(x, moment)) * 1000);
  return {
    day: `${date.getUTCFullYear()}-${two(date.getUTCMonth() + 1)}-${two(date.getUTCDate())}`,
    clock: `${two(date.getUTCHours())}:${two(date.getUTCMinutes())}`,
    seconds: two(date.getUTCSeconds()),
  };
}

export function momentText(x, moment) {
  const { day, clock, seconds } = local(x, moment);
  if (x.days) return day;
  return x.at || x.step % 60 ? `${day} ${clock}:${seconds}` : `${day} ${clock}`;
}

const STEPS = [1, 5, 10, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200, DAY, 2 * DAY, 7 * DAY, 14 * DAY];

function monthTicks(x, from, to, most) {
  const months = [1, 2, 3, 6, 12, 24, 60].find((count) => (to - from) / (30.4 * DAY) / count <= most) ?? 120;
  const start = new Date((from + ahead(x, from)) * 1000);
  const found = [];
  for (let number = 0; found.length < 200; number += months) {
    const month = Math.floor(start.getUTCMonth() / months) * months + number;
    const wall = Date.UTC(start.getUTCFullYear(), month, 1) / 1000;
    const moment = wall - ahead(x, wall - ahead(x, wall));
    if (moment > to) break;
    if (moment >= from) found.push(moment);
  }
  return { step: months * 30 * DAY, moments: found };
}

// Weeks and months have their ticks where they begin.
function ticksAtSteps(x, from, to, most) {
  const inside = x.at.filter((moment) => moment >= from && moment <= to);
  const every = Math.max(1, Math.ceil(inside.length / most));
  const step = x.step < 28 * DAY ? 7 * DAY : x.step;
  return { step, moments: inside.filter((_moment, number) => number % every === 0) };
}

// Where the axis gets its ticks: round times of the viewer's zone, at most so many.
export function ticks(x, from, to, most) {
  if (x.labels) return ticksAtSteps(x, from, to, most);
  const smallest = x.days ? DAY : 1;
  const step = STEPS.find((one) => one >= smallest && (to - from) / one <= most);
  if (!step) return monthTicks(x, from, to, most);
  const found = [];
  let wall = Math.ceil((from + ahead(x, from)) / step) * step;
  while (found.length < 500) {
    const moment = wall - ahead(x, wall - ahead(x, from));
    if (moment > to) break;
    if (moment >= from && moment > (found.at(-1) ?? -Infinity)) found.push(moment);
    wall += step;
  }
  return { step, moments: found };
}

export function tickText(x, moment, step) {
  const { day, clock, seconds } = local(x, moment);
  if (step >= 28 * DAY) return day.slice(0, 7);
  if (step >= DAY || x.days) return day.slice(5);
  if (clock === "00:00" && seconds === "00") return day.slice(5);
  return step < 60 ? `${clock}:${seconds}` : clock;
}
