"""An entry's page in words: properties, times, places, what was settled later, and how far it is signed."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.test import Client
from django.utils.translation import gettext_lazy as _

from console import audit
from console.accounts.models import User
from console.audit import Target, heads, shown, words
from console.audit.actions import registered_actions
from console.audit.models import AuditEntry
from console.connections.models import Connection
from console.core import shell
from tests.audit.helpers import act, page

pytestmark = pytest.mark.django_db

BEFORE = {
    "room_id": "lecture-7",
    "room_opened_at": "2026-11-27T21:44:42+00:00",
    "everyone": False,
    "participants": [{"user_id": "u-1", "nickname": "Ann"}],
    "sent_by_whom": "x",
}


@pytest.fixture(autouse=True)
def remembered(monkeypatch: pytest.MonkeyPatch, connection: Connection) -> None:
    """One application of the connection has a name that is remembered."""
    monkeypatch.setitem(shell._answers, "applications", lambda ids: {(pk, "a1b2c3"): "Clinic" for pk in ids})


def removal(connection: Connection, actor: User | None = None) -> AuditEntry:
    return act(
        actor,
        "unknown",
        action="rooms.participant.remove",
        connection=connection,
        app_id="a1b2c3",
        target=Target("participant", "u-1", "Ann"),
        before=BEFORE,
    )


def entry_page(user: User, entry: AuditEntry, language: str = "en") -> str:
    client = Client(headers={"Accept-Language": language})
    client.force_login(user)
    return text_of(client.get(f"/audit/{entry.uuid}/").content.decode())


def text_of(html: str) -> str:
    main = html[html.index('<div id="entry">') :]
    return " ".join(re.sub(r"<[^>]*>", " ", main).split())


def test_properties_have_words_and_unknown_ones_stay_as_they_are(audrey: User, connection: Connection):
    entry = removal(connection)
    audit.note(entry.uuid, "1 of 1 seen to leave", {"asked": 1, "came_back": [], "not_seen_to_leave": []})
    said = entry_page(audrey, entry)
    for words_ in (
        "Room opened", "Everyone in the room", "Participants", "Nickname: Ann, User id: u-1",
        "Asked to leave 1", "Came back –", "Not seen to leave –", "Ann u-1 participant",
    ):  # fmt: skip
        assert words_ in said
    for code in ("room_opened_at", "user_id", "came_back", "not_seen_to_leave", "2026-11-27T21:44:42"):
        assert code not in said
    assert "sent_by_whom" in said


def test_the_words_are_in_the_readers_language(audrey: User, connection: Connection):
    said = entry_page(audrey, removal(connection), "zh-hans")
    assert "房间开启时间" in said
    assert "参与者" in said
    assert "participant" not in said.replace("rooms.participant.remove", "")


def test_times_are_in_the_readers_zone(audrey: User, connection: Connection):
    User.objects.filter(pk=audrey.pk).update(time_zone="Asia/Shanghai")
    entry = removal(connection)
    audit.note(entry.uuid, "seen", {"last_look_at": datetime(2026, 11, 27, 21, 50, tzinfo=UTC)})
    said = entry_page(User.objects.get(pk=audrey.pk), entry)
    assert "2026-11-28 05:44:42 UTC+8" in said
    assert "Last look 2026-11-28 05:50:00 UTC+8" in said


@pytest.mark.parametrize("text", ["2026-99-99T00:00:00Z", "2026-11-27", "9999-12-31T23:59:59Z", "x"])
def test_what_is_no_time_stays_as_it_is(text: str):
    assert [value[:4] for _name, value in shown.facts({"at": text})] == [text[:4]]


def test_room_and_application_are_lines_of_their_own(audrey: User, connection: Connection):
    said = entry_page(audrey, removal(connection))
    head = said[: said.index("Time line")]
    assert "Application Clinic a1b2c3" in head
    assert "Room lecture-7" in head[: head.index("Reason")]
    unknown = act(connection=connection, app_id="other-1", target=Target("room", "lecture-7"))
    said = entry_page(audrey, unknown)
    assert "Application id other-1" in said
    assert said.count("Room lecture-7") == 0  # it is the target


def test_list_and_filter_know_applications_by_name(audrey: User, connection: Connection, bob: User):
    removal(connection, bob)
    html = page(audrey, app_id="a1b2c3")
    assert '<option value="a1b2c3">Clinic</option>' in html
    row = " ".join(re.sub(r"<[^>]*>", " ", html[html.index("<tbody>") :]).split())
    assert "Clinic a1b2c3" in row
    assert "Clinic (a1b2c3)" in html  # the chip


def test_names_are_only_offered_where_the_person_has_a_role(carol: User, connection: Connection):
    from console.accounts.models import RoleGrant

    RoleGrant.objects.create(user=carol, role="moderator", connection=connection, app_id="another")
    act(connection=connection)
    assert "Clinic" not in page(carol)


def test_an_error_that_was_settled_later_says_so(audrey: User, connection: Connection):
    entry = removal(connection)
    assert "Settled later" not in entry_page(audrey, entry)
    audit.note(entry.uuid, "everyone was seen to leave: it took effect", outcome="succeeded")
    said = entry_page(audrey, entry)
    assert "Settled later succeeded everyone was seen to leave: it took effect" in said
    assert said.index("Error") < said.index("Settled later") < said.index("Time line")


def test_the_proof_says_up_to_which_row_it_is_signed(audrey: User):
    entry = act()
    assert "Not signed yet" in entry_page(audrey, entry)
    heads.sign_heads()
    audit.note(entry.uuid, "seen to leave")
    said = entry_page(audrey, entry)
    assert "Up to row 2: Covered by the signature of this ledger up to entry 2" in said
    assert "Row 3 is not signed yet" in said
    heads.sign_heads()
    said = entry_page(audrey, entry)
    assert "not signed yet" not in said
    assert "up to entry 3" in said


def test_what_is_stored_stays_as_it_is(audrey: User, connection: Connection):
    entry = removal(connection)
    entry_page(audrey, entry)
    assert AuditEntry.objects.get(pk=entry.pk).before == BEFORE


def test_every_app_says_its_words_and_every_kind_of_target_has_one(monkeypatch: pytest.MonkeyPatch):
    apps = {action.name.partition(".")[0] for action in registered_actions()} - {"test"}
    assert apps <= set(words._words), "an app that has actions registers words for what their entries hold"
    sources = Path(audit.__file__).parent.parent.rglob("*.py")
    found = {
        kind
        for path in sources
        if "sandbox" not in path.parts
        for kind in re.findall(r'\bTarget\(\s*"([a-z_]+)"', path.read_text(encoding="utf-8"))
    }
    assert found - set(words._kinds) == set()


def test_an_app_s_word_goes_before_that_of_all_apps(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(words, "_words", {})
    words.register_words("", {"seen": _("Seen"), "state": _("State")})
    words.register_words("test", {"state": words.Word(_("Kind"), {"x": _("Room")})})
    assert shown.facts({"seen": 1, "state": "x"}, "test.thing.do") == [("Seen", "1"), ("Kind", "Room")]
