"""Making, replacing and changing a recording template, with what is shown and agreed to before."""

from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone

from console.accounts.models import User
from console.applications.models import Change
from console.audit.models import AuditEntry
from console.connections.models import Connection
from tests.recording.templates.conftest import FRAGMENT, HERE, PREFIX, id_of, read_back, sign_in, stored
from tests.sandbox.harness import Sandbox

pytestmark = pytest.mark.django_db(transaction=True)
Form = Callable[..., dict[str, Any]]


def test_made_on_record_and_read_back_by_the_vendors_sdk(
    alice: User, connected: Connection, sandbox: Sandbox, bare: str, form: Form
) -> None:
    browser = sign_in(alice)
    fresh = browser.get(f"{HERE}{bare}/new/")
    assert fresh.context["form"]["project_id"].value() == connected.project_id
    answer = browser.post(f"{HERE}{bare}/new/", form())
    assert answer["Location"] == f"{HERE}?app={bare}"
    rule = read_back(sandbox, bare)
    assert (rule.obs_addr.bucket, rule.obs_addr.object, rule.obs_addr.project_id) == (
        "classroom-recordings",
        "spring/",
        sandbox.project_id,
    )
    assert rule.record_formats == ["HLS", "MP4"]
    hls = rule.hls_config
    assert (hls.record_cycle, hls.record_slice_duration, hls.record_max_duration_to_merge_file) == (
        600,
        10,
        -1,
    )
    assert hls.record_prefix == PREFIX
    mp4 = rule.mp4_config
    assert (mp4.record_cycle, mp4.record_prefix, mp4.record_max_duration_to_merge_file) == (
        7200,
        "{stream}/{file_start_time}",
        30,
    )
    attempt, outcome = AuditEntry.objects.order_by("id")
    (sent,) = sandbox.requests(operation="create_record_rule")
    assert (attempt.action, attempt.app_id, attempt.target_name) == (
        "recording.template.replace",
        bare,
        "classroom-recordings/spring/",
    )
    assert (attempt.reason, attempt.before_json) == ("because", "null")
    assert (outcome.outcome, outcome.request_id) == ("succeeded", sent["request_id"])
    assert rule.rule_id in outcome.after_json
    assert '"replaced":false' in outcome.details_json
    assert "The template is stored." in browser.get(answer["Location"]).content.decode()


def test_a_form_sent_twice_acts_once(
    alice: User, connected: Connection, sandbox: Sandbox, bare: str, form: Form
) -> None:
    browser, filled = sign_in(alice), form()
    browser.post(f"{HERE}{bare}/new/", filled)
    assert browser.post(f"{HERE}{bare}/new/", filled).status_code == 302
    assert len(sandbox.requests(operation="create_record_rule")) == 1


@pytest.mark.parametrize(("kind", "outcome"), [("lost_reply", "succeeded"), ("cut", "failed")])
def test_a_lost_reply_is_unknown_and_settled_by_the_list(
    alice: User,
    connected: Connection,
    sandbox: Sandbox,
    bare: str,
    form: Form,
    settle: Callable[..., Change],
    kind: str,
    outcome: str,
) -> None:
    sandbox.fail_next(kind, operation="create_record_rule")
    answer = sign_in(alice).post(f"{HERE}{bare}/new/", form())
    change = Change.objects.get()
    assert answer["Location"] == f"/c/demo/applications/changes/{change.pk}/"
    assert AuditEntry.objects.get(kind="outcome").outcome == "unknown"
    change = settle()
    for _look in range(40):
        if change.ended_at is None:
            change = settle(60)
    assert change.outcome == outcome
    assert AuditEntry.objects.get(kind="finding").outcome == outcome
    assert len(sandbox.requests(operation="create_record_rule")) == 1
    assert len(stored(sandbox, bare)) == (outcome == "succeeded")


def test_while_somebody_asks_nobody_else_does(
    alice: User, olga: User, connected: Connection, sandbox: Sandbox, bare: str, form: Form
) -> None:
    Change.objects.create(
        connection=connected,
        app_id=bare,
        action="recording.template.replace",
        subject="template:cn-north-4",
        actor_name="Olga",
        asked_at=timezone.now(),
    )
    sign_in(alice).post(f"{HERE}{bare}/new/", form())
    assert sandbox.requests(operation="create_record_rule") == []


def test_what_is_replaced_is_shown_and_agreed_to_before(
    alice: User, connected: Connection, sandbox: Sandbox, recorded: str, form: Form
) -> None:
    browser, url = sign_in(alice), f"{HERE}{recorded}/new/"
    page = browser.get(url)
    assert page.context["form"]["folder"].value() == "rtc/"
    html = page.content.decode()
    assert "saving overwrites it, and keeps its id" in html
    assert "Replace recording template" in html.partition("<title>")[2].partition("</title>")[0]
    assert '<li aria-current="page">Replace</li>' in html
    refused = browser.post(url, form())
    assert refused.status_code == 409
    text = refused.content.decode()
    assert "Look at what is replaced, and agree to it" in text
    assert f'<span class="mono"><bdi>{id_of(sandbox, recorded)}</bdi></span>' in text
    differences = {label: (before, after) for label, before, after in refused.context["differences"]}
    assert differences["Folder"] == ("rtc/", "spring/")
    assert differences["HLS · Length of a file"] == ("3600 s", "600 s")
    assert "MP4 · Length of a file" not in differences
    assert sandbox.requests(operation="create_record_rule") == []

    agreed = browser.post(url, {**form(), "confirm": refused.context["mark"]})
    assert agreed.status_code == 302
    (template,) = stored(sandbox, recorded)
    assert template.settings["obs_addr"]["object"] == "spring/"
    attempt, outcome = AuditEntry.objects.order_by("id")
    assert '"folder":"rtc/"' in attempt.before_json
    assert '"folder":"spring/"' in outcome.after_json
    assert '"replaced":true' in outcome.details_json
    shown = browser.get(f"{HERE}{recorded}/{template.rule_id}/").content.decode()
    assert "It was changed a moment ago" in shown


def test_who_agreed_to_another_version_is_asked_again(
    alice: User, connected: Connection, sandbox: Sandbox, recorded: str, form: Form
) -> None:
    browser, url = sign_in(alice), f"{HERE}{recorded}/new/"
    mark = browser.get(url).context["mark"]
    browser.post(f"{HERE}{recorded}/{id_of(sandbox, recorded)}/edit/", form(folder="meanwhile/"))
    answer = browser.post(url, form(confirm=mark))
    assert answer.status_code == 409
    assert ("Folder", "meanwhile/", "spring/") in answer.context["differences"]
    assert sandbox.requests(operation="create_record_rule") == []


@pytest.mark.parametrize(("kind", "outcome"), [("lost_reply", "succeeded"), ("cut", "failed")])
def test_a_replacement_whose_reply_is_lost(
    alice: User,
    connected: Connection,
    sandbox: Sandbox,
    recorded: str,
    form: Form,
    settle: Callable[..., Change],
    kind: str,
    outcome: str,
) -> None:
    browser, url = sign_in(alice), f"{HERE}{recorded}/new/"
    mark, kept = browser.get(url).context["mark"], id_of(sandbox, recorded)
    sandbox.fail_next(kind, operation="create_record_rule")
    browser.post(url, form(confirm=mark))
    assert AuditEntry.objects.get(kind="outcome").outcome == "unknown"
    change = settle()
    for _look in range(40):
        if change.ended_at is None:
            change = settle(60)
    assert change.outcome == outcome
    assert AuditEntry.objects.get(kind="finding").outcome == outcome
    assert len(sandbox.requests(operation="create_record_rule")) == 1
    (template,) = stored(sandbox, recorded)
    assert (template.rule_id, template.settings["obs_addr"]["object"]) == (
        kept,
        "spring/" if outcome == "succeeded" else "rtc/",
    )


def test_what_replaced_another_is_read_back_by_the_vendors_sdk(
    alice: User, connected: Connection, sandbox: Sandbox, recorded: str, form: Form
) -> None:
    browser, url, kept = sign_in(alice), f"{HERE}{recorded}/new/", id_of(sandbox, recorded)
    mark = browser.get(url).context["mark"]
    filled = form(confirm=mark, folder="深/层", formats=["HLS"], hls_cycle="0", hls_gap="300")
    assert browser.post(url, filled).status_code == 302
    rule = read_back(sandbox, recorded)
    hls = rule.hls_config
    assert (rule.rule_id, rule.record_formats, rule.obs_addr.object) == (kept, ["HLS"], "深/层")
    assert (hls.record_cycle, hls.record_max_duration_to_merge_file) == (0, 300)
    assert rule.mp4_config is None


def test_changed_on_record(
    alice: User, connected: Connection, sandbox: Sandbox, recorded: str, form: Form
) -> None:
    url = f"{HERE}{recorded}/{id_of(sandbox, recorded)}/edit/"
    browser = sign_in(alice)
    page = browser.get(url)
    assert page.context["form"]["hls_slice"].value() == 60
    answer = browser.post(url, form(seen=page.context["mark"], formats=["MP4"]))
    assert answer["Location"] == f"{HERE}{recorded}/{id_of(sandbox, recorded)}/"
    rule = read_back(sandbox, recorded)
    assert (rule.record_formats, rule.obs_addr.object) == (["MP4"], "spring/")
    attempt, outcome = AuditEntry.objects.order_by("id")
    assert (attempt.action, attempt.target_id) == ("recording.template.update", rule.rule_id)
    assert '"HLS"' in attempt.before_json
    assert '"HLS"' not in outcome.after_json
    assert "five minutes or later" in browser.get(answer["Location"]).content.decode()


def test_who_saw_an_older_version_is_shown_the_differences(
    alice: User, connected: Connection, sandbox: Sandbox, recorded: str, form: Form
) -> None:
    url = f"{HERE}{recorded}/{id_of(sandbox, recorded)}/edit/"
    browser = sign_in(alice)
    seen = browser.get(url).context["mark"]
    browser.post(url, form(seen=seen, folder="first/"))
    second = browser.post(url, form(seen=seen, folder="second/"))
    assert second.status_code == 409
    assert "Somebody has changed this template since" in second.content.decode()
    assert ("Folder", "first/", "second/") in second.context["differences"]
    again = second.context["form"]
    third = browser.post(url, form(seen=again["seen"].value(), folder="second/"))
    assert third.status_code == 302
    assert stored(sandbox, recorded)[0].settings["obs_addr"]["object"] == "second/"


@pytest.mark.parametrize("kind", ["lost_reply", "cut"])
def test_a_change_whose_reply_is_lost(
    alice: User,
    connected: Connection,
    sandbox: Sandbox,
    recorded: str,
    form: Form,
    settle: Callable[..., Change],
    kind: str,
) -> None:
    sandbox.fail_next(kind, operation="update_record_rule")
    sign_in(alice).post(f"{HERE}{recorded}/{id_of(sandbox, recorded)}/edit/", form())
    assert AuditEntry.objects.get(kind="outcome").outcome == "unknown"
    change = settle()
    for _look in range(40):
        if change.ended_at is None:
            change = settle(60)
    took = kind == "lost_reply"
    assert change.outcome == ("succeeded" if took else "failed")
    assert AuditEntry.objects.get(kind="finding").outcome == change.outcome
    assert len(sandbox.requests(operation="update_record_rule")) == 1
    assert (stored(sandbox, recorded)[0].settings["obs_addr"]["object"] == "spring/") == took


def test_a_preview_shows_the_names_and_judges_nothing(
    alice: User, connected: Connection, sandbox: Sandbox, bare: str, form: Form
) -> None:
    browser = sign_in(alice)
    filled = form(do="preview", folder="a/b", formats=["HLS"], hls_prefix="{record_format}/x", hls_cycle="1")
    piece = browser.post(f"{HERE}{bare}/new/", filled, headers=FRAGMENT).content.decode()
    assert "<html" not in piece
    assert "a/b/HLS/x.m3u8" in piece
    assert "files of different people can get the same name" in piece
    assert "is-invalid" not in piece
    page = browser.post(f"{HERE}{bare}/new/", filled)
    assert page.status_code == 200
    assert "a/b/HLS/x.m3u8" in page.content.decode()
    assert page.context["form"]["hls_cycle"].value() == "1"
    assert not page.context["form"].errors
    assert sandbox.requests(operation="create_record_rule") == []


def test_a_bucket_is_authorised_from_the_form_which_is_kept(
    alice: User, connected: Connection, sandbox: Sandbox, bare: str, form: Form
) -> None:
    browser, url = sign_in(alice), f"{HERE}{bare}/new/"
    shown = browser.post(url, form(do="preview", bucket="meeting-exports")).content.decode()
    assert 'id="authorize-bucket"' in shown
    page = browser.post(url, form(do="authorize", bucket="meeting-exports", folder="kept/"))
    assert page.status_code == 200
    text = page.content.decode()
    assert 'id="authorize-bucket"' not in text
    assert page.context["form"]["folder"].value() == "kept/"
    assert "The bucket is authorised." in text
    assert sandbox.app is not None
    assert sandbox.app.cloud.buckets.find("meeting-exports", "cn-north-4").authorized
    assert AuditEntry.objects.filter(action="storage.bucket.authorize").count() == 2
    assert browser.post(url, form(bucket="meeting-exports")).status_code == 302


def test_a_refused_authorisation_keeps_the_form(
    alice: User, connected: Connection, sandbox: Sandbox, bare: str, form: Form
) -> None:
    sandbox.control("permissions", {"deny": ["update_obs_bucket_authority"]})
    page = sign_in(alice).post(
        f"{HERE}{bare}/new/", form(do="authorize", bucket="meeting-exports", folder="kept/")
    )
    assert page.status_code == 502
    assert page.context["form"]["folder"].value() == "kept/"
    assert "does not allow the operation" in page.content.decode()
