"""The verdict's part of a call's page."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest

from console.connections.models import Connection
from console.connections.planning import plan
from console.core.addresses import query_with
from console.investigate.exhibits import place_of
from console.investigate.labels import SYMPTOM_NAMES
from console.investigate.models import VerdictMark, VerdictRecord
from console.investigate.naming import Names
from console.investigate.ranges import read_shown
from console.investigate.services.free import quota_is_busy
from console.investigate.services.gathering import DEEP_BUDGET, Gathered
from console.investigate.services.judging import flag_if_bad, remember_verdict
from console.investigate.shapes import Call
from console.investigate.statements import Told, tell
from console.investigate.verdict.evidence import AbnormalEvent, SourceName
from console.investigate.verdict.result import Exhibit, Outcome, Verdict, Word
from console.sparkrtc.catalogue.analytics import GET_CLIENT_QOS

__all__ = ["about_another", "verdict_context"]

_PEOPLE = 500
# Parameters that belong to one complaint; another one starts without them.
_OF_ANOTHER = ("user", "symptom", "sender", "receiver", "good", "deep")
_SILENT = ("R5", "R6")  # whether somebody muted themselves stands in answers that are not asked for at first


@dataclass(frozen=True)
class _Deeper:
    """Looking deeper. by_itself: the page does it without being asked. price: a sentence, where somebody decides.

    plainly: nothing was found so far, so that the card itself says what was not looked at. one_sided: that is what the
    others received of whoever complains.
    """

    url: str
    by_itself: bool
    price: str
    plainly: bool
    one_sided: bool


def verdict_context(
    request: HttpRequest,
    connection: Connection,
    call: Call,
    gathered: Gathered,
    verdict: Verdict,
    events: Sequence[AbnormalEvent],
) -> dict[str, Any]:
    """Return the verdict, every statement tied to its evidence; remembers it, and flags what it finds bad.

    events: as the page numbers them.
    """
    record: VerdictRecord | None = None
    mark: VerdictMark | None = None
    if gathered.waits is None:  # what is missing for a moment only is no verdict to remember
        record = remember_verdict(connection, call, verdict)
        mark = record.marks.filter(author=request.user.pk).first()
        if not call.kept:
            flag_if_bad(connection, call, verdict)
    return {
        "told": _told(request, call, gathered, verdict, events),
        "names": Names(call.people),
        "record": record,
        "my_mark": mark,
        "deeper": _deeper(request, connection, verdict, gathered),
        "complaint_people": _people(call, verdict.complaint.user_id),
        "complaint_kept": about_another(request).items(),
        "symptoms": SYMPTOM_NAMES.items(),
    }


def about_another(request: HttpRequest) -> dict[str, str]:
    """Return what stays of the page's query when the complaint is another one."""
    return {name: str(value) for name, value in request.GET.items() if name not in _OF_ANOTHER}


def _people(call: Call, user_id: str) -> list[tuple[str, str]]:
    """Return who may complain, (id, name); whoever is named in the address stands among them."""
    people = [(person.user_id, person.name) for person in call.people[:_PEOPLE]]
    if user_id and all(user_id != known for known, _name in people):
        people.append((user_id, user_id))
    return people


def _told(
    request: HttpRequest, call: Call, gathered: Gathered, verdict: Verdict, events: Sequence[AbnormalEvent]
) -> Told:
    shown = read_shown(request.GET, call)

    def place(exhibit: Exhibit) -> str:
        changes, anchor = place_of(exhibit, shown, events, user_id=verdict.complaint.user_id)
        return f"{query_with(request.GET, **changes)}#{anchor}" if anchor else ""

    return tell(verdict, place, waits=gathered.waits is not None)


def _deeper(
    request: HttpRequest, connection: Connection, verdict: Verdict, gathered: Gathered
) -> _Deeper | None:
    if not gathered.left or request.GET.get("deep") == "1":
        return None
    by_itself = _unsure(verdict) and not quota_is_busy(connection)
    price = "" if by_itself else plan(connection, {GET_CLIENT_QOS: DEEP_BUDGET}).sentence
    me = verdict.complaint.user_id
    one_sided = any(one.name is SourceName.CURVES and me and one.sender == me for one in gathered.left)
    plainly = verdict.outcome is not Outcome.FOUND
    return _Deeper(query_with(request.GET, deep="1"), by_itself, price, plainly, one_sided)


def _unsure(verdict: Verdict) -> bool:
    if (
        verdict.outcome is Outcome.NOTHING_WRONG
    ):  # somebody complains all the same: perhaps the others lack something
        return verdict.complaint.symptom is not None
    first = verdict.findings[0] if verdict.findings else None
    return first is None or first.rule in _SILENT or first.confidence.word is not Word.HIGH
