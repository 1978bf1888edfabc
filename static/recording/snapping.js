// Where a pane that is dragged comes to rest: at the edges, thirds and the middle of the picture, and at other panes.
// All in ten-thousandths.

// The lines of one direction: of the picture, and of the panes that lie still ([start, size] each).
export function linesOf(others, whole) {
  const lines = [0, Math.round(whole / 3), whole / 2, Math.round((2 * whole) / 3), whole];
  for (const [start, size] of others) lines.push(start, Math.round(start + size / 2), start + size);
  return [...new Set(lines)];
}

// The best of the points near a line within reach: {by: how far to move, line}; null where none is near.
export function nearest(points, lines, reach) {
  let best = null;
  for (const point of points) {
    for (const line of lines) {
      const by = line - point;
      if (Math.abs(by) <= reach && (best === null || Math.abs(by) < Math.abs(best.by))) best = { by, line };
    }
  }
  return best;
}

// A whole pane: its edges and its middle are drawn to the lines.
export function snapMove(sides, linesX, linesY, reachX, reachY) {
  const [x, y, width, height] = sides;
  const across = nearest([x, x + width / 2, x + width], linesX, reachX);
  const down = nearest([y, y + height / 2, y + height], linesY, reachY);
  return { sides: [x + (across?.by ?? 0), y + (down?.by ?? 0), width, height], x: across?.line, y: down?.line };
}

// The edges that a grip moves ("n", "se", …) are drawn to the lines; the others stay.
export function snapResize(sides, grip, linesX, linesY, reachX, reachY) {
  let [x, y, width, height] = sides;
  const edgeX = grip.includes("w") ? x : x + width;
  const edgeY = grip.includes("n") ? y : y + height;
  const across = /[we]/.test(grip) ? nearest([edgeX], linesX, reachX) : null;
  const down = /[ns]/.test(grip) ? nearest([edgeY], linesY, reachY) : null;
  if (across && grip.includes("w")) [x, width] = [x + across.by, width - across.by];
  else if (across) width += across.by;
  if (down && grip.includes("n")) [y, height] = [y + down.by, height - down.by];
  else if (down) height += down.by;
  return { sides: [x, y, width, height], x: across?.line, y: down?.line };
}

// What a grip makes of a pane when the pointer has gone so far; never smaller than `least`, never beyond the picture.
export function resized(sides, grip, across, down, least, whole) {
  let [x, y, width, height] = sides;
  if (grip.includes("w")) {
    const by = Math.max(-x, Math.min(width - least, across));
    [x, width] = [x + by, width - by];
  } else if (grip.includes("e")) width = Math.max(least, Math.min(whole - x, width + across));
  if (grip.includes("n")) {
    const by = Math.max(-y, Math.min(height - least, down));
    [y, height] = [y + by, height - by];
  } else if (grip.includes("s")) height = Math.max(least, Math.min(whole - y, height + down));
  return [x, y, width, height];
}
