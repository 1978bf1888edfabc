"""What the cloud noticed about a pair, as marks on its charts."""

from datetime import UTC, datetime, timedelta

from console.core.charts import Chart
from console.investigate.pair_charts import multiples_of
from console.investigate.services.pairs import Pair
from console.investigate.verdict.evidence import AbnormalEvent, EventKind

START = datetime(2027, 3, 2, 10, tzinfo=UTC)
MINUTE = 60


def event(after: float, factor: int = 9, kind: EventKind = EventKind.PICTURE) -> AbnormalEvent:
    return AbnormalEvent(
        room_id="r",
        user_id="me",
        at=START + timedelta(minutes=after),
        kind=kind,
        factor=factor,
        peer_id="peer",
    )


def marked(*events: AbnormalEvent) -> Chart:
    """Return the chart that carries the marks."""
    first = int(START.timestamp()) // MINUTE
    freezes = {first + minute: 0.1 for minute in range(120)}
    pair = Pair("peer", "me", first, first + 119, received={"vblock": freezes}, events=events)
    (multiple,) = multiples_of(pair, names={})
    assert multiple.below is not None
    return multiple.below


def test_what_comes_again_and_again_is_told_once_with_its_span() -> None:
    chart = marked(*(event(3 * number) for number in range(11)), event(90))
    first, again = chart.marks
    assert (first.at, first.until) == (START, START + timedelta(minutes=30))
    assert str(first.label).endswith("11 times")
    assert (again.at, again.until) == (START + timedelta(minutes=90), None)
    assert "time" not in str(again.label)
    assert chart.note == ""


def test_other_reasons_stand_for_themselves_in_the_order_of_their_beginning() -> None:
    chart = marked(event(10), event(3, factor=10), event(12), event(4, factor=10))
    assert [mark.at for mark in chart.marks] == [START + timedelta(minutes=minutes) for minutes in (3, 10)]
    assert all(str(mark.label).endswith("2 times") for mark in chart.marks)


def test_two_in_one_moment_have_no_span() -> None:
    (mark,) = marked(event(5), event(5)).marks
    assert mark.until is None
    assert str(mark.label).endswith("2 times")


def test_how_many_are_left_out_is_said() -> None:
    chart = marked(*(event(10 * number) for number in range(11)))
    assert len(chart.marks) == 8
    assert chart.note == "3 more stand in the list of what the cloud noticed."
