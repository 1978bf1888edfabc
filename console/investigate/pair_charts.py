"""The charts of a pair: small multiples, what is sent above and what arrives mirrored below, over the same minutes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from console.core import charts
from console.core.charts import Unit
from console.core.text import explained
from console.investigate.bands import DEFAULT_BANDS, Bands
from console.investigate.factors import factor_words
from console.investigate.labels import KIND_NAMES
from console.investigate.services.pairs import Pair, Values

__all__ = ["GROUP", "Multiple", "multiples_of", "table_of"]

GROUP = "call"
_KBIT = Unit(suffix="kbit/s")
_FPS = Unit(digits=1, suffix="fps")
_PIXELS = Unit(suffix="px")
_PERCENT = Unit(suffix="%")
_TONES = {"watch": _("watch"), "bad": _("bad")}
_MOST_MARKS = 8
_AGAIN = timedelta(minutes=5)  # the cloud tells of what goes on every few minutes
_SOUND, _PICTURE, _SCREEN, _APP = 0, 1, 2, 3  # colours, the same in every chart
# Of what is compared, the same hues with marks of their own: without, with triangles, with diamonds.
_COMPARED = {_SOUND: _SOUND, _PICTURE: 8 + _PICTURE, _SCREEN: 16 + _SCREEN}


@dataclass(frozen=True)
class _Line:
    metric: str
    name: str | Promise
    colour: int


@dataclass(frozen=True)
class _Measure:
    """What one multiple shows. band: whose thresholds are drawn."""

    key: str
    title: str | Promise
    unit: Unit
    lines: Sequence[_Line]
    band: str = ""
    sent: bool = True
    device: bool = False


def _streams(what: str, *, screen: bool = True, sound: bool = True) -> tuple[_Line, ...]:
    lines = []
    if sound:
        lines.append(_Line(f"a{what}", _("sound"), _SOUND))
    lines.append(_Line(f"v{what}", _("picture"), _PICTURE))
    if screen:
        lines.append(_Line(f"d{what}", _("screen"), _SCREEN))
    return tuple(lines)


_MEASURES = (
    _Measure(
        "freeze",
        _("Freezes"),
        charts.RATIO,
        _streams("block", sound=False),
        "block",
        sent=False,
    ),
    _Measure("bitrate", _("Bit rate"), _KBIT, _streams("bit")),
    _Measure("loss", _("Packet loss"), charts.RATIO, _streams("loss"), "loss"),
    _Measure("delay", _("Delay (round trip)"), charts.MILLISECONDS, _streams("rtt"), "rtt"),
    _Measure("jitter", _("Jitter"), charts.MILLISECONDS, _streams("jitter"), "jitter"),
    _Measure("fps", _("Frame rate"), _FPS, _streams("fps", sound=False)),
    _Measure("height", _("Resolution (lines)"), _PIXELS, _streams("height", sound=False)),
    _Measure(
        "cpu",
        _("Processor"),
        _PERCENT,
        (_Line("syscpu", _("device"), _PICTURE), _Line("appcpu", _("app"), _APP)),
        "syscpu",
        device=True,
    ),
)


@dataclass(frozen=True)
class Multiple:
    """One measure: the sender's chart above, the receiver's below; either may be None when there is nothing to show."""

    key: str
    title: str
    above: charts.Chart | None
    below: charts.Chart | None


def multiples_of(pair: Pair, *, names: Mapping[str, str], bands: Bands = DEFAULT_BANDS) -> list[Multiple]:
    """Return the multiples that have anything to show. names: {user id: what people call them}."""
    sender, receiver = names.get(pair.sender, pair.sender), names.get(pair.receiver, pair.receiver)
    found = []
    for measure in _MEASURES:
        below_values = pair.device if measure.device else pair.received
        above = (
            _chart(pair, measure, pair.sent, "sent", gettext("sent by %(name)s") % {"name": sender}, bands)
            if measure.sent
            else None
        )
        heading = gettext("at %(name)s") if measure.device else gettext("received by %(name)s")
        below = _chart(
            pair, measure, below_values, "received", heading % {"name": receiver}, bands, names=names
        )
        if above or below:
            found.append(Multiple(measure.key, str(measure.title), above, below))
    return found


def table_of(pair: Pair, good: str = "") -> tuple[list[str], list[tuple[int, list[str]]]]:
    """Return the heads of a table of everything, and its rows: the minute and the values as text.

    good: what people call whoever is compared.
    """
    columns: list[tuple[str, Unit, Values]] = []
    for measure in _MEASURES:
        for place, values in (
            (gettext("sent"), pair.sent),
            (gettext("received"), pair.device if measure.device else pair.received),
            (gettext("at %(name)s") % {"name": good}, {} if measure.device else pair.theirs),
        ):
            columns += [
                (f"{measure.title} · {line.name} · {place}", measure.unit, values[line.metric])
                for line in measure.lines
                if line.metric in values
            ]
    rows = [
        (minute, [unit.write(values.get(minute)) for _head, unit, values in columns])
        for minute in range(pair.first, pair.last + 1)
    ]
    return [head for head, _unit, _values in columns], rows


def _chart(
    pair: Pair,
    measure: _Measure,
    values: Mapping[str, Values],
    side: str,
    label: str,
    bands: Bands,
    names: Mapping[str, str] | None = None,
) -> charts.Chart | None:
    lines = [line for line in measure.lines if line.metric in values]
    if not lines:
        return None
    series = [
        charts.Series(line.name, pair.row(values[line.metric]), key=line.metric, colour=line.colour)
        for line in lines
    ]
    below = side == "received"
    if below and names is not None and not measure.device:
        series += [
            charts.Series(
                gettext("%(what)s at %(name)s")
                % {"what": line.name, "name": names.get(pair.good, pair.good)},
                pair.row(pair.theirs[line.metric]),
                key=f"good-{line.metric}",
                look="dotted",
                colour=_COMPARED[line.colour],
            )
            for line in lines
            if line.metric in pair.theirs
        ]
    shown = [value for one in series for value in one.values if value is not None]
    top = max(shown, default=0.0)
    marks = _marks(pair) if below and measure.key == _marked(pair) else []
    return charts.Chart(
        id=f"pair-{measure.key}-{side}",
        axis=charts.Grid(pair.start, 60, pair.count),
        series=series,
        label=f"{measure.title}, {label}",
        unit=measure.unit,
        lines=[
            charts.Line(value, _TONES[tone], tone)
            for value, tone in zip(bands.get(measure.band, ()), _TONES, strict=False)
            if top >= value / 2
        ],
        marks=marks[:_MOST_MARKS],
        note=_left_out(len(marks) - _MOST_MARKS),
        group=GROUP,
        upside_down=below and measure.sent,
        height="s",
        table=False,
    )


def _marked(pair: Pair) -> str:
    """Return which multiple carries the events: they are told once."""
    return "freeze" if any(name.endswith("block") for name in pair.received) else "bitrate"


def _left_out(count: int) -> str:
    if count <= 0:
        return ""
    said = ngettext(
        "%(count)s more stands in the list of what the cloud noticed.",
        "%(count)s more stand in the list of what the cloud noticed.",
        count,
    )
    return said % {"count": count}


def _marks(pair: Pair) -> list[charts.Mark]:
    """Return what the cloud noticed about this pair: what came again and again for one reason is told once."""
    spells: dict[str, list[_Spell]] = {}
    for event in sorted(pair.events, key=lambda one: one.at):
        if event.peer_id not in ("", pair.sender):
            continue
        words = explained(str(KIND_NAMES[event.kind]), factor_words(event.kind, event.factor))
        told = spells.setdefault(words, [])
        if told and event.at - told[-1].last <= _AGAIN:
            told[-1].last = event.at
            told[-1].times += 1
        else:
            told.append(_Spell(event.at, event.at))
    marks = [spell.mark(words) for words, told in spells.items() for spell in told]
    return sorted(marks, key=lambda mark: mark.at)


@dataclass
class _Spell:
    """The same event, one time or several times in a row."""

    first: datetime
    last: datetime
    times: int = 1

    def mark(self, words: str) -> charts.Mark:
        """Return how it stands in the chart."""
        if self.times == 1:
            return charts.Mark(self.first, words, tone="watch")
        said = ngettext("%(what)s, %(count)s time", "%(what)s, %(count)s times", self.times)
        until = self.last if self.last > self.first else None
        return charts.Mark(self.first, said % {"what": words, "count": self.times}, until, "watch")
