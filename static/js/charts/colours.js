// Colours come from the style sheets (css/charts.css, css/tokens.css), for the theme that is shown or for paper.
const NAMES = ["ink", "ink-2", "ink-3", "line", "line-strong", "surface", "good", "watch", "bad", "accent", "unknown"];
const HUES = 8;
const SHAPES = ["none", "triangle", "diamond"];

let probe = null;

function resolve(name, scheme) {
  probe.style.colorScheme = scheme;
  probe.style.color = `var(--${name})`;
  return getComputedStyle(probe).color;
}

export function palette({ paper = false } = {}) {
  if (!probe?.isConnected) {
    probe = document.createElement("span");
    probe.hidden = true;
    document.body.append(probe);
  }
  const scheme = paper ? "only light" : "";
  const found = Object.fromEntries(NAMES.map((name) => [name, resolve(name, scheme)]));
  found.info = found.accent;
  found.hues = Array.from({ length: HUES }, (_one, number) => resolve(`hue-${number + 1}`, scheme));
  found.sans = getComputedStyle(document.body).fontFamily;
  return found;
}

export const hueOf = (colour) => colour % HUES;
export const shapeOf = (colour) => SHAPES[Math.floor(colour / HUES) % SHAPES.length];

export function faint(colour, share) {
  const numbers = colour.match(/[\d.]+/g);
  return numbers ? `rgba(${numbers.slice(0, 3).join(",")},${share})` : colour;
}

// Hatching for what is missing: never a colour alone.
const hatches = new Map();
export function hatch(colour) {
  if (!hatches.has(colour)) {
    const canvas = document.createElement("canvas");
    canvas.width = canvas.height = 8;
    const pen = canvas.getContext("2d");
    pen.strokeStyle = colour;
    pen.lineWidth = 1.5;
    for (const shift of [-8, 0, 8]) {
      pen.beginPath();
      pen.moveTo(shift, 8);
      pen.lineTo(shift + 8, 0);
      pen.stroke();
    }
    hatches.set(colour, canvas);
  }
  return { image: hatches.get(colour), repeat: "repeat" };
}
