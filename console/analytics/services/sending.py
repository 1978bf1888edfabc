"""Letters of reports: written down when they are due, and sent, each once, however many workers run or die.

A letter is claimed by a conditional update. Before the mail server is told anything, that is written down ("handed").
A process that dies before leaves a lease, after which another one goes on; one that dies after it leaves a letter of
which nobody knows whether it went out: that is said, and it is not sent again by itself.
"""

import time
import uuid
from datetime import date, datetime, timedelta

import structlog
from django.db import transaction
from django.db.models import Q
from django.utils import timezone, translation

from console import audit
from console.accounts.access import can
from console.accounts.models import User
from console.accounts.rights import Right
from console.analytics.actions import REPORT_SEND
from console.analytics.letters import NothingToSay, write_letter
from console.analytics.models import Report, ReportLetter
from console.analytics.schedule import latest_due
from console.core.mail import Letter, NotSent, absolute, send

__all__ = ["forget_letters", "send_now", "send_waiting", "write_down_due"]

log = structlog.get_logger(__name__)

_State = ReportLetter.State
_LEASE = timedelta(seconds=100)
_TURN_SECONDS = 60.0
_WAITS = (60, 300, 1800, 7200, 21_600)  # seconds until the next try, the last one again and again
_GIVE_UP = timedelta(days=3)
_KEPT = timedelta(days=400)


def write_down_due(now: datetime | None = None) -> int:
    """Write down the letters of every report that has become due; return how many are new."""
    now = now or timezone.now()
    made = 0
    for report in Report.objects.filter(active=True, connection__active=True).prefetch_related("recipients"):
        monthly = report.every == Report.Every.MONTH
        due = latest_due(monthly, report.day, report.hour, report.zone, now)
        if due.at <= report.since:
            continue
        known = set(report.letters.filter(first=due.first).values_list("recipient_id", flat=True))
        letters = [
            ReportLetter(report=report, recipient=user, first=due.first, last=due.last, due_at=due.at)
            for user in report.recipients.all()
            if user.pk not in known
        ]
        ReportLetter.objects.bulk_create(letters, ignore_conflicts=True)
        made += len(letters)
    return made


def send_waiting(*, seconds: float = _TURN_SECONDS) -> int:
    """Send what waits, for so many seconds at most; return how many letters went out."""
    end, sent = time.monotonic() + seconds, 0
    _give_up_on_the_lost(timezone.now())
    while time.monotonic() < end:
        letter = _claim(timezone.now())
        if letter is None:
            break
        sent += _deliver(letter)
    return sent


def send_now(report: Report, first: date, last: date, reader: User) -> None:
    """Send a report of a period to one person at once, on record, beside the letters that are due.

    Raises NotSent, and NothingToSay when the reader sees none of its applications.
    """
    with translation.override(reader.language or "en"):
        written = write_letter(report.view, first, last, reader)
    letter = ReportLetter(report=report, recipient=reader, first=first, last=last)
    try:
        send(Letter(reader.email, written.subject, written.text, written.html, _message_id(uuid.uuid4().hex)))
    except NotSent as problem:
        _on_record(letter, _State.FAILED if problem.sure else _State.UNKNOWN, problem.said, actor=reader)
        raise
    _on_record(letter, _State.SENT, "", actor=reader)


def forget_letters(now: datetime | None = None) -> None:
    """Delete letters of long ago."""
    ReportLetter.objects.filter(due_at__lt=(now or timezone.now()) - _KEPT).delete()


def _claim(now: datetime) -> ReportLetter | None:
    free = Q(leased_until=None) | Q(leased_until__lte=now)
    waiting = ReportLetter.objects.filter(free, state=_State.WAITING, due_at__lte=now)
    for key in waiting.order_by("due_at", "pk").values_list("pk", flat=True)[:5]:
        lease = uuid.uuid4().hex
        if waiting.filter(pk=key).update(lease=lease, leased_until=now + _LEASE):
            return ReportLetter.objects.select_related("report__view__connection", "recipient").get(pk=key)
    return None


def _deliver(letter: ReportLetter) -> bool:
    """Write and send one letter that was claimed; True when the server took it."""
    reader, view = letter.recipient, letter.report.view
    if not reader.is_active or not reader.email or not _may(letter):
        _end(letter, _State.SKIPPED, problem="no right, or no address")
        return False
    try:
        with translation.override(reader.language or "en"):
            written = write_letter(view, letter.first, letter.last, reader)
    except NothingToSay:
        _end(letter, _State.SKIPPED, problem="no application that the reader may see")
        return False
    if not _move(letter, state=_State.HANDED, address=reader.email):
        return False  # too slow: another process has it
    key = f"report-{letter.report_id}-{letter.recipient_id}-{letter.first:%Y%m%d}"
    try:
        send(Letter(reader.email, written.subject, written.text, written.html, _message_id(key)))
    except NotSent as problem:
        _not_sent(letter, problem)
        return False
    _end(letter, _State.SENT, sent_at=timezone.now())
    return True


def _message_id(key: str) -> str:
    return f"{key}@{absolute('').partition('://')[2] or 'console.invalid'}"


def _may(letter: ReportLetter) -> bool:
    return can(User.objects.get(pk=letter.recipient_id), Right.SEE_INSIGHTS, letter.report.connection)


def _not_sent(letter: ReportLetter, problem: NotSent) -> None:
    log.info("report not sent", letter=letter.pk, problem=problem.said)
    if not problem.sure:
        _end(letter, _State.UNKNOWN, problem=problem.said)
        return
    now = timezone.now()
    if not problem.again or (now - letter.due_at > _GIVE_UP and letter.tries):
        _end(letter, _State.FAILED, problem=problem.said)
        return
    wait = timedelta(seconds=_WAITS[min(letter.tries, len(_WAITS) - 1)])
    _move(
        letter,
        state=_State.WAITING,
        leased_until=now + wait,
        tries=letter.tries + 1,
        problem=problem.said[:200],
    )


def _move(letter: ReportLetter, **fields: object) -> bool:
    """Change a letter that is still ours."""
    mine = ReportLetter.objects.filter(pk=letter.pk, lease=letter.lease)
    return bool(mine.update(**fields))


def _end(letter: ReportLetter, state: str, problem: str = "", **fields: object) -> None:
    """End a letter, on record."""
    with transaction.atomic():
        if not _move(letter, state=state, problem=problem[:200], lease="", leased_until=None, **fields):
            return
        _on_record(letter, state, problem)


def _on_record(letter: ReportLetter, state: str, problem: str, actor: User | None = None) -> None:
    outcomes = {_State.SENT: "succeeded", _State.UNKNOWN: "unknown"}
    audit.record(
        REPORT_SEND,
        actor=actor,
        connection=letter.report.connection,
        target=audit.Target("report", str(letter.report_id), letter.report.view.name),
        app_id=letter.report.view.app_id,
        details={
            "to": str(letter.recipient),
            "first": letter.first.isoformat(),
            "last": letter.last.isoformat(),
        },
        outcome=outcomes.get(_State(state), "failed"),
        error=problem,
    )


def _give_up_on_the_lost(now: datetime) -> None:
    """End letters whose process died while it told the mail server."""
    lost = ReportLetter.objects.filter(state=_State.HANDED, leased_until__lte=now)
    for letter in lost.select_related("report__view__connection", "recipient"):
        _end(letter, _State.UNKNOWN, problem="the process ended while the mail server was told")
