"""Where an application's notifications go, and the key that signs them."""

import uuid
from collections.abc import Callable, Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_noop as _

from console import audit
from console.accounts.models import User
from console.applications.models import Change
from console.applications.services.changes import (
    MAX_WAIT_SECONDS,
    AlreadyAsked,
    Draft,
    Found,
    Kind,
    Made,
    make_change,
    register_kind,
)
from console.applications.services.facts import callback_facts
from console.applications.services.keys import NoKey
from console.applications.shapes import CallbackFacts
from console.connections import reads
from console.connections.ages import Age
from console.connections.client import client_for
from console.connections.models import Connection
from console.core.sayings import register_sayings
from console.recording.actions.callbacks import UPDATE_CALLBACK
from console.recording.models import CallbackKey, CallbackReceiver, Standing
from console.recording.services import receivers
from console.recording.services.callback_keys import make_key, stored_callback
from console.recording.services.reverifying import verify_waiting
from console.recording.shapes.callbacks import ReceiverFacts, Setting
from console.sparkrtc.catalogue.applications import GET_APPLICATION, LIST_APPLICATIONS
from console.sparkrtc.catalogue.recording import GET_CALLBACK
from console.sparkrtc.catalogue.recording import UPDATE_CALLBACK as UPDATE
from console.sparkrtc.errors import SparkError
from console.sparkrtc.permits import Lane
from console.sparkrtc.secret import Secret

__all__ = ["Key", "get_setting", "register", "set_callback", "setting_of", "settings_of", "use_own_receiver"]

_SEEN = _("the callback was seen as asked for")
_OTHERWISE = _("the callback is not as asked for: it had no effect")


class Key(StrEnum):
    """What becomes of a callback's key when its address is set."""

    KEEP = "keep"
    NEW = "new"
    GIVEN = "given"
    NONE = "none"


def get_setting(
    connection: Connection, app_id: str, *, lane: Lane = Lane.PAGE, fresh_after: datetime | None = None
) -> Setting:
    """Return where an application's notifications go and what of that arrives here. One call, shared; no key is in it.

    Raises NotFound; QuotaExhausted or another SparkError when nothing is stored and the cloud gives nothing.
    Source: API reference, ShowRecordCallback.
    """
    reading = reads.read(connection, GET_CALLBACK, lane=lane, require_fresh_after=fresh_after, app_id=app_id)
    return setting_of(connection, app_id, callback_facts(reading.value.record_callback), Age.of(reading))


def setting_of(connection: Connection, app_id: str, facts: CallbackFacts, age: Age) -> Setting:
    """Return the same from what is known of the callback already; asks our own database alone."""
    return settings_of(connection, {app_id: facts}, age)[app_id]


def settings_of(connection: Connection, known: Mapping[str, CallbackFacts], age: Age) -> dict[str, Setting]:
    """Return the same for several applications, by their ids. Six queries of our own database, however many."""
    found = receivers.receivers_of(connection, known)
    about = receivers.facts_of(found.values()) if found else {}
    return {app_id: _setting(facts, age, found.get(app_id), about) for app_id, facts in known.items()}


def _setting(
    facts: CallbackFacts, age: Age, receiver: CallbackReceiver | None, about: Mapping[int, ReceiverFacts]
) -> Setting:
    if receiver is None:
        return Setting(facts, age, ReceiverFacts(), ours=False, outdated=False)
    address = receivers.find_by_url(receiver, facts.url) if facts.url else None
    current = address is not None and address.standing != Standing.FORMER
    outdated = address is not None and not current
    return Setting(facts, age, about[receiver.pk], ours=current, outdated=outdated)


def set_callback(
    connection: Connection,
    app_id: str,
    url: str,
    choice: Key,
    *,
    given: Secret | None = None,
    before: CallbackFacts | None,
    actor: User | None,
    reason: str = "",
    name: str = "",
    change_id: uuid.UUID | None = None,
    address_id: int | None = None,
) -> Made:
    """Let the cloud send an application's notifications to a URL. One call; a second one to keep the key.

    url: http or https, and it must accept POST. choice: the cloud forgets the key unless it is sent again; KEEP asks it
    for the present one first. given: 32-64 characters, for GIVEN. before: what was set, as far as anybody knows.
    address_id: of our own receiver's address in the URL, which is then the one in use.
    The key is stored here sealed before it is sent. A reply that got lost leaves the change unknown, settled by reading
    the callback; the old key and the new one are both good until then.
    Raises NoKey when none is there to keep; AlreadyAsked; NotFound; BadRequest with RTC.00001018 when the cloud does
    not reach the URL; QuotaExhausted (nothing was sent); another SparkError when the cloud refuses.
    Source: API reference, UpdateRecordCallback.
    """
    try:
        key = _key_of(connection, app_id, choice, given)
    except (NoKey, SparkError):
        receivers.withdraw(address_id)
        raise
    receiver = receivers.receiver_of(connection, app_id)
    kept = receivers.keep_key(receiver, key) if key else None
    draft = Draft(
        action=UPDATE_CALLBACK,
        connection=connection,
        app_id=app_id,
        subject="callback",
        target=audit.Target("application", app_id, name),
        wanted={"url": url, "signed": bool(key), "sealed": kept.pk if kept else None, "address": address_id},
        actor=actor,
        reason=reason,
        before=_told(before) if before else None,
        change_id=change_id,
    )

    def send(entry: audit.Entry) -> None:
        answer = client_for(connection).call(
            UPDATE,
            max_wait=MAX_WAIT_SECONDS,
            app_id=app_id,
            url=url,
            auth_key=key.reveal() if key else None,
        )
        entry.request_id = answer.request_id
        entry.after = {**_told(callback_facts(answer.value.record_callback)), "the_key": choice.value}

    return _withdrawing(lambda: make_change(draft, send), address_id, kept)


def use_own_receiver(
    connection: Connection, app_id: str, base: str, *, renew: bool = False, choice: Key = Key.NEW, **more: Any
) -> Made:
    """Let the cloud send the notifications to this console. base: scheme and host by which the cloud reaches it.

    renew: with an address that was not in use before; the one before it serves for ten minutes more. more, and the
    errors: as for set_callback.
    """
    receiver = receivers.receiver_of(connection, app_id)
    address = None if renew else receiver.addresses.filter(standing=Standing.CURRENT).first()
    address = address or receivers.new_address(receiver)
    url = receivers.url_of(base, address.public_id)
    return set_callback(connection, app_id, url, choice, address_id=address.pk, **more)


def register() -> None:
    """Say how a change is settled whose reply was lost."""
    register_sayings([_SEEN])
    register_kind(Kind(UPDATE_CALLBACK, _look, _OTHERWISE, _forget, _address, settled=_settled))


def _key_of(connection: Connection, app_id: str, choice: Key, given: Secret | None) -> Secret | None:
    if choice is Key.NEW:
        return make_key()
    if choice is Key.GIVEN:
        assert given is not None
        return given
    if choice is Key.NONE:
        return None
    stored = stored_callback(connection, app_id)
    if not stored.key:
        raise NoKey
    return stored.key


def _withdrawing(make: Callable[[], Made], address_id: int | None, kept: CallbackKey | None) -> Made:
    """Make the change; what was prepared for it goes when it was not made, or not by this form.

    After a surprise it stays: whether the cloud took it is found out by looking.
    """
    key_id = kept.pk if kept else None
    try:
        made = make()
    except (AlreadyAsked, SparkError):
        receivers.withdraw(address_id, key_id)
        raise
    if made.repeated:
        receivers.withdraw(address_id, key_id)
    return made


def _told(facts: CallbackFacts) -> dict[str, object]:
    return {"url": facts.url, "signed": facts.signed}


# --- what became of it --------------------------------------------------------------------------------


def _look(change: Change) -> Found | None:
    """Look whether the cloud has the URL and the key that were sent."""
    stored = stored_callback(change.connection, change.app_id, lane=Lane.ALERT)
    sent = CallbackKey.objects.filter(pk=change.wanted["sealed"]).first()
    if stored.url != change.wanted["url"] or bool(stored.key) != change.wanted["signed"]:
        return None
    if sent is not None and not receivers.is_key(sent, stored.key):
        return None
    return Found(True, _SEEN, change.app_id, {"url": stored.url, "signed": bool(stored.key)})


def _settled(change: Change) -> None:
    """Let the address and the key that were sent be those in use, or nothing at all when they were not taken."""
    address_id, key_id = change.wanted["address"], change.wanted["sealed"]
    if change.outcome != Change.Outcome.SUCCEEDED:
        receivers.withdraw(address_id, key_id)
        return
    receiver = receivers.receiver_of(change.connection, change.app_id)
    if address_id is not None:
        receivers.adopt_address(receiver, address_id)
    receivers.adopt_key(receiver, key_id)
    verify_waiting(receiver)


def _forget(change: Change) -> None:
    reads.drop(change.connection, GET_CALLBACK, app_id=change.app_id)
    reads.drop(change.connection, GET_APPLICATION, app_id=change.app_id)
    reads.drop(change.connection, LIST_APPLICATIONS)


def _address(change: Change) -> str:
    try:
        return reverse("recording:callback", args=[change.connection.slug, change.app_id])
    except NoReverseMatch:
        return ""
