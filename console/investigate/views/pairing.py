"""The pair's part of a call's page."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from console.core.addresses import query_with
from console.core.problems import trouble_of
from console.core.text import plain
from console.investigate.bands import Bands
from console.investigate.pair_charts import multiples_of, table_of
from console.investigate.services.calls import Reader
from console.investigate.services.gathering import Gathered
from console.investigate.services.kept_reader import NotKept
from console.investigate.services.pairs import Pair, likely_peer, likely_receiver, pair_of, read_sender
from console.investigate.shapes import Call
from console.investigate.verdict.evidence import AbnormalEvent, Complaint, Series, SourceName, SourceState
from console.sparkrtc.errors import SparkError

__all__ = ["pair_context"]

_ROWS, _PEOPLE = 240, 500
_BEST = "best"


def pair_context(
    request: HttpRequest,
    call: Call,
    complaint: Complaint,
    gathered: Gathered,
    events: Sequence[AbnormalEvent],
    reader: Reader,
    bands: Bands,
) -> dict[str, Any]:
    """Return whom the complaining person is looked at with, and their curves.

    Costs at most one request, and only when the address names a sender, or wants a comparison, that was not read yet.
    """
    receiver = request.GET.get("receiver", "") or complaint.user_id
    named = request.GET.get("sender", "")
    sender = named or likely_peer(call, receiver, events, gathered.evidence.series)
    if sender and sender == receiver:  # what somebody sends themselves
        receiver = likely_receiver(call, sender, gathered.evidence.series)
    if not receiver or not sender or sender == receiver:
        return {"pair": None, "with_id": named}
    good = request.GET.get("good", "")
    pair, problem = _pair(reader, call, gathered, events, sender, receiver, good=good, named=bool(named))
    return _shown(request, call, pair, bands, comparing=bool(good)) | {
        "pair_problem": problem,
        "with_id": sender,
        "to_id": receiver,
        "curves_forgotten": any(
            one.asked.name is SourceName.CURVES and one.state is SourceState.FORGOTTEN
            for one in gathered.evidence.sources
        )
        or not any(one.asked.name is SourceName.CURVES for one in gathered.evidence.sources),
    }


def _pair(
    reader: Reader,
    call: Call,
    gathered: Gathered,
    events: Sequence[AbnormalEvent],
    sender: str,
    receiver: str,
    *,
    good: str,
    named: bool,
) -> tuple[Pair, str]:
    series = gathered.evidence.series
    other = "" if good == _BEST else good
    pair = pair_of(call, sender, receiver, series, events, good=other)
    problem = ""
    if (named and not pair.sent) or (good and not pair.theirs):
        try:
            series = _with(series, read_sender(reader, call, gathered, sender))
            pair = pair_of(call, sender, receiver, series, events, good=other)
        except NotKept:
            problem = _("The curves of this pair were not kept.")
        except SparkError as error:
            problem = trouble_of(error).title
    return (pair if good else replace(pair, theirs={})), problem


def _with(series: Sequence[Series], more: Sequence[Series]) -> tuple[Series, ...]:
    """Put curves together; one that was read twice is there once, as it was read last."""
    new = {(one.sender, one.receiver, one.metric) for one in more}
    return (*(one for one in series if (one.sender, one.receiver, one.metric) not in new), *more)


def _shown(request: HttpRequest, call: Call, pair: Pair, bands: Bands, *, comparing: bool) -> dict[str, Any]:
    names = {person.user_id: person.name for person in call.people}
    heads, rows = table_of(pair, plain(names.get(pair.good, pair.good)))
    there = [(person.user_id, person.name) for person in call.people if not person.failed]
    return {
        "pair": pair,
        "sender_name": names.get(pair.sender, pair.sender),
        "receiver_name": names.get(pair.receiver, pair.receiver),
        "good_name": names.get(pair.good, pair.good),
        "multiples": multiples_of(pair, names=names, bands=bands),
        "pair_heads": heads,
        "pair_rows": [(datetime.fromtimestamp(minute * 60, UTC), values) for minute, values in rows[:_ROWS]],
        "pair_rows_left": max(0, len(rows) - _ROWS),
        "pair_people": there[:_PEOPLE],
        "pair_kept": [(n, v) for n, v in request.GET.items() if n not in ("sender", "receiver", "good")],
        "compare_url": query_with(request.GET, good=None if comparing else _BEST),
        "comparing": comparing,
        "turn_url": query_with(request.GET, sender=pair.receiver, receiver=pair.sender, good=None),
    }
