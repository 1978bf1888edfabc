"""Saved layouts, and what the editor's buttons do where no script runs."""

from typing import Any

import pytest

from console.accounts.models import RoleGrant, User
from console.accounts.rights import Role
from console.audit.models import AuditEntry
from console.connections.models import Connection
from console.recording.models import SavedLayout
from tests.recording.jobs.conftest import FRAGMENT, Place, panes, sign_in
from tests.sandbox.harness import Sandbox

pytestmark = pytest.mark.django_db(transaction=True)
URL = "/c/demo/recording/layouts/"
TWO = panes({"width": "0.5", "height": "1", "user": ""}, {"x": "0.5", "height": "1", "user": ""})


def layout(browser: Any, **more: Any) -> SavedLayout:
    answer = browser.post(f"{URL}new/", {"name": "Lesson", "ratio": "16:9", **TWO, **more})
    assert answer.status_code == 302, answer.content.decode()
    return SavedLayout.objects.latest("pk")


def test_saved_changed_and_deleted_on_record(mona: User, connection: Connection) -> None:
    browser = sign_in(mona)
    made = layout(browser, **panes({"user": "ann", "width": "0.5"}, {"x": "0.5"}))
    assert [pane.get("user_id") for pane in made.panes] == [None, None]
    assert made.panes[0]["width"] == 0.5
    listed = browser.get(URL).content.decode()
    assert "Lesson" in listed
    assert '<svg class="rec-stage rec-stage-small" viewBox="0 0 640 360"' in listed
    page = browser.get(f"{URL}{made.pk}/").content.decode()
    assert 'name="version" value="1"' in page
    changed = {"name": "Lesson two", "ratio": "4:3", "version": "1", **TWO}
    assert browser.post(f"{URL}{made.pk}/", changed)["Location"] == f"{URL}{made.pk}/"
    made.refresh_from_db()
    assert (made.name, made.ratio, made.version, made.changed_by) == ("Lesson two", "4:3", 2, "Mona")
    dialog = browser.get(f"{URL}{made.pk}/delete/", headers=FRAGMENT).content.decode()
    assert "It is no longer offered" in dialog
    assert browser.post(f"{URL}{made.pk}/delete/").status_code == 302
    assert not SavedLayout.objects.exists()
    rows = AuditEntry.objects.order_by("id")
    assert [row.action for row in rows] == [
        f"recording.layout.{verb}" for verb in ("create", "update", "delete")
    ]
    assert '"name":"Lesson"' in rows[1].before_json
    assert '"name":"Lesson two"' in rows[1].after_json
    assert "ann" not in "".join(row.after_json + row.before_json for row in rows)


def test_a_name_is_given_once_on_a_connection(mona: User, connection: Connection) -> None:
    browser = sign_in(mona)
    layout(browser)
    answer = browser.post(f"{URL}new/", {"name": "Lesson", "ratio": "16:9", **TWO})
    assert answer.status_code == 422
    assert "Another layout has this name." in answer.content.decode()
    other = layout(browser, name="Other")
    answer = browser.post(f"{URL}{other.pk}/", {"name": "Lesson", "ratio": "16:9", "version": "1", **TWO})
    assert answer.status_code == 422
    assert AuditEntry.objects.count() == 2


def test_what_somebody_else_changed_is_not_lost_unnoticed(
    mona: User, olga: User, connection: Connection
) -> None:
    made = layout(sign_in(mona))
    wish = {"name": "Lesson", "ratio": "16:9", "version": "1", **TWO}
    assert sign_in(olga).post(f"{URL}{made.pk}/", {**wish, "ratio": "4:3"}).status_code == 302
    answer = sign_in(mona).post(f"{URL}{made.pk}/", {**wish, "name": "Mine"})
    assert answer.status_code == 409
    text = answer.content.decode()
    assert "Somebody changed this layout since you opened it." in text
    assert 'name="version" value="2"' in text
    assert 'value="Mine"' in text
    assert sign_in(mona).post(f"{URL}{made.pk}/", {**wish, "version": "2"}).status_code == 302


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"name": ""}, "Fill in “Name”."),
        ({"name": "n" * 61}, "at most 60 characters"),
        ({"ratio": "21:9"}, "Select a valid choice"),
        (panes({"width": "1.2"}), "More than 0, at most 1."),
        (panes({"x": "0.6", "width": "0.5"}), "Reaches beyond the picture"),
        (panes({}, {"number": "1"}), "Another pane has this number."),
        (panes({"layer": "25"}), "Layers go from 0 (behind) to 24 (in front)."),
        ({f"pane_{field}": [] for field in TWO if field}, "A layout needs at least one pane."),
    ],
)
def test_what_is_wrong_is_told_where_it_is(
    change: dict[str, Any], told: str, mona: User, connection: Connection
) -> None:
    wish = {"name": "Lesson", "ratio": "16:9", **TWO, **change}
    if told.startswith("A layout needs"):
        wish = {"name": "Lesson", "ratio": "16:9"}
    answer = sign_in(mona).post(f"{URL}new/", wish)
    assert answer.status_code == 422
    assert told in answer.content.decode()
    assert not SavedLayout.objects.exists()


def test_only_whoever_starts_recordings_has_layouts(bob: User, mona: User, connection: Connection) -> None:
    made = layout(sign_in(mona))
    for page in ("", "new/", f"{made.pk}/", f"{made.pk}/delete/"):
        assert sign_in(bob).get(f"{URL}{page}").status_code == 403
    assert sign_in(bob).post(f"{URL}{made.pk}/delete/").status_code == 403
    assert sign_in(mona).get(f"{URL}999/").status_code == 404


# --- the buttons of the editor, without scripts


def rows_of(page: str, field: str) -> list[str]:
    table = page.split("data-panes>")[1].split("</tbody>")[0]
    return [part.split('"')[0] for part in table.split(f'name="pane_{field}" value="')[1:]]


def pressed(browser: Any, do: str, rows: dict[str, list[str]], **more: str) -> str:
    answer = browser.post(f"{URL}new/", {"name": "Kept", "ratio": "4:3", "do": do, **rows, **more})
    assert answer.status_code == 200
    page = answer.content.decode()
    assert 'value="Kept"' in page
    assert not SavedLayout.objects.filter(name="Kept").exists()
    return page


def test_add_and_remove(mona: User, connection: Connection) -> None:
    browser = sign_in(mona)
    assert rows_of(pressed(browser, "add", TWO), "number") == ["1", "2", "3"]
    assert rows_of(pressed(browser, "remove:0", TWO), "x") == ["0.5"]
    assert rows_of(pressed(browser, "remove:9", TWO), "number") == ["1", "2"]
    assert rows_of(pressed(browser, "remove:x", TWO), "number") == ["1", "2"]


def test_forward_and_back_number_the_layers_anew(mona: User, connection: Connection) -> None:
    browser = sign_in(mona)
    three = panes({"layer": "7"}, {"layer": "3"}, {"layer": "5"})
    assert rows_of(pressed(browser, "forward:1", three), "layer") == ["2", "1", "0"]
    assert rows_of(pressed(browser, "back:0", three), "layer") == ["1", "0", "2"]
    assert rows_of(pressed(browser, "forward:0", three), "layer") == ["2", "0", "1"]


def test_a_preset_keeps_the_people(mona: User, connection: Connection) -> None:
    rows = panes({"user": "ann"}, {"user": "bob"})
    page = pressed(sign_in(mona), "preset", rows, arrangement="grid4")
    assert rows_of(page, "user") == ["ann", "bob", "", ""]
    assert rows_of(page, "width") == ["0.5"] * 4


def test_a_saved_layout_is_loaded_into_a_recording(
    mona: User, connected: Connection, place: Place, mix_form: Any, sandbox: Sandbox
) -> None:
    browser = sign_in(mona)
    made = layout(browser)
    wish = mix_form(layout_template="custom", do="load", saved=str(made.pk), words="kept")
    page = browser.post(place.start_url(), {**wish, **panes({"user": "ann"})}).content.decode()
    assert rows_of(page, "width") == ["0.5", "0.5"]
    assert rows_of(page, "user") == ["ann", ""]
    assert "kept" in page
    assert "Fill in" not in page
    assert sandbox.requests(operation="create_mix_job") == []


def test_a_layout_drawn_for_a_recording_is_kept_for_later(
    mona: User, connected: Connection, place: Place, mix_form: Any
) -> None:
    browser = sign_in(mona)
    wish = mix_form(layout_template="custom", encode_template="640x480_15_500", do="save", save_name="Later")
    answer = browser.post(place.start_url(), {**wish, **panes({"user": "ann", "width": "0.25"})})
    assert "The layout was saved, without the people in it." in answer.content.decode()
    saved = SavedLayout.objects.get()
    assert (saved.name, saved.ratio, saved.panes[0]["width"]) == ("Later", "4:3", 0.25)
    assert "ann" not in str(saved.panes)
    assert rows_of(answer.content.decode(), "user") == ["ann"]
    for name, rows, told in (
        ("", panes({}), "give it a name"),
        ("Later", panes({}), "another one has this name"),
        ("More", panes({"width": "2"}), "correct its panes first"),
    ):
        again = browser.post(place.start_url(), {**wish, **rows, "save_name": name})
        assert told in again.content.decode()
    assert SavedLayout.objects.count() == 1


def test_people_stay_in_a_layout_for_those_who_may_record_in_their_application(
    mona: User, carol: User, connected: Connection, place: Place, mix_form: Any
) -> None:
    browser = sign_in(mona)
    wish = mix_form(layout_template="custom", do="save", save_name="Monday", save_people="on")
    seats = panes({"user": "ann"}, {"user": ""})
    page = browser.post(place.start_url(), {**wish, **seats}).content.decode()
    assert "The layout was saved, with the people in it." in page
    saved = SavedLayout.objects.get()
    assert (saved.app_id, [pane["user_id"] for pane in saved.panes]) == (place.app_id, ["ann", ""])
    assert AuditEntry.objects.get(action="recording.layout.create").app_id == place.app_id
    load = mix_form(layout_template="custom", do="load", saved=str(saved.pk))
    others = panes({"user": "eve"}, {"user": "bob"})
    loaded = browser.post(place.start_url(), {**load, **others}).content.decode()
    assert rows_of(loaded, "user") == ["ann", "bob"]
    url = f"{URL}{saved.pk}/"
    assert rows_of(browser.get(url).content.decode(), "user") == ["ann", ""]
    changed = {"name": "Monday", "ratio": "16:9", "version": "1", **panes({"user": "zoe"})}
    assert browser.post(url, changed).status_code == 302
    assert SavedLayout.objects.get().panes[0]["user_id"] == "zoe"
    assert "with people of" in browser.get(URL).content.decode()
    RoleGrant.objects.create(user=carol, role=Role.MODERATOR, connection=connected, app_id="app-2")
    stranger = sign_in(carol)
    assert "Monday" not in stranger.get(URL).content.decode()
    assert stranger.get(url).status_code == 404
    assert stranger.post(f"{url}delete/").status_code == 404


def test_the_drawing_follows_the_numbers(mona: User, connection: Connection) -> None:
    rows = panes({"x": "0.25", "y": "0.5", "width": "0.5", "height": "0.25"}, {"width": "wide"})
    page = pressed(sign_in(mona), "preview", rows)
    assert 'viewBox="0 0 640 480"' in page
    assert 'x="160" y="240" width="320" height="120"' in page
    assert "1 pane cannot be drawn" in page
    assert "Give a number like 0.25." in page


def test_behind_is_drawn_first(mona: User, connection: Connection) -> None:
    page = pressed(sign_in(mona), "preview", panes({"layer": "2"}, {"layer": "0"}, {"layer": "1"}))
    drawn = page.split("data-stage")[1].split("</svg>\n</svg>")[0]
    numbers = [part.split("<")[0] for part in drawn.split('class="rec-stage-number" x="10" y="30">')[1:]]
    assert numbers == ["2", "3", "1"]


def test_hostile_rows_are_only_text(mona: User, connection: Connection) -> None:
    evil = '"><script>alert(1)</script>'
    rows = {field: [evil] for field in TWO}
    page = pressed(sign_in(mona), "preview", rows)
    assert "<script>alert(1)</script>" not in page
    many = {field: ["1"] * 60 for field in TWO}
    assert len(rows_of(pressed(sign_in(mona), "preview", many), "number")) == 50
