// The zoomed part of the charts of one group lives in the address: ?zoom-calls=1772359200-1772362800.
const PREFIX = "zoom-";

export function zoomIn(group) {
  const found = new URL(location.href).searchParams.get(PREFIX + group)?.match(/^(\d+)-(\d+)$/);
  if (!found) return null;
  const [from, to] = [Number(found[1]), Number(found[2])];
  return to > from ? [from, to] : null;
}

export function keepZoom(group, range) {
  const address = new URL(location.href);
  if (range) address.searchParams.set(PREFIX + group, `${Math.floor(range[0])}-${Math.ceil(range[1])}`);
  else address.searchParams.delete(PREFIX + group);
  history.replaceState(history.state, "", address);
}
