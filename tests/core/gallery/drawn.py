"""Charts of every kind, with gaps, thresholds, ghosts, unfinished ends and names that break pages."""

import math
from datetime import UTC, date, datetime, timedelta

from console.core import charts
from console.core.charts import Chart, Days, Grid, Heat, Line, Mark, Moments, Names, Series

START = datetime(2026, 3, 28, 23, 0, tzinfo=UTC)  # a night in which clocks change in Europe
HOSTILE = '</template><script>alert("x")</script>\u202e {m|x}'


def day(peak: float, shift: float = 0.0, count: int = 1440) -> list[float | None]:
    return [round(peak * (1 + math.sin((n + shift) / 1440 * 2 * math.pi)) / 2) for n in range(count)]


def gallery_charts() -> list[Chart | Heat]:
    """Return one of each."""
    online: list[float | None] = day(980)
    online[300:360] = [None] * 60
    online[700] = None
    online[702] = None
    online[1001:] = [None] * (1440 - 1001)
    joins: list[float | None] = [0.985 + 0.01 * math.sin(n / 40) for n in range(1440)]
    return [
        Chart(
            id="online",
            title="Online users",
            axis=Grid(START, 60, 1440),
            known=1001,
            group="day",
            series=[
                Series("Yesterday", day(900, 60), key="ghost", look="ghost"),
                Series("Online users", online, key="now", look="area", colour=0, unfinished_from=940),
            ],
            lines=[Line(900, "Limit", "watch")],
            marks=[
                Mark(START + timedelta(hours=3), "Release 4.2"),
                Mark(
                    START + timedelta(hours=9),
                    HOSTILE,
                    until=START + timedelta(hours=10),
                    tone="bad",
                    url="/gallery/",
                ),
            ],
            note="Times of the cloud lag by up to five minutes.",
        ),
        Chart(
            id="joins",
            title="Join success",
            axis=Grid(START, 60, 1440),
            group="day",
            unit=charts.RATIO,
            zero=False,
            series=[
                Series("Native", joins, key="native", colour=1),
                Series(
                    HOSTILE,
                    [None if v is None else v - 0.004 for v in joins],
                    key="web",
                    colour=10,
                ),
            ],
            lines=[Line(0.98, "Target")],
        ),
        Chart(
            id="usage",
            title="Usage",
            axis=Days(date(2026, 2, 20), 38),
            unit=charts.SECONDS,
            series=[
                Series(
                    name,
                    [None if n in (9, 10) else 40_000 * number + 9000 * (n % 7) for n in range(38)],
                    key=name,
                    look="bar",
                    stacked=True,
                    colour=number + 7 * (number > 2),
                    unfinished_from=37,
                )
                for number, name in enumerate(["SD", "HD", "Ultra HD", "Audio"])
            ],
        ),
        Chart(
            id="apps",
            title="Twenty applications",
            axis=Days(date(2025, 4, 1), 365),
            series=[
                Series(f"Application {n}", day(100 + 40 * n, 31 * n, 365), key=str(n), colour=n)
                for n in range(20)
            ],
            height="l",
        ),
        Chart(
            id="stack",
            title="Stacked areas",
            axis=Grid(START, 3600, 48),
            series=[
                Series(
                    name,
                    [30 + 10 * number + n % 9 for n in range(48)],
                    key=name,
                    look="area",
                    stacked=True,
                    colour=number,
                    unfinished_from=46,
                )
                for number, name in enumerate(["iOS", "Android", "Web"])
            ],
        ),
        Chart(
            id="regions",
            title="Regions",
            axis=Names(["Guangdong", "北京", HOSTILE, "r" * 64], "Region"),
            series=[Series("People", [412, 96, 44, 3], look="bar", colour=2)],
            bars_across=True,
        ),
        Chart(
            id="received",
            title="Received",
            axis=Moments(
                [START + timedelta(seconds=5 * n) for n in (*range(40), *range(80, 120), 200)], gap_after=20
            ),
            unit=charts.Unit(digits=0, suffix="kbit/s"),
            series=[Series("Video", [800 + 30 * (n % 7) for n in range(81)], colour=4)],
            upside_down=True,
            height="s",
        ),
        Chart(
            id="nothing",
            title="Nothing yet",
            axis=Grid(START, 60, 60),
            series=[Series("Rooms", [None] * 60)],
            height="s",
        ),
        Heat(
            id="hours",
            title="People by hour",
            corner="Day",
            rows=[f"2026-03-{n:02}" for n in range(1, 8)],
            columns=[f"{n:02}" for n in range(24)],
            values=[
                [None if (n, h) == (3, 5) else n * 10 + 40 * abs(12 - abs(12 - h)) for h in range(24)]
                for n in range(7)
            ],
        ),
    ]
