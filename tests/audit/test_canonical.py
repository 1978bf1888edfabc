"""The canonical form: the same bytes for the same content, on every database and in every language."""

import hashlib
import json
import uuid
from datetime import UTC, datetime, timedelta, timezone

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given
from hypothesis import strategies as st

from console import audit
from console.audit import canonical
from console.audit.models import AuditEntry
from console.audit.scrub import scrub_json
from tests.audit.helpers import HOSTILE, act
from tests.properties import tried

anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(), inner, max_size=5),
    max_leaves=20,
)


def row(**changes: object) -> dict[str, object]:
    fields: dict[str, object] = dict.fromkeys(canonical.FIELDS, "")
    return {**fields, **changes}


def test_the_form_is_what_is_described():
    moment = datetime(2026, 5, 4, 20, 0, 0, 1, tzinfo=timezone(timedelta(hours=8)))
    form = canonical.canonical(
        row(at=moment, uuid=uuid.UUID(int=1), before={"b": [1, None, True], "a": "é\n\x1b<🦊>"}, number=7)
    )
    assert '"at":"2026-05-04T12:00:00.000001Z"' in form
    assert '"before":{"a":"é\\n\\u001b<🦊>","b":[1,null,true]}' in form
    assert '"uuid":"00000000-0000-0000-0000-000000000001"' in form
    assert list(json.loads(form)) == sorted(canonical.FIELDS)


def test_the_chain_is_what_is_described():
    digest = canonical.digest("é")
    assert digest == hashlib.sha256("é".encode()).hexdigest()
    assert (
        canonical.chain(canonical.GENESIS, digest) == hashlib.sha256(b"0" * 64 + digest.encode()).hexdigest()
    )


@given(anything)
def test_what_was_scrubbed_reads_back_and_is_written_the_same_again(value: object):
    text = scrub_json(value)
    assert canonical.dump(canonical.load(text)) == text
    assert text.encode("utf-8").decode("utf-8") == text
    assert "\0" not in text


@given(anything, st.text(), st.datetimes(timezones=st.just(UTC)))
def test_the_form_depends_on_nothing_but_the_content(value: object, text: str, moment: datetime):
    value, text = canonical.load(scrub_json(value)), text.encode("utf-8", "replace").decode()
    forwards = row(before=value, reason=text, at=moment)
    backwards = dict(reversed(forwards.items()))
    form = canonical.canonical(forwards)
    assert form == canonical.canonical(backwards)
    read = json.loads(form)
    assert (read["before"], read["reason"]) == (value, text)
    assert canonical.canonical(read) == form


@pytest.mark.django_db
@pytest.mark.stores
@tried(60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(anything, st.text(max_size=400), st.text(max_size=300))
def test_entries_come_back_from_the_database_as_they_were_hashed(value: object, text: str, name: str):
    with transaction.atomic():
        written = audit.record(
            "test.thing.do",
            actor=None,
            target=audit.Target("room", name, name),
            reason=text,
            before=value,
            details={"value": value},
        )
        read = AuditEntry.objects.get(pk=written.pk)
        assert canonical.digest(read.canonical()) == read.digest == written.digest
        assert canonical.chain(read.previous_hash, read.digest) == read.hash


@pytest.mark.django_db
@pytest.mark.stores
def test_hostile_text_is_kept_as_far_as_databases_can():
    attempt = act(target=audit.Target("room", HOSTILE), reason=HOSTILE)
    attempt.refresh_from_db()
    assert attempt.target_id == HOSTILE.replace("\0", "\u2400").replace("\ud800", "\ufffd")
    assert attempt.reason == attempt.target_id
    assert canonical.digest(attempt.canonical()) == attempt.digest
