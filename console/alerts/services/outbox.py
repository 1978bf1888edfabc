"""The outbox: what is to be told is written down with what happened; later it becomes messages, a few at a time.

Whoever was told that an incident began is told that it is over. What is over before anybody was told is told once, as
over. At most one reminder goes out for an incident.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from console.accounts.access import can
from console.accounts.models import User
from console.accounts.rights import Right
from console.alerts.engine.silence import Silence
from console.alerts.formats import FORMATS, Letter, as_text
from console.alerts.links import Place
from console.alerts.models import Channel, Incident, Message, Notice, Rule
from console.alerts.services.writing import letter_about, reader_of
from console.connections.models import Connection

__all__ = [
    "GROUPED",
    "MOST_IN_ONE",
    "group_notices",
    "may_see",
    "new_message",
    "payload_of",
    "remind",
    "tell_opened",
    "tell_over",
]

GROUPED = timedelta(seconds=30)  # what happens so close together goes in one message
MOST_IN_ONE = 20  # incidents in one message; more go in the next
_HELD = timedelta(seconds=20)  # until it is looked at again whether the message before arrived
_Kind, _State = Message.Kind, Incident.State


@dataclass(frozen=True)
class _Where:
    """A place to tell something to, and the silent hours that it has."""

    place: str
    channel: Channel | None = None
    person: User | None = None
    address: str = ""


def tell_opened(incident: Incident, rule: Rule, now: datetime) -> None:
    """Write down who is to be told of an incident; within the transaction that opens it."""
    _put(incident, rule, _Kind.OPENED, _places(rule), now)


def tell_over(incident: Incident, now: datetime) -> None:
    """Write down who is to be told that it is over; within the transaction that ends it.

    Those who are still to be told that it began learn both at once.
    """
    incident.notices.filter(kind=_Kind.REMINDER, settled=False).update(settled=True, dropped="over")
    _put(incident, incident.rule, _Kind.OVER, _told(incident), now)


def remind(now: datetime) -> int:
    """Write down the reminders that are due; return how many. Nobody is reminded of what is acknowledged or snoozed."""
    loud = Q(snoozed_until=None) | Q(snoozed_until__lte=now)
    due = Incident.objects.filter(loud, state=_State.OPEN, remind_at__lte=now, connection__active=True)
    count = 0
    for incident in due.select_related("rule", "connection")[:200]:
        with transaction.atomic():
            mine = Incident.objects.filter(pk=incident.pk, state=_State.OPEN, remind_at=incident.remind_at)
            if mine.update(remind_at=None):
                _put(incident, incident.rule, _Kind.REMINDER, _told(incident), now - GROUPED)
                count += 1
    return count


def group_notices(now: datetime) -> int:
    """Make messages of what is due: one for each place, connection and kind. Return how many. May run twice at once."""
    due = Notice.objects.filter(settled=False, due_at__lte=now, incident__connection__active=True)
    groups = due.order_by().values_list("incident__connection", "kind", "place").distinct()
    return sum(_group(connection, kind, place, now) for connection, kind, place in groups[:200])


def may_see(person: User, incident: Incident) -> bool:
    """Say whether a person sees an incident in the console: only then do they get messages about it."""
    if not person.is_active:
        return False
    whole = not incident.app_id
    return can(person, Right.SEE_INSIGHTS, incident.connection, incident.app_id or None, whole=whole)


def new_message(
    connection: Connection,
    kind: str,
    channel: Channel | None,
    person: User | None,
    address: str,
    now: datetime,
) -> Message:
    """Begin a message to a place; not saved, and without its words."""
    medium = channel.medium if channel is not None else Channel.Medium.EMAIL
    if person is not None:
        to = f"{person} <{person.email}>"
    else:
        to = address or (f"{channel.name} ({channel.host})" if channel is not None else "")
    return Message(
        connection=connection,
        kind=kind,
        channel=channel,
        person=person,
        address=address,
        medium=medium,
        to=to[:300],
        next_at=now,
        created_at=now,
    )


def payload_of(channel: Channel, letter: Letter) -> str:
    """Return the body of a webhook's message, before it is signed."""
    return json.dumps(FORMATS[channel.format].build(letter), ensure_ascii=False)


def _places(rule: Rule) -> Iterator[_Where]:
    for channel in rule.channels.filter(active=True).order_by("pk"):
        if channel.medium == Channel.Medium.WEBHOOK:
            yield _Where(f"hook:{channel.pk}", channel)
            continue
        for person in channel.people.order_by("pk"):
            yield _Where(f"person:{person.pk}", channel, person)
        for address in channel.addresses:
            yield _Where(f"mail:{address.lower()}", channel, None, address)
    for person in rule.people.order_by("pk"):
        yield _Where(f"person:{person.pk}", None, person)


def _told(incident: Incident) -> Iterator[_Where]:
    """Yield where a message went, or is about to go, that the incident began."""
    rows = incident.notices.filter(kind=_Kind.OPENED, settled=True, dropped="")
    for notice in rows.select_related("channel", "person"):
        yield _Where(notice.place, notice.channel, notice.person, notice.address)


def _put(incident: Incident, rule: Rule | None, kind: str, places: Iterable[_Where], now: datetime) -> None:
    notices: dict[str, Notice] = {}
    for where in places:
        silences = [one.silence_for(incident.severity) for one in (rule, where.channel) if one is not None]
        due = _loud_from(now, silences) + GROUPED
        known = notices.get(where.place)
        if known is None or due < known.due_at:  # reached by several channels: by the one that is loud first
            notices[where.place] = Notice(
                incident=incident,
                kind=kind,
                place=where.place,
                channel=where.channel,
                person=where.person,
                address=where.address,
                due_at=due,
            )
    Notice.objects.bulk_create(notices.values(), ignore_conflicts=True)


def _loud_from(now: datetime, silences: list[Silence]) -> datetime:
    """Return the first moment at which none of the silences holds; `now` when there is none within some days."""
    moment = now
    for _round in range(14):
        later = [silence.over_at(moment) or moment for silence in silences if silence.holds(moment)]
        if not later or max(later) == moment:
            return moment
        moment = max(later)
    return now


@transaction.atomic
def _group(connection_id: int, kind: str, place: str, now: datetime) -> int:
    due = Notice.objects.filter(
        settled=False, kind=kind, place=place, incident__connection=connection_id, due_at__lte=now + GROUPED
    )
    chosen = dict(due.values_list("incident", "pk")[:MOST_IN_ONE])
    # The incidents are locked first: whoever ends one meanwhile waits, and sees who was told.
    incidents = {
        one.pk: one
        for one in Incident.objects.select_for_update(of=("self",))
        .select_related("connection")
        .filter(pk__in=chosen)
        .order_by("began_at", "pk")
    }
    rows = Notice.objects.select_for_update(of=("self",)).filter(pk__in=chosen.values(), settled=False)
    notices = [row for row in rows.select_related("channel", "person") if _is_to_tell(row, incidents, now)]
    if not notices:
        return 0
    about = {notice.incident_id for notice in notices}
    _write(notices[0], kind, [one for pk, one in incidents.items() if pk in about], notices, now)
    return 1


def _is_to_tell(notice: Notice, incidents: dict[int, Incident], now: datetime) -> bool:
    """Say whether a notice is told now; else put it off, or drop it for a reason."""
    incident = incidents[notice.incident_id]
    reason = _dropped(notice, incident)
    later: datetime | None = None
    if not reason and notice.kind != _Kind.OVER and incident.state != _State.RESOLVED:
        later = incident.snoozed_until
    if not reason and notice.kind != _Kind.OPENED:
        before = Message.objects.filter(notices__incident=incident, notices__place=notice.place)
        state = before.filter(kind=_Kind.OPENED).values_list("state", flat=True).first()
        if state in (None, Message.State.GIVEN_UP):
            reason = "not_told"
        elif state != Message.State.DELIVERED:
            later = now + _HELD
    if reason:
        Notice.objects.filter(pk=notice.pk).update(settled=True, dropped=reason)
        return False
    if later is not None and later > now:
        Notice.objects.filter(pk=notice.pk).update(due_at=later)
        return False
    return True


def _dropped(notice: Notice, incident: Incident) -> str:
    """Return why a notice is not told at all; "" when it is."""
    if notice.person is not None and not may_see(notice.person, incident):
        return "no_right"
    if notice.person is not None and not notice.person.email:
        return "no_address"
    if notice.person is None and notice.channel is None:
        return "no_channel"
    if notice.channel is not None and not notice.channel.active:
        return "channel_off"
    if notice.kind == _Kind.REMINDER and incident.state != _State.OPEN:
        return "looked_after"
    return ""


def _write(first: Notice, kind: str, incidents: list[Incident], notices: list[Notice], now: datetime) -> None:
    connection = incidents[0].connection
    person = first.person

    def sees(place: Place, incident: Incident) -> bool:
        right = Right.MODERATE if place.needs == "ledger" else Right.SEE_ROOMS
        return person is None or can(person, right, connection, incident.app_id or None)

    message = new_message(connection, kind, first.channel, person, first.address, now)
    reader = reader_of(first.channel, person, sees)
    letter = letter_about(kind, connection, incidents, reader, key=str(message.key), now=now)
    message.subject, message.text = letter.title[:300], as_text(letter, titled=False)
    if message.medium == Channel.Medium.WEBHOOK and first.channel is not None:
        message.payload = payload_of(first.channel, letter)
    message.save()
    Notice.objects.filter(pk__in=[one.pk for one in notices]).update(settled=True, message=message)
    if kind == _Kind.OPENED:
        _set_reminders(incidents, now)


def _set_reminders(incidents: list[Incident], now: datetime) -> None:
    for incident in incidents:
        rule = Rule.objects.filter(pk=incident.rule_id).first() if incident.rule_id else None
        if rule is None or not rule.remind_minutes or incident.remind_at is not None:
            continue
        if not incident.notices.filter(kind=_Kind.REMINDER).exists():
            at = now + timedelta(minutes=rule.remind_minutes)
            Incident.objects.filter(pk=incident.pk, state=_State.OPEN).update(remind_at=at)
