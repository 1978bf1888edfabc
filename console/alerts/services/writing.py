"""What a message says: in the reader's language and zone, with whole addresses of where to look."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from console.accounts.models import User
from console.alerts.formats import Letter, Link, Part
from console.alerts.links import Place, absolute, incident_url, places_of
from console.alerts.models import Channel, Incident, Message
from console.alerts.words import condition_said, signal_name, write
from console.connections.models import Connection
from console.core.text import aside, explained, plain, shorten
from console.core.times import is_zone, zone_offset

__all__ = ["Reader", "letter_about", "reader_of", "test_letter"]

_NAME = 60  # characters of a name


@dataclass(frozen=True)
class Reader:
    """Who reads it. language: of settings.LANGUAGES. sees: what of the places of an incident they may open."""

    language: str
    zone: str
    why: Callable[[], str]
    sees: Callable[[Place, Incident], bool] = lambda place, incident: True

    @contextmanager
    def at_home(self) -> Iterator[None]:
        """Speak the reader's language, and tell times on their clocks."""
        zone = self.zone if is_zone(self.zone) else "UTC"
        with translation.override(self.language), timezone.override(zone):
            yield


def reader_of(
    channel: Channel | None, person: User | None, sees: Callable[[Place, Incident], bool] | None = None
) -> Reader:
    """Return the reader behind a channel or a person; a person's own language and zone go first."""
    known = dict(settings.LANGUAGES)
    if person is not None:
        language = person.language if person.language in known else settings.LANGUAGE_CODE
        return Reader(language, person.time_zone or "UTC", _why_person, sees or (lambda place, one: True))
    assert channel is not None
    name = channel.name
    language = channel.language if channel.language in known else settings.LANGUAGE_CODE
    return Reader(
        language,
        channel.zone,
        lambda: _("Sent by SparkRTC Console to the channel %(name)s.") % {"name": _named(name)},
    )


def letter_about(
    kind: str,
    connection: Connection,
    incidents: Sequence[Incident],
    reader: Reader,
    *,
    key: str,
    now: datetime,
) -> Letter:
    """Write down what happened to some incidents of a connection. kind: of Message.Kind, but no test."""
    with reader.at_home():
        return Letter(
            key,
            kind,
            connection.slug,
            _named(connection.name),
            _title(kind, connection, incidents),
            tuple(_part(incident, reader, now) for incident in incidents),
            reader.why(),
            _iso(now) or "",
            reader.language,
        )


def test_letter(channel: Channel, reader: Reader, by: str, *, key: str, now: datetime) -> Letter:
    """Write a test that says who sent it."""
    with reader.at_home():
        return Letter(
            key,
            Message.Kind.TEST,
            channel.connection.slug,
            _named(channel.connection.name),
            _("Test of the channel %(name)s") % {"name": _named(channel.name)},
            (Part(_("Nothing is wrong: %(name)s sent this to try the channel.") % {"name": _named(by)}, ()),),
            reader.why(),
            _iso(now) or "",
            reader.language,
        )


test_letter.__test__ = False  # type: ignore[attr-defined]  # not a test, whatever its name


def _why_person() -> str:
    return _("SparkRTC Console sends you this because a rule names you, or a channel that you are in.")


def _title(kind: str, connection: Connection, incidents: Sequence[Incident]) -> str:
    names = {"connection": _named(connection.name), "count": len(incidents)}
    over = all(one.state == Incident.State.RESOLVED for one in incidents)
    if len(incidents) == 1:
        names["alert"] = _headline(incidents[0])
        if kind == Message.Kind.REMINDER:
            return _("Still open: %(alert)s") % names
        if kind == Message.Kind.OVER or over:
            return _("Over: %(alert)s") % names
        return f"[{incidents[0].get_severity_display()}] {names['alert']}"
    if kind == Message.Kind.REMINDER:
        return _("%(count)s alerts are still open on %(connection)s") % names
    if kind == Message.Kind.OVER or over:
        return _("%(count)s alerts are over on %(connection)s") % names
    return _("%(count)s alerts on %(connection)s") % names


def _part(incident: Incident, reader: Reader, now: datetime) -> Part:
    return Part(
        aside(_headline(incident), incident.get_severity_display()),
        tuple(_lines(incident)),
        tuple(_links(incident, reader, now)),
        _facts(incident),
    )


def _headline(incident: Incident) -> str:
    return explained(_named(incident.rule_name), _where(incident))


def _where(incident: Incident) -> str:
    if incident.app_id:
        return _named(incident.app_name or incident.app_id)
    return _named(incident.connection.name)


def _lines(incident: Incident) -> Iterator[str]:
    values = {
        "watched": signal_name(incident.signal),
        "when": condition_said(incident),
        "worst": write(incident.signal, incident.worst),
    }
    yield _("%(watched)s %(when)s; the worst was %(worst)s.") % values
    began = _moment(incident.began_at)
    if incident.over_at is not None:
        yield _("From %(began)s to %(over)s.") % {"began": began, "over": _moment(incident.over_at)}
    elif incident.state == Incident.State.RESOLVED:
        yield _("Since %(began)s; ended, as its rule was changed.") % {"began": began}
    else:
        yield _("Since %(began)s; it goes on.") % {"began": began}
    if incident.state == Incident.State.ACKNOWLEDGED:
        yield _("Somebody looks after it already.")


def _links(incident: Incident, reader: Reader, now: datetime) -> Iterator[Link]:
    if url := absolute(incident_url(incident)):
        yield Link("alert", _("Alert"), url)
    for place in places_of(incident, now):
        if reader.sees(place, incident) and (url := absolute(place.url)):
            yield Link(place.name, place.label, url)


def _facts(incident: Incident) -> dict[str, Any]:
    application = {"id": incident.app_id, "name": incident.app_name} if incident.app_id else None
    return {
        "id": incident.pk,
        "rule": incident.rule_name,
        "severity": incident.severity,
        "state": {"taken": "acknowledged"}.get(incident.state, incident.state),
        "application": application,
        "signal": incident.signal,
        "side": incident.side,
        "limit": incident.limit,
        "worst": incident.worst,
        "began_at": _iso(incident.began_at),
        "noticed_at": _iso(incident.noted_at),
        "over_at": _iso(incident.over_at),
    }


def _named(name: str) -> str:
    """Return a name that others wrote, on one line and without what cannot be seen."""
    return plain(shorten(name, _NAME))


def _moment(moment: datetime) -> str:
    return f"{timezone.localtime(moment):%Y-%m-%d %H:%M} {zone_offset(moment)}"


def _iso(moment: datetime | None) -> str | None:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if moment else None
