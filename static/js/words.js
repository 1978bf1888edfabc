// What the scripts say comes from the server in the viewer's language (console/core/words.py).
const meta = document.querySelector('meta[name="console-words"]');
const words = meta ? JSON.parse(meta.content) : {};

export function say(name, n, m) {
  const text = words[name] ?? "";
  return n === undefined ? text : text.replace("{n}", String(n)).replace("{m}", String(m));
}

// Speak to screen readers without moving anything.
export function speak(text) {
  const status = document.getElementById("status");
  if (status) status.textContent = text;
}
