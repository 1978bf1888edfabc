// The timeline with scripts: a line under the pointer that the charts follow, zooming by dragging, and keys.
// Without scripts every range is a link, and every lane is drawn already.
const GROUP = "call"; // of the charts below; see js/charts/pointer.js
const LEAST_PIXELS = 6;

const timeline = () => document.querySelector("[data-timeline]");
const typing = (element) => element.closest("input, textarea, select, [contenteditable]");

for (const details of document.querySelectorAll("[data-closed-by-script]")) details.open = false;

// What is shown, in seconds since 1970, and where it lies, in pixels of the wrapper.
function frameOf(section) {
  const wrap = section.querySelector(".lanes-wrap");
  const cell = section.querySelector("tbody .lane");
  if (!wrap || !cell) return null;
  const outer = wrap.getBoundingClientRect();
  const inner = cell.getBoundingClientRect();
  const [from, to] = [Number(section.dataset.from), Number(section.dataset.to)];
  return { wrap, left: inner.left - outer.left + wrap.scrollLeft, origin: inner.left, width: inner.width, from, to };
}

function momentAt(frame, clientX) {
  const share = Math.max(0, Math.min(1, (clientX - frame.origin) / frame.width));
  return frame.from + share * (frame.to - frame.from);
}

function overlay(frame, name) {
  let made = frame.wrap.querySelector(`.${name}`);
  if (!made) {
    made = document.createElement("div");
    made.className = name;
    frame.wrap.append(made);
  }
  made.style.height = `${frame.wrap.scrollHeight}px`;
  return made;
}

function place(frame, at) {
  return frame.left + ((at - frame.from) / (frame.to - frame.from)) * frame.width;
}

function showCursor(at) {
  const section = timeline();
  const frame = section && frameOf(section);
  if (!frame) return;
  const line = overlay(frame, "lane-cursor");
  line.hidden = at === null || at < frame.from || at > frame.to;
  if (!line.hidden) line.style.left = `${place(frame, at)}px`;
}

function point(at) {
  document.dispatchEvent(new CustomEvent("chart:cursor", { detail: { group: GROUP, at } }));
}

let begin = null;

document.addEventListener("pointermove", (event) => {
  const section = event.target.closest?.("[data-timeline]");
  if (!section) {
    if (begin === null) return;
    begin = null;
    return;
  }
  const frame = frameOf(section);
  if (!frame || !event.target.closest(".lane-cell")) return;
  point(momentAt(frame, event.clientX));
  if (begin !== null && Math.abs(event.clientX - begin) > LEAST_PIXELS) {
    const box = overlay(frame, "lane-selected");
    const [low, high] = [begin, event.clientX].sort((a, b) => a - b).map((x) => place(frame, momentAt(frame, x)));
    box.hidden = false;
    box.style.left = `${low}px`;
    box.style.width = `${high - low}px`;
  }
});

document.addEventListener("pointerdown", (event) => {
  if (event.button === 0 && event.target.closest?.("[data-timeline] .lane-cell")) begin = event.clientX;
});

document.addEventListener("pointerup", (event) => {
  const section = timeline();
  const frame = section && frameOf(section);
  const started = begin;
  begin = null;
  section?.querySelector(".lane-selected")?.remove();
  if (!frame || started === null || Math.abs(event.clientX - started) <= LEAST_PIXELS) return;
  event.preventDefault();
  const [low, high] = [started, event.clientX].sort((a, b) => a - b).map((x) => momentAt(frame, x));
  show(Math.floor(low), Math.ceil(high));
});

function key(seconds) {
  return new Date(seconds * 1000).toISOString().replace(/[-:]|\.\d+/g, "");
}

// Ask for another range; the charts zoom with it.
function show(from, to) {
  const address = new URL(location.href);
  address.searchParams.set("from", key(from));
  address.searchParams.set("to", key(to));
  load(address);
  document.dispatchEvent(new CustomEvent("chart:zoom", { detail: { group: GROUP, range: [from, to], by: "timeline" } }));
}

function load(address) {
  address.searchParams.delete(`zoom-${GROUP}`);
  address.hash = "";
  window.htmx.ajax("GET", address.pathname + address.search, { target: "#timeline", swap: "outerHTML" });
  history.replaceState(history.state, "", address);
}

document.addEventListener("click", (event) => {
  const link = event.target.closest?.("a[data-range]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  const address = new URL(link.href);
  load(address);
  const [from, to] = ["from", "to"].map((name) => seconds(address.searchParams.get(name)));
  const range = from && to ? [from, to] : null;
  document.dispatchEvent(new CustomEvent("chart:zoom", { detail: { group: GROUP, range, by: "timeline" } }));
});

function seconds(text) {
  const found = text?.match(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/);
  return found ? Date.UTC(found[1], found[2] - 1, found[3], found[4], found[5], found[6]) / 1000 : null;
}

document.addEventListener("chart:cursor", ({ detail }) => {
  if (detail.group === GROUP) showCursor(detail.at);
});

// A chart was zoomed: the lanes show the same.
document.addEventListener("chart:zoom", ({ detail }) => {
  if (detail.group !== GROUP || detail.by === "timeline") return;
  const address = new URL(location.href);
  for (const name of ["from", "to"]) address.searchParams.delete(name);
  if (detail.range) {
    address.searchParams.set("from", key(Math.floor(detail.range[0])));
    address.searchParams.set("to", key(Math.ceil(detail.range[1])));
  }
  load(address);
});

// j and k: the next and the previous call of the list that this one was found in.
document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
  if (document.querySelector("dialog[open]")) return;
  const wanted = { j: "next", k: "prev" }[event.key];
  if (wanted) document.querySelector(`a[rel="${wanted}"][data-call]`)?.click();
});
