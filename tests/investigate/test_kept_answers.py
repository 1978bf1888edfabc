"""What the cloud sent is kept byte by byte, can be taken away, and proves itself; entries of before stay readable."""

import hashlib
import io
import json
import zipfile
import zlib
from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from django.core.management import call_command

from console.accounts.models import RoleGrant, User
from console.accounts.rights import Role
from console.audit.models import AuditEntry
from console.connections import raw
from console.connections.models import Connection, SharedAnswer
from console.investigate.models import KeptAnswer, KeptCall
from console.investigate.services import kept_reader, locker
from console.investigate.services.checking import Trail, check_kept
from console.sparkrtc.catalogue import OPERATIONS
from console.sparkrtc.catalogue.analytics import GET_CLIENT_QOS
from console.sparkrtc.reading import read_answer, store
from console.sparkrtc.secret import Secret
from tests.investigate.conftest import KnownCall
from tests.investigate.test_locker import call_of, keep_all

pytestmark = pytest.mark.django_db(transaction=True)
Known = Callable[..., KnownCall]


@pytest.fixture
def kept(bob: User, connected: Connection, known: Known) -> KeptCall:
    """A call that the locker holds."""
    call = known("peer_no_frames_pair")
    locker.keep_call(connected, call_of(connected, call), user_ids=[call.user_id], reason="r", actor=bob)
    keep_all()
    return KeptCall.objects.get()


def curves_of(kept: KeptCall) -> KeptAnswer:
    return kept.answers.filter(operation=GET_CLIENT_QOS.name)[0]


def page_of(kept: KeptCall) -> str:
    return f"/c/demo/investigate/kept/{kept.pk}/"


def call_page(kept: KeptCall) -> str:
    at = f"{kept.started_at:%Y%m%dT%H%M%SZ}"
    return f"/c/demo/investigate/calls/{kept.app_id}/{kept.room_id}/?at={at}&user={kept.user_ids[0]}"


def test_the_bytes_are_the_cloud_s_own_words(kept: KeptCall) -> None:
    answer = curves_of(kept)
    sent = json.loads(zlib.decompress(bytes(answer.body)))
    assert {"uid", "peerid", "mid", "data"} <= set(
        sent["data"][0]
    )  # as the reference calls them, not as we do
    assert set(sent["data"][0]["data"][0]) == {"time", "value"}
    entry = AuditEntry.objects.get(action="investigate.call.kept")
    assert (entry.actor_name, entry.target_id) == ("", kept.room_id)
    assert entry.details["sha256"] == kept.digest


def test_an_entry_of_before_opens_as_it_did(as_: Any, bob: User, kept: KeptCall, no_cloud: Any) -> None:
    SharedAnswer.objects.exclude(operation="applications.application.list").delete()
    no_cloud()
    browser = as_(bob)
    now = browser.get(call_page(kept)).context
    for answer in kept.answers.all():  # written as before answers were kept as they were sent
        reply = OPERATIONS[answer.operation].reply
        assert reply is not None
        plain = store(read_answer(reply, zlib.decompress(bytes(answer.body))))
        KeptAnswer.objects.filter(pk=answer.pk).update(
            form="read", asked_at=None, body=zlib.compress(plain), digest=hashlib.sha256(plain).hexdigest()
        )
    KeptCall.objects.update(digest="")
    kept_reader._read.clear()
    before = browser.get(call_page(kept)).context
    assert before["call"].kept
    assert before["told"] == now["told"]
    assert before["timeline"].lanes == now["timeline"].lanes
    kept.refresh_from_db()
    assert check_kept(kept).good
    assert check_kept(kept).trail is Trail.SILENT
    assert "before the trail had any" in browser.get(page_of(kept)).content.decode()


def test_what_is_too_large_to_keep_as_sent_is_kept_as_read(
    bob: User, connected: Connection, known: Known, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(raw, "MOST_BYTES", 100)
    call = known("peer_no_frames_pair")
    locker.keep_call(connected, call_of(connected, call), user_ids=[], reason="", actor=bob)
    keep_all()
    kept = KeptCall.objects.get()
    assert kept.state == "kept"
    assert curves_of(kept).form == "read"
    assert check_kept(kept).good


def test_nothing_that_can_hold_a_secret_is_stored_as_it_was_sent() -> None:
    assert raw._kept
    for name in raw._kept:
        reply = OPERATIONS[name].reply
        assert reply is not None
        fields = [msgspec.structs.fields(reply)]
        fields += [msgspec.structs.fields(one) for one in _parts(reply)]
        assert not [each for some in fields for each in some if each.type is Secret]


def _parts(reply: Any) -> list[Any]:
    return [
        part
        for field in msgspec.structs.fields(reply)
        for part in getattr(field.type, "__args__", ())
        if isinstance(part, type) and issubclass(part, msgspec.Struct)
    ]


def test_the_file_proves_itself_and_taking_it_is_on_record(as_: Any, lena: User, kept: KeptCall) -> None:
    answer = as_(lena).post(f"{page_of(kept)}download/")
    assert answer["Content-Type"] == "application/zip"
    archive = zipfile.ZipFile(io.BytesIO(answer.content))
    assert archive.testzip() is None
    sums = dict(line.split("  ")[::-1] for line in archive.read("SHA256SUMS").decode().splitlines())
    assert set(sums) == set(archive.namelist()) - {"SHA256SUMS"}
    for name, digest in sums.items():
        assert hashlib.sha256(archive.read(name)).hexdigest() == digest
    manifest = json.loads(archive.read("manifest.json"))
    assert manifest["call"]["room_id"] == kept.room_id
    told = manifest["answers"]
    assert [one["sha256"] for one in told] == [sums[one["file"]] for one in told]
    chained = hashlib.sha256("".join(f"{one['sha256']}\n" for one in told).encode()).hexdigest()
    assert chained == manifest["sha256"] == kept.digest
    curves = next(one for one in told if one["operation"] == GET_CLIENT_QOS.name)
    assert (curves["method"], curves["path"]) == (GET_CLIENT_QOS.method, GET_CLIENT_QOS.path)
    assert curves["request_id"]
    assert curves["parameters"]["room_id"] == kept.room_id
    entry = AuditEntry.objects.get(action="investigate.call.download")
    assert (entry.actor_name, entry.target_id, entry.details["sha256"]) == ("Lena", kept.room_id, kept.digest)


def test_who_may_see_it_and_who_may_take_it(
    as_: Any, bob: User, carol: User, lena: User, connected: Connection, kept: KeptCall
) -> None:
    RoleGrant.objects.create(user=carol, role=Role.LEAD, connection=connected, app_id="another-app")
    for user, status in ((bob, 403), (carol, 404)):
        assert as_(user).post(f"{page_of(kept)}download/").status_code == status
    assert not AuditEntry.objects.filter(action="investigate.call.download").exists()
    assert as_(carol).get(page_of(kept)).status_code == 404
    text = as_(bob).get(page_of(kept)).content.decode()
    assert "all as they were when the call was kept" in text
    assert f"user_id={kept.user_ids[0]}" in text  # what was asked, what tells answers apart first
    assert 'id="bundle"' not in text
    assert 'id="bundle"' in as_(lena).get(page_of(kept)).content.decode()
    KeptCall.objects.update(state="waiting")
    assert as_(lena).post(f"{page_of(kept)}download/").status_code == 302
    assert not AuditEntry.objects.filter(action="investigate.call.download").exists()


def _change(kept: KeptCall) -> None:
    answer = curves_of(kept)
    plain = zlib.decompress(bytes(answer.body)).replace(b"0", b"1", 1)
    KeptAnswer.objects.filter(pk=answer.pk).update(body=zlib.compress(plain))


def _change_with_its_hash(kept: KeptCall) -> None:
    _change(kept)
    answer = curves_of(kept)
    digest = hashlib.sha256(zlib.decompress(bytes(answer.body))).hexdigest()
    KeptAnswer.objects.filter(pk=answer.pk).update(digest=digest)


def _change_with_all_hashes(kept: KeptCall) -> None:
    _change_with_its_hash(kept)
    digests = kept.answers.values_list("digest", flat=True)
    KeptCall.objects.update(
        digest=hashlib.sha256("".join(f"{one}\n" for one in digests).encode()).hexdigest()
    )


def _break(kept: KeptCall) -> None:
    KeptAnswer.objects.filter(pk=curves_of(kept).pk).update(body=b"no zlib")


@pytest.mark.parametrize(
    ("harm", "said", "told"),
    [
        (_change, "1 answer is not what it was", "changed answers"),
        (_break, "1 answer is not what it was", "changed answers"),
        (_change_with_its_hash, "Answers are missing, or were added", "missing or were added"),
        (lambda kept: curves_of(kept).delete(), "Answers are missing, or were added", "missing or were added"),
        (_change_with_all_hashes, "The audit trail says that something else", "the audit trail has another hash"),
    ],
)  # fmt: skip
def test_whatever_is_changed_shows(
    harm: Callable[[KeptCall], Any], said: str, told: str, as_: Any, bob: User, kept: KeptCall
) -> None:
    good = io.StringIO()
    call_command("check_locker", connection="demo", stdout=good)
    assert "1 kept calls checked, 0 of them" in good.getvalue()
    harm(kept)
    assert said in as_(bob).get(page_of(kept)).content.decode()
    problems = io.StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command("check_locker", stdout=io.StringIO(), stderr=problems)
    assert ended.value.code == 1
    assert told in problems.getvalue()
    assert kept.room_id in problems.getvalue()
