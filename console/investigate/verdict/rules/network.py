"""R7, R8, R12: somebody's way to the server, or from it."""

from __future__ import annotations

from console.investigate.verdict import factors
from console.investigate.verdict.curves import Fit, Reading, fit, read, spread_out
from console.investigate.verdict.exhibits import series_clause
from console.investigate.verdict.paths import best, downlink, uplink
from console.investigate.verdict.result import Clause, Side
from console.investigate.verdict.rules.base import (
    Claim,
    Denial,
    Trouble,
    Votes,
    first_of,
    fit_clause,
    narrow_clause,
    votes_clause,
)

__all__ = ["receiver_downlink", "sender_uplink", "user_network"]

_ALIKE = 0.6  # of the better way's fit: one bad network spoils both ways alike
_BOTH_WAYS = 0.35  # of the minutes in which one way was bad, the other was too


def user_network(trouble: Trouble) -> Claim | Denial | None:
    """R12: the suffering person's own network is bad both ways at the same time."""
    case, person, hurts = trouble.case, trouble.person, trouble.mine.minutes
    up, down = best(_bad(uplink(case, person)), hurts), best(_bad(downlink(case, person)), hurts)
    if up is None or down is None:
        shown = _figures(uplink(case, person)[:2] + downlink(case, person)[:2])
        return Denial("R12", person, shown, undecided=not shown)
    together = len(spread_out(up[0].bad, 1, 1) & spread_out(down[0].bad, 1, 1))
    either = len(spread_out(up[0].bad, 1, 1) | spread_out(down[0].bad, 1, 1))
    both = together / either if either else 0.0
    figures = (series_clause(up[0]), series_clause(down[0]))
    if both < _BOTH_WAYS:
        return Denial("R12", person, (*figures, Clause(id="both.apart", params={"share": round(both, 2)})))
    for way, found in (up, down):
        if not found.explains(trouble.limits) or found.quality < _ALIKE * max(up[1].quality, down[1].quality):
            return Denial("R12", person, (series_clause(way), fit_clause(found)))
    votes = trouble.votes(factors.DOWNLINK)
    return Claim(
        rule="R12",
        person=person,
        side=Side.USER,
        says=Clause(id="R12.says", params={"person": person}),
        because=first_of(
            (
                *figures,
                Clause(id="both.together", params={"share": round(both, 2)}),
                fit_clause(down[1]),
                votes_clause(votes, "downlink") if votes.carries else None,
            )
        ),
        minutes=_explained(down[0], hurts),
        strong=True,
        pieces=3 + votes.carries,
        coverage=trouble.coverage(person, "", up[0].curve.metric, hurts),
        quality=down[1].quality,
        named=votes.carries,
        advice=("advice.other_network",),
    )


def sender_uplink(trouble: Trouble, sender: str) -> Claim | Denial | None:
    """R7: what somebody sends is lost or late before the server, so that all who receive them suffer."""
    case, hurts = trouble.case, trouble.minutes_with(sender)
    readings = _relevant(trouble, sender, uplink(case, sender))
    found, votes = best(_bad(readings), hurts), trouble.votes(factors.UPLINK, sender)
    measured = found is not None and found[1].explains(trouble.limits)
    clean = not measured and _known(readings, hurts) and not _nearly(trouble, readings, hurts)
    if not measured and (clean or not votes.carries):
        return _denied("R7", sender, readings, found, votes, "uplink")
    hit, fine = trouble.receivers(sender)
    if fine and not case.pair and len(hit) + 1 < trouble.limits.whole("receivers_hit") and not votes.carries:
        return Denial("R7", sender, (_others("others.fine", sender, hit, fine),))
    return Claim(
        rule="R7",
        person=sender,
        side=Side.PEER,
        says=Clause(id=_reach(hit, fine), params={"person": sender}),
        because=first_of(
            (
                series_clause(found[0]) if measured and found else None,
                fit_clause(found[1]) if measured and found else None,
                votes_clause(votes, "uplink") if len(votes) else None,
                _others("others.hit", sender, hit, fine) if hit else None,
                _others("others.fine", sender, hit, fine) if fine and not hit else None,
            )
        ),
        minutes=_explained(found[0], hurts) if measured and found else hurts,
        strong=measured and not (fine and not hit),
        pieces=measured + (len(_bad(readings)) > 1) + votes.carries + bool(hit),
        coverage=trouble.coverage(sender, "", _metric(readings), hurts),
        quality=found[1].quality if found else 0.0,
        receivers=tuple(hit),
        caps=_caps(trouble, measured),
        named=votes.carries,
        advice=("advice.cable", "advice.lower_resolution"),
    )


def receiver_downlink(trouble: Trouble) -> Claim | Denial | None:
    """R8: what the server sends to one person is lost or late; those who receive the same are fine."""
    case, person, hurts = trouble.case, trouble.person, trouble.mine.minutes
    readings = _relevant(trouble, "", downlink(case, person))
    found, votes = best(_bad(readings), hurts), trouble.votes(factors.DOWNLINK)
    measured = found is not None and found[1].explains(trouble.limits)
    if not measured and (_known(readings, hurts) or not votes.carries):
        return _denied("R8", person, readings, found, votes, "downlink")
    hit, fine = _company(trouble)
    if len(hit) > len(fine) and not case.pair and not (measured and votes.carries):
        return Denial("R8", person, (_others("others.hit", trouble.suspects[0], hit, fine),))
    if trouble.narrow:
        return Denial("R8", person, (narrow_clause(trouble),))
    return Claim(
        rule="R8",
        person=person,
        side=Side.USER,
        says=Clause(id="R8.says_only" if fine and not hit else "R8.says", params={"person": person}),
        because=first_of(
            (
                series_clause(found[0]) if measured and found else None,
                fit_clause(found[1]) if measured and found else None,
                votes_clause(votes, "downlink") if len(votes) else None,
                _others("others.fine", trouble.suspects[0], hit, fine) if fine and trouble.suspects else None,
            )
        ),
        minutes=_explained(found[0], hurts) if measured and found else hurts,
        strong=measured,
        pieces=measured + (len(_bad(readings)) > 1) + votes.carries + (len(fine) > len(hit)),
        coverage=_downlink_coverage(trouble),
        quality=found[1].quality if found else 0.0,
        caps=_caps(trouble, measured),
        named=votes.carries,
        advice=("advice.cable", "advice.fewer_streams"),
    )


def _relevant(trouble: Trouble, sender: str, readings: list[Reading]) -> list[Reading]:
    """Leave out what is no reason: where no picture is sent, loss and jitter of sound are R14's."""
    pictures = any(reading.curve.metric[0] in "vd" for reading in readings)
    if pictures:
        return [reading for reading in readings if reading.curve.metric[0] in "vd"]
    return [reading for reading in readings if reading.curve.metric == "artt"]


def _bad(readings: list[Reading]) -> list[Reading]:
    return [reading for reading in readings if reading.lasts]


def _known(readings: list[Reading], hurts: frozenset[int]) -> bool:
    return any(fit(reading, hurts).known >= 0.5 for reading in readings)


def _nearly(trouble: Trouble, readings: list[Reading], hurts: frozenset[int]) -> bool:
    """Say whether the way up was bad in more points than elsewhere, though not often enough in a row."""
    for reading in readings:
        near = read(reading.curve, reading.limit, trouble.limits, value=0.6 * reading.value)
        if near.lasts and fit(near, hurts).explains(trouble.limits):
            return True
    return False


def _explained(reading: Reading, hurts: frozenset[int]) -> frozenset[int]:
    return hurts & spread_out(reading.bad, 1, 1)


def _company(trouble: Trouble) -> tuple[list[str], list[str]]:
    hit, fine = set(), set()
    for sender in trouble.suspects:
        also, well = trouble.receivers(sender)
        hit |= set(also)
        fine |= set(well)
    return sorted(hit), sorted(fine - hit)


def _reach(hit: list[str], fine: list[str]) -> str:
    """Return the sentence about a way up that says as much of those who receive as is known of them."""
    if not hit:
        return "R7.says"
    return "R7.says_several" if fine else "R7.says_everybody"


def _others(said: str, sender: str, hit: list[str], fine: list[str]) -> Clause:
    return Clause(id=said, params={"person": sender, "hit": len(hit), "of": len(hit) + len(fine)})


def _denied(
    rule: str,
    person: str,
    readings: list[Reading],
    found: tuple[Reading, Fit] | None,
    votes: Votes,
    what: str,
) -> Denial:
    clauses = list(_figures([found[0]] if found else readings[:3]))
    if found is not None:
        clauses.append(fit_clause(found[1]))
    if len(votes):
        clauses.append(votes_clause(votes, what))
    return Denial(rule, person, tuple(clauses), undecided=not readings)


def _figures(readings: list[Reading]) -> tuple[Clause, ...]:
    return tuple(series_clause(reading) for reading in readings)


def _caps(trouble: Trouble, measured: bool) -> tuple[str, ...]:
    caps = []
    if trouble.case.pair:
        caps.append("cap.pair")
    if not measured:
        caps.append("cap.only_named")
    return tuple(caps)


def _metric(readings: list[Reading]) -> str:
    return readings[0].curve.metric if readings else "vloss"


def _downlink_coverage(trouble: Trouble) -> float:
    senders = trouble.suspects or tuple(trouble.case.senders_to(trouble.person)[:1])
    shares = [
        trouble.coverage(sender, trouble.person, metric, trouble.minutes_with(sender) or trouble.mine.minutes)
        for sender in senders
        for metric in ("vloss", "aloss")
    ]
    return max(shares, default=0.0)
