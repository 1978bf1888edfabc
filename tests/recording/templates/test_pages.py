"""Looking at recording templates: the list, one of them, and what storage is told."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection as database
from django.test.utils import CaptureQueriesContext

from console.accounts.models import RoleGrant, User
from console.accounts.rights import Role
from console.connections.models import Connection
from console.sparkrtc.catalogue.recording import LIST_TEMPLATES
from console.storage.uses import mentions_of, uses_of
from tests.conftest import PASSWORD
from tests.recording.templates.conftest import HERE, enabled, id_of, running_job, sign_in
from tests.sandbox.harness import Sandbox

pytestmark = pytest.mark.django_db(transaction=True)
Form = Callable[..., dict[str, Any]]
Calls = Callable[[], list[str]]
PIECE = {"HX-Request": "true", "HX-Target": "templates-page"}


def test_the_list_fills_by_and_by_and_then_costs_nothing(
    alice: User, connected: Connection, calls: Calls, recorded: str, automatic: str
) -> None:
    browser = sign_in(alice)
    calls()
    first = browser.get(HERE)
    assert calls().count("list_record_rules") == 6
    assert first.context["waiting"] > 0
    assert ">Read on</a>" in first.content.decode()  # without scripts
    assert "not read yet" in first.content.decode()
    second = browser.get(HERE, headers=PIECE)
    assert second.context["waiting"] == 0
    calls()
    with CaptureQueriesContext(database) as queries:
        page = browser.get(HERE)
    assert calls() == []
    assert len(queries) <= 14 + 3 * len(page.context["found"]), [query["sql"][:90] for query in queries]
    rows = {row["application"].app_id: row for row in page.context["rows"]}
    assert rows[recorded]["template"].place == "classroom-recordings/rtc/"
    assert (rows[automatic]["automatic"], rows[recorded]["automatic"]) == (True, False)
    text = page.content.decode()
    assert "no template: nothing can be recorded" in text
    assert 'id="page-as-of"' in text


def test_one_application(alice: User, connected: Connection, bare: str, recorded: str, calls: Calls) -> None:
    browser = sign_in(alice)
    assert "New template" in browser.get(f"{HERE}?app={bare}").content.decode()
    calls()
    page = browser.get(f"{HERE}?app={recorded}")
    assert len(page.context["rows"]) == 1
    assert calls() == ["list_record_rules"]
    assert browser.get(f"{HERE}?app=nosuchapp").status_code == 404


def test_running_jobs_are_counted(
    alice: User, connected: Connection, sandbox: Sandbox, recorded: str
) -> None:
    running_job(connected, recorded, id_of(sandbox, recorded))
    page = sign_in(alice).get(f"{HERE}?app={recorded}")
    assert page.context["rows"][0]["running"] == 1
    assert "1 job" in page.content.decode()


def test_a_role_on_one_application_reaches_only_that(
    connected: Connection, sandbox: Sandbox, recorded: str, automatic: str, form: Form
) -> None:
    dora = User.objects.create_user("dora", "dora@example.com", PASSWORD)
    RoleGrant.objects.create(user=dora, role=Role.ADMIN, connection=connected, app_id=recorded)
    browser = sign_in(dora)
    assert [row["application"].app_id for row in browser.get(HERE).context["rows"]] == [recorded]
    assert browser.get(f"{HERE}?app={automatic}").status_code == 404
    assert browser.get(f"{HERE}{automatic}/{id_of(sandbox, automatic)}/").status_code == 404
    page = browser.get(f"{HERE}{recorded}/{id_of(sandbox, recorded)}/")
    assert page.status_code == 200
    assert "/storage/" not in page.content.decode()
    posted = browser.post(f"{HERE}{recorded}/new/", form(bucket="meeting-exports", do="authorize"))
    assert posted.status_code == 409
    assert sandbox.requests(operation="update_obs_bucket_authority") == []


@pytest.mark.parametrize("name", ["bob", "lena", "mona", "audrey"])
def test_other_roles_are_refused(person: Any, connected: Connection, recorded: str, name: str) -> None:
    browser = sign_in(person(name))
    for address in (HERE, f"{HERE}{recorded}/new/", f"{HERE}{recorded}/x/", f"{HERE}{recorded}/x/delete/"):
        assert browser.get(address).status_code == 403


def test_the_cloud_away(
    alice: User, connected: Connection, no_cloud: Any, grow_older: Any, recorded: str
) -> None:
    browser = sign_in(alice)
    browser.get(f"{HERE}?app={recorded}")
    no_cloud()
    grow_older(120)
    browser.get(f"{HERE}?app={recorded}")
    text = browser.get(f"{HERE}?app={recorded}").content.decode()
    assert "classroom-recordings" in text
    assert "not refreshed" in text


def test_the_quota_used_up_says_what_is_missing(
    alice: User, connected: Connection, use_up: Any, recorded: str
) -> None:
    sign_in(alice).get("/c/demo/applications/")
    use_up(LIST_TEMPLATES)
    page = sign_in(alice).get(HERE)
    assert page.status_code == 200
    assert "used up for the moment" in page.content.decode()


def test_a_template_with_its_uses_and_names(
    alice: User, connected: Connection, sandbox: Sandbox, automatic: str, calls: Calls
) -> None:
    job = running_job(connected, automatic, id_of(sandbox, automatic))
    browser = sign_in(alice)
    calls()
    page = browser.get(f"{HERE}{automatic}/{id_of(sandbox, automatic)}/")
    assert sorted(calls()) == ["list_apps", "list_obs_buckets", "list_record_rules"]
    text = page.content.decode()
    assert "Automatic recording of this application" in text
    assert f"/c/demo/recording/jobs/{job.pk}/" in text
    assert f"rtc/{automatic}/HLS/m_" in text
    assert "/c/demo/storage/cn-north-4/classroom-recordings/?at=rtc%2F" in text
    with CaptureQueriesContext(database) as queries:
        browser.get(f"{HERE}{automatic}/{id_of(sandbox, automatic)}/", headers=PIECE)
    assert len(queries) <= 14, [query["sql"][:90] for query in queries]


def test_there_is_no_such_template(alice: User, connected: Connection, recorded: str) -> None:
    assert sign_in(alice).get(f"{HERE}{recorded}/nosuch/").status_code == 404
    assert sign_in(alice).get(f"{HERE}nosuchapp/nosuch/").status_code == 404


def test_a_bucket_without_authorisation_is_told(
    alice: User, connected: Connection, sandbox: Sandbox, recorded: str
) -> None:
    assert sandbox.app is not None
    sandbox.app.cloud.buckets.find("classroom-recordings", "cn-north-4").authorized = False
    text = sign_in(alice).get(f"{HERE}{recorded}/{id_of(sandbox, recorded)}/").content.decode()
    assert "recordings by this template are lost" in text
    assert "/c/demo/storage/cn-north-4/classroom-recordings/authorize/" in text


def test_storage_is_told_who_writes_into_a_bucket(
    alice: User, connected: Connection, sandbox: Sandbox, recorded: str, automatic: str, calls: Calls
) -> None:
    calls()
    unread = uses_of(connected, ask=False)
    assert calls() == []
    assert unread.items == ()
    running_job(connected, automatic, id_of(sandbox, automatic))
    found = uses_of(connected, ask=True)
    assert found.unread == 0
    mine = {use.url: use for use in found.of("classroom-recordings", "cn-north-4")}
    assert len(mine) == 2
    use = mine[f"{HERE}{automatic}/{id_of(sandbox, automatic)}/"]
    assert (use.running, str(use.said)) == (1, "records by itself")
    assert len(uses_of(connected, ask=False).items) == 2
    page = sign_in(alice).get("/c/demo/storage/cn-north-4/classroom-recordings/withdraw/")
    assert "2 recording templates write to this bucket" in page.content.decode()
    assert "1 recording goes on by it now" in page.content.decode()


def test_a_file_tells_its_template_job_and_room(
    connected: Connection, sandbox: Sandbox, recorded: str
) -> None:
    job = running_job(connected, recorded, id_of(sandbox, recorded))
    place = (connected, "classroom-recordings", "cn-north-4")
    name = f"rtc/{recorded}/MP4/m_job-1_lesson-7_20260504081530/m_job-1_lesson-7_20260504081530.mp4"
    assert mentions_of(*place, name) == []
    uses_of(connected, ask=True)
    template, of_job, room = mentions_of(*place, name)
    assert template.subject == next(app["app_name"] for app in enabled(sandbox) if app["app_id"] == recorded)
    assert (of_job.subject, of_job.url) == ("job-1", f"/c/demo/recording/jobs/{job.pk}/")
    assert (room.subject, room.url) == ("lesson-7", f"/c/demo/rooms/{recorded}/lesson-7/")
    stream = f"{recorded}_room_user_AV_CAMERASTREAM"
    other = f"rtc/{recorded}/MP4/{stream}_20260504081530/{stream}_20260504081530.mp4"
    assert [mention.subject for mention in mentions_of(*place, other)][1:] == [stream]
    assert mentions_of(*place, "rtc/elsewhere.mp4") == []
