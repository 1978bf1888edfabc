// What may stand in the panes of a layout: the mirror of console/recording/layouts/rules.py, which decides.
// Rows are text as people typed it; what the limits are, and how they are said, comes from the server.
const BLANK = /^[ \t\r\n]+|[ \t\r\n]+$/g;
const SHARE = /^-?([0-9]{1,6}(\.[0-9]{0,12})?|\.[0-9]{1,12})$/;
const COUNT = /^[0-9]{1,9}$/;

export const FIELDS = ["number", "user", "video", "x", "y", "width", "height", "layer", "crop", "filling"];
export const trimmed = (text) => text.replace(BLANK, "");

// A share as ten-thousandths; null for text that is none, or says more than four decimals.
export function shares(written, rules) {
  let text = trimmed(written);
  if (!SHARE.test(text)) return null;
  const sign = text.startsWith("-") ? -1 : 1;
  if (sign < 0) text = text.slice(1);
  const [whole, decimals = ""] = text.split(".");
  if (/[^0]/.test(decimals.slice(rules.places))) return null;
  const parts = decimals.slice(0, rules.places).padEnd(rules.places, "0");
  return sign * (Number(whole || "0") * rules.whole + Number(parts));
}

// Ten-thousandths as people and the wire write them: "0.25", "1".
export function shareText(parts, rules) {
  const whole = Math.floor(parts / rules.whole);
  const rest = String(parts % rules.whole).padStart(rules.places, "0").replace(/0+$/, "");
  return rest ? `${whole}.${rest}` : String(whole);
}

// Everything that is wrong with the rows, in their order: [row, field, code], row -1 for the layout as a whole.
export function problemsOf(rows, mode, needsPeople, rules) {
  const found = [];
  if (rows.length === 0) found.push([-1, "", "none"]);
  if (rows.length > rules.most) found.push([-1, "", "many"]);
  const numbers = new Set();
  rows.forEach((row, place) => {
    const add = (field, code) => found.push([place, field, code]);
    number(row, numbers, add, rules);
    person(row, mode, needsPeople, add, rules);
    if (mode === "custom") {
      choice(row, "video", rules.videos, add);
      sides(row, add, rules);
      choice(row, "crop", rules.crops, add);
    } else {
      choice(row, "filling", rules.fillings, add);
      if (row.filling !== rules.shared) choice(row, "video", rules.videos, add);
    }
  });
  return found;
}

function number(row, taken, add, rules) {
  if (!count(row, "number", rules.numbers[0], rules.numbers[1], add)) return;
  const text = trimmed(row.number).replace(/^0+/, "");
  if (taken.has(text)) add("number", "twice");
  taken.add(text);
}

function person(row, mode, needsPeople, add, rules) {
  const user = trimmed(row.user);
  if (mode === "share" && row.filling === rules.shared) {
    if (user) add("user", "anybody");
  } else if (!user) {
    if (needsPeople) add("user", "nobody");
  } else if (!new RegExp(`^(?:${rules.id})$`).test(user)) {
    add("user", "id");
  }
}

function sides(row, add, rules) {
  const x = share(row, "x", 0, add, rules);
  const y = share(row, "y", 0, add, rules);
  const width = share(row, "width", 1, add, rules);
  const height = share(row, "height", 1, add, rules);
  if (x !== null && width !== null && x + width > rules.whole) add("width", "beyond");
  if (y !== null && height !== null && y + height > rules.whole) add("height", "beyond");
  count(row, "layer", 0, rules.layers - 1, add);
}

function choice(row, field, choices, add) {
  if (!choices.includes(row[field])) add(field, "choice");
}

function count(row, field, low, high, add) {
  const text = trimmed(row[field]);
  if (!text) add(field, "missing");
  else if (!COUNT.test(text)) add(field, "count");
  else if (Number(text) < low || Number(text) > high) add(field, `${field}_range`);
  else return true;
  return false;
}

function share(row, field, low, add, rules) {
  const text = trimmed(row[field]);
  if (!text) add(field, "missing");
  else if (!SHARE.test(text)) add(field, "share");
  else {
    const parts = shares(text, rules);
    if (parts === null) add(field, "decimals");
    else if (parts < low || parts > rules.whole) add(field, low ? "side_range" : "share_range");
    else return parts;
  }
  return null;
}
