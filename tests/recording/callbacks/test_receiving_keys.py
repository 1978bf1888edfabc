"""The keys that notifications are verified by: replaced, sealed, learnt later."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from cryptography.fernet import Fernet
from django.utils import timezone

from console.connections.resealing import reseal_all
from console.recording.models import (
    CallbackDelivery,
    CallbackKey,
    CallbackReceiver,
)
from console.recording.services import receivers
from console.recording.services.deliveries import find_deliveries
from console.recording.services.reverifying import verify_waiting
from console.sparkrtc.secret import Secret
from tests.recording.callbacks.conftest import KEY, Post, one, signed, told

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.stores]
Deliver = Callable[..., Any]


def test_while_a_key_is_replaced_both_are_good_and_then_one(
    deliver: Deliver, receiver: CallbackReceiver
) -> None:
    new = "n" * 48
    pending = receivers.keep_key(receiver, Secret(new))
    assert deliver(signed(told(job_id="before"), key=new)).status_code == 200
    receivers.adopt_key(receiver, pending.pk)
    assert deliver(signed(told(job_id="late"))).status_code == 200  # signed with the old one
    CallbackKey.objects.filter(standing="former").update(until=timezone.now())
    assert deliver(signed(told(job_id="too late"))).status_code == 403
    assert deliver(signed(told(job_id="after"), key=new)).status_code == 200


def test_keys_are_stored_sealed_and_sealed_anew(receiver: CallbackReceiver, settings: Any) -> None:
    row = CallbackKey.objects.get()
    assert KEY.encode() not in bytes(row.sealed)
    before = bytes(row.sealed)
    settings.SEALING_KEYS = [Fernet.generate_key().decode(), *settings.SEALING_KEYS]
    found = receivers.reseal_keys()
    row.refresh_from_db()
    assert (found.done, found.unreadable) == (1, ())
    assert bytes(row.sealed) != before
    settings.SEALING_KEYS = settings.SEALING_KEYS[:1]
    assert [key.reveal() for key in receivers.good_keys(receiver, timezone.now())] == [KEY]


def test_resealing_the_connections_reseals_the_callbacks_keys_too(
    receiver: CallbackReceiver, settings: Any
) -> None:
    settings.SEALING_KEYS = [Fernet.generate_key().decode(), *settings.SEALING_KEYS]
    assert reseal_all().done == 1  # the connection here has no secret
    settings.SEALING_KEYS = settings.SEALING_KEYS[:1]
    assert [key.reveal() for key in receivers.good_keys(receiver, timezone.now())] == [KEY]
    settings.SEALING_KEYS = [Fernet.generate_key().decode()]
    assert "callback of app-1" in reseal_all().unreadable


def test_a_key_that_no_sealing_key_opens_verifies_nothing(
    deliver: Deliver, receiver: CallbackReceiver, settings: Any
) -> None:
    settings.SEALING_KEYS = [Fernet.generate_key().decode()]
    assert receivers.reseal_keys().unreadable == ("callback of app-1",)
    deliver(signed(told()))
    assert one().verdict == "unverified"


def test_without_a_key_it_is_kept_unverified_and_verified_once_the_key_is_known(
    deliver: Deliver, receiver: CallbackReceiver
) -> None:
    CallbackKey.objects.all().delete()
    assert deliver(signed(told(job_id="right"))).status_code == 200
    assert deliver(signed(told(job_id="wrong"), key="w" * 40)).status_code == 200
    assert deliver(Post(json.dumps(told(job_id="bare")).encode(), {})).status_code == 200
    assert {row.why for row in CallbackDelivery.objects.all()} == {"no_key"}
    assert find_deliveries(receiver.connection, "app-1") == []
    receivers.adopt_key(receiver, receivers.keep_key(receiver, Secret(KEY)).pk)
    assert verify_waiting(receiver) == 1
    assert [row.job_id for row in find_deliveries(receiver.connection, "app-1")] == ["right"]
    deliver(signed(told(job_id="right")))  # again: a repeat of the one that was verified later
    assert CallbackDelivery.objects.get(job_id="right").repeats == 1


def test_what_was_verified_meanwhile_is_not_doubled(deliver: Deliver, receiver: CallbackReceiver) -> None:
    CallbackKey.objects.all().delete()
    deliver(signed(told()))
    receivers.adopt_key(receiver, receivers.keep_key(receiver, Secret(KEY)).pk)
    deliver(signed(told()))  # verified, beside the unverified one
    assert CallbackDelivery.objects.count() == 2
    assert verify_waiting(receiver) == 1
    assert one().verdict == "verified"


def test_a_made_up_one_cannot_stand_in_the_way_of_the_real_one(
    deliver: Deliver, receiver: CallbackReceiver
) -> None:
    deliver(Post(json.dumps(told()).encode(), {}))
    deliver(signed(told(), key="f" * 32))
    assert deliver(signed(told())).status_code == 200
    assert [row.verified for row in find_deliveries(receiver.connection, "app-1")] == [True]
