"""Channels: making, changing, deleting and trying them, on record. What is secret goes in and comes out once."""

import secrets
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from django.db import IntegrityError, transaction
from django.db.models import Count, Q
from django.utils import timezone

from console import audit
from console.accounts.models import User
from console.alerts.actions import CHANNEL_CREATE, CHANNEL_DELETE, CHANNEL_KEY, CHANNEL_TEST, CHANNEL_UPDATE
from console.alerts.engine.silence import Silence
from console.alerts.formats import FORMATS, KeyOf, as_text
from console.alerts.models import Channel, Message, Notice
from console.alerts.services.delivering import attempt_now
from console.alerts.services.outbox import new_message, payload_of
from console.alerts.services.people import people_to_tell
from console.alerts.services.rules import ChangedMeanwhile, NameTaken
from console.alerts.services.writing import reader_of, test_letter
from console.connections.models import Connection
from console.connections.resealing import Resealed
from console.connections.secrets import SecretUnreadable, reseal, seal
from console.sparkrtc.secret import Secret

__all__ = [
    "WantedChannel",
    "create_channel",
    "delete_channel",
    "get_channel",
    "list_channels",
    "make_key",
    "renew_key",
    "reseal_channels",
    "test_channel",
    "update_channel",
]

_KEY_BYTES = 32


@dataclass(frozen=True)
class WantedChannel:
    """What a channel is to be. url, secret: in clear; "" keeps what there is. people: of people_to_tell."""

    name: str
    medium: str
    format: str = ""
    url: str = ""
    secret: Secret = field(default=Secret(""), repr=False)
    people: tuple[int, ...] = ()
    addresses: tuple[str, ...] = ()
    language: str = "en"
    zone: str = "UTC"
    silence: Silence = field(default_factory=Silence)
    spares: bool = True
    active: bool = True


def list_channels(connection: Connection) -> list[Channel]:
    """Return the channels of a connection by name: how many rules use each (used), how many messages it did not take
    (given_up). Two queries."""
    given_up = Count("messages", filter=Q(messages__state=Message.State.GIVEN_UP), distinct=True)
    return list(
        Channel.objects.filter(connection=connection)
        .annotate(used=Count("rules", distinct=True), given_up=given_up)
        .order_by("name")  # grouping forgets the model's own order
        .prefetch_related("people")
    )


def get_channel(connection: Connection, channel_id: int) -> Channel:
    """Return a channel of the connection. Raises Channel.DoesNotExist."""
    return Channel.objects.select_related("connection").get(connection=connection, pk=channel_id)


def make_key() -> Secret:
    """Return a new signing key."""
    return Secret(secrets.token_urlsafe(_KEY_BYTES))


def create_channel(
    connection: Connection, wanted: WantedChannel, *, actor: User | None
) -> tuple[Channel, Secret | None]:
    """Make a channel; return it, and the key that it signs with when the console made one. Raises NameTaken."""
    channel = Channel(connection=connection, medium=wanted.medium, format=wanted.format)
    key = make_key() if wanted.format and FORMATS[wanted.format].key is KeyOf.OURS else None
    with transaction.atomic():
        _fill(channel, wanted, key, actor)
        audit.record(
            CHANNEL_CREATE, actor=actor, connection=connection, target=_target(channel), after=_told(channel)
        )
    return channel, key


def update_channel(
    connection: Connection, channel_id: int, version: int, wanted: WantedChannel, *, actor: User | None
) -> Channel:
    """Change a channel; its medium and format stay. Raises NameTaken, ChangedMeanwhile, Channel.DoesNotExist."""
    with transaction.atomic():
        channel = Channel.objects.select_for_update().get(connection=connection, pk=channel_id)
        if channel.version != version:
            raise ChangedMeanwhile
        before = _told(channel)
        channel.version += 1
        _fill(channel, wanted, None, actor)
        replaced = {"url": bool(wanted.url), "secret": bool(wanted.secret)}
        audit.record(
            CHANNEL_UPDATE,
            actor=actor,
            connection=connection,
            target=_target(channel),
            before=before,
            after={**_told(channel), "replaced": [name for name, new in replaced.items() if new]},
        )
    return channel


def delete_channel(connection: Connection, channel_id: int, *, actor: User | None) -> None:
    """Delete a channel with what it has sealed; messages that wait for it are given up. Raises Channel.DoesNotExist."""
    with transaction.atomic():
        channel = Channel.objects.select_for_update().get(connection=connection, pk=channel_id)
        before, target = _told(channel), _target(channel)
        waiting = Message.objects.filter(channel=channel, state=Message.State.WAITING)
        waiting.update(
            state=Message.State.GIVEN_UP, ended_at=timezone.now(), problem={"code": "channel_gone"}
        )
        Notice.objects.filter(channel=channel, settled=False).update(settled=True, dropped="no_channel")
        channel.delete()
        audit.record(CHANNEL_DELETE, actor=actor, connection=connection, target=target, before=before)


def renew_key(channel: Channel, *, actor: User, reason: str) -> Secret:
    """Replace the key that the console made, and return the new one: it is shown once. On record."""
    key = make_key()
    with transaction.atomic():
        Channel.objects.filter(pk=channel.pk).update(secret=seal(key.reveal()))
        audit.record(
            CHANNEL_KEY,
            actor=actor,
            connection=channel.connection,
            target=_target(channel),
            reason=reason,
        )
    return key


def test_channel(channel: Channel, *, actor: User) -> list[Message]:
    """Send a test to everywhere that the channel leads, once, on record; return the messages with what came of each.

    It ends at the first that fails because of the server, as the others would. Takes up to a minute.
    """
    made: list[Message] = []
    for person, address in _everywhere(channel):
        message = new_message(channel.connection, Message.Kind.TEST, channel, person, address, timezone.now())
        letter = test_letter(
            channel, reader_of(channel, person), str(actor), key=str(message.key), now=timezone.now()
        )
        message.subject, message.text = letter.title[:300], as_text(letter, titled=False)
        if channel.medium == Channel.Medium.WEBHOOK:
            message.payload = payload_of(channel, letter)
        message.state, message.tries = Message.State.SENDING, 1
        message.save()
        outcome = attempt_now(message, once=True)
        message.refresh_from_db()
        made.append(message)
        if outcome.whole:
            break
    arrived = bool(made) and all(one.state == Message.State.DELIVERED for one in made)
    audit.record(
        CHANNEL_TEST,
        actor=actor,
        connection=channel.connection,
        target=_target(channel),
        outcome="succeeded" if arrived else "failed",
        error="; ".join(sorted({one.problem["code"] for one in made if one.problem})),
        details={"to": [one.to for one in made]},
    )
    return made


test_channel.__test__ = False  # type: ignore[attr-defined]  # not a test, whatever its name


def reseal_channels() -> Resealed:
    """Seal what channels hold with the newest key; what is replaced meanwhile is left alone."""
    done, unreadable = 0, []
    for channel in Channel.objects.filter(~Q(url=b"") | ~Q(secret=b"")):
        try:
            url, secret = reseal(channel.url), reseal(channel.secret)
        except SecretUnreadable:
            unreadable.append(f"channel {channel.name}")
            continue
        same = Channel.objects.filter(pk=channel.pk, url=channel.url, secret=channel.secret)
        done += same.update(url=url, secret=secret)
    return Resealed(done, tuple(unreadable))


def _everywhere(channel: Channel) -> list[tuple[User | None, str]]:
    if channel.medium == Channel.Medium.WEBHOOK:
        return [(None, "")]
    people = [(person, "") for person in channel.people.order_by("pk")]
    return [*people, *((None, address) for address in channel.addresses)]


def _fill(channel: Channel, wanted: WantedChannel, key: Secret | None, actor: User | None) -> None:
    channel.name, channel.active = wanted.name, wanted.active
    channel.language, channel.zone = wanted.language, wanted.zone
    channel.addresses = list(wanted.addresses)
    channel.be_silent(wanted.silence, wanted.spares)
    if wanted.url:
        channel.url, channel.host = seal(wanted.url), urlsplit(wanted.url).netloc[:200]
    if key is not None or wanted.secret:
        channel.secret = seal((key or wanted.secret).reveal())
    channel.changed_by = str(actor)[:150] if actor else ""
    try:
        with transaction.atomic():
            channel.save()
    except IntegrityError:
        raise NameTaken from None
    channel.people.set(people_to_tell(channel.connection).filter(pk__in=wanted.people))


def _target(channel: Channel) -> audit.Target:
    return audit.Target("alert_channel", str(channel.pk), channel.name)


def _told(channel: Channel) -> dict[str, Any]:
    """Return what the trail keeps of a channel: nothing that is secret, of a webhook's address only its host."""
    names: Collection[str] = ("name", "medium", "format", "host", "addresses", "language", "zone", "active")
    people = [str(person) for person in channel.people.order_by("pk")]
    return {
        **{name: getattr(channel, name) for name in names},
        "people": people,
        **channel.silence_on_record(),
    }
