"""Starting a recording: what is sent, what stands in the trail, and what comes of a refusal or a lost answer."""

from collections.abc import Callable
from typing import Any

import pytest

from console.accounts.models import RoleGrant, User
from console.accounts.rights import Role
from console.audit.models import AuditEntry
from console.connections.models import Connection
from console.recording.models import RecordingJob
from console.recording.services import starting
from console.sparkrtc.catalogue.recording import START_MIX_JOB
from tests.recording.jobs.conftest import Place, jobs_of, panes, sent_to, sign_in
from tests.sandbox.harness import Sandbox

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.stores]
Form = Callable[..., dict[str, Any]]


def text_of(answer: Any) -> str:
    return answer.content.decode()


def test_whoever_may_only_look_is_refused(
    bob: User, connected: Connection, place: Place, mix_form: Form, sandbox: Sandbox
) -> None:
    browser = sign_in(bob)
    assert browser.get(place.start_url()).status_code == 403
    assert browser.post(place.start_url(), mix_form()).status_code == 403
    assert not RecordingJob.objects.exists()


def test_an_application_beyond_ones_reach_is_not_there(
    connected: Connection, place: Place, mix_form: Form, sandbox: Sandbox, carol: User
) -> None:
    RoleGrant.objects.create(user=carol, role=Role.MODERATOR, connection=connected, app_id="another")
    assert sign_in(carol).post(place.start_url(), mix_form()).status_code == 404
    assert sent_to(sandbox, "create_mix_job") == []


def test_from_the_room_the_form_knows_room_people_and_template(
    mona: User, connected: Connection, place: Place
) -> None:
    browser = sign_in(mona)
    room_page = text_of(browser.get(f"/c/demo/rooms/{place.app_id}/{place.room_id}/"))
    url = f"/c/demo/recording/jobs/start/?app={place.app_id}&amp;room={place.room_id}"
    assert f'href="{url}"' in room_page
    assert f"{url}&amp;kind=single&amp;user={place.user_ids[0]}" in room_page
    page = text_of(browser.get(place.start_url(room=place.room_id)))
    assert f'value="{place.room_id}"' in page
    assert place.rule_id in page
    assert f'<option value="{place.user_ids[0]}">' in page


def test_a_mix_starts_once_and_on_record(
    mona: User, connected: Connection, place: Place, mix_form: Form, sandbox: Sandbox
) -> None:
    filled = mix_form(words="please")
    browser = sign_in(mona)
    first = browser.post(place.start_url(), filled)
    job = RecordingJob.objects.get()
    assert first["Location"] == f"/c/demo/recording/jobs/{job.pk}/"
    again = browser.post(place.start_url(), filled)
    assert again["Location"] == first["Location"]
    (sent,) = sent_to(sandbox, "create_mix_job")
    assert (job.outcome, job.state, job.job_id) == ("accepted", "INIT", jobs_of(sandbox)[0].job_id)
    assert job.stream_name == f"m_{job.job_id}_{place.room_id}"
    attempt, outcome = AuditEntry.objects.order_by("id")
    assert (attempt.action, attempt.target_id) == ("recording.mix_job.start", place.room_id)
    assert attempt.reason == "Asked for by the customer: please"
    assert '"encode_template":"1280x720_15_2260"' in attempt.details_json
    assert (outcome.outcome, outcome.request_id) == ("succeeded", sent["request_id"])
    assert job.job_id in outcome.after_json


def test_panes_are_sent_as_they_were_drawn(
    mona: User, connected: Connection, place: Place, mix_form: Form, sandbox: Sandbox
) -> None:
    rows = panes(
        {"user": place.user_ids[0], "width": "0.6667", "height": "1", "video": "SCREENSTREAM"},
        {"user": place.user_ids[1], "x": ".6667", "width": "0.3333", "crop": "KEEP_RATIO_PADDING"},
    )
    answer = sign_in(mona).post(
        place.start_url(), mix_form(layout_template="custom", background_image="s3://a/b.jpg", **rows)
    )
    assert answer.status_code == 302, text_of(answer)
    param = jobs_of(sandbox)[0].parameters["mix_param"]
    assert param["layout_panes"] == [
        {
            "id": 1,
            "user_id": place.user_ids[0],
            "video_type": "SCREENSTREAM",
            "x": 0.0,
            "y": 0.0,
            "width": 0.6667,
            "height": 1.0,
            "zorder": 0,
            "crop_mode": "KEEP_RATIO_CROP",
        },
        {
            "id": 2,
            "user_id": place.user_ids[1],
            "video_type": "CAMERASTREAM",
            "x": 0.6667,
            "y": 0.0,
            "width": 0.3333,
            "height": 0.5,
            "zorder": 1,
            "crop_mode": "KEEP_RATIO_PADDING",
        },
    ]
    assert (param["layout_template"], param["background_image"]) == ("custom", "s3://a/b.jpg")


def test_a_screen_share_layout_says_who_and_not_where(
    mona: User, connected: Connection, place: Place, mix_form: Form, sandbox: Sandbox
) -> None:
    rows = panes({"filling": "SHARED_SCREEN", "user": ""}, {"user": place.user_ids[0]})
    answer = sign_in(mona).post(place.start_url(), mix_form(layout_template="screen_share_left", **rows))
    assert answer.status_code == 302
    assert jobs_of(sandbox)[0].parameters["mix_param"]["layout_panes"] == [
        {"id": 1, "user_id": "", "video_type": "SCREENSTREAM", "filling_policy": "SHARED_SCREEN"},
        {
            "id": 2,
            "user_id": place.user_ids[0],
            "video_type": "CAMERASTREAM",
            "filling_policy": "FIXED_USER",
        },
    ]


def test_of_sound_alone_nothing_of_the_picture_is_sent(
    mona: User, connected: Connection, place: Place, mix_form: Form, sandbox: Sandbox
) -> None:
    filled = mix_form(encode_template="audio_only", layout_template="custom", background_image="no address")
    assert sign_in(mona).post(place.start_url(), filled).status_code == 302
    sent = {"room_id": place.room_id, "encode_template": "audio_only", "max_idle_time": 60}
    assert jobs_of(sandbox)[0].parameters["mix_param"] == sent


@pytest.mark.parametrize("sound", [True, False])
def test_a_single_job_always_says_which_video(
    mona: User, connected: Connection, place: Place, single_form: Form, sandbox: Sandbox, sound: bool
) -> None:
    filled = single_form(video_type="SCREENSTREAM", select_stream_type="SD")
    if not sound:
        del filled["is_record_audio"]
    answer = sign_in(mona).post(place.start_url(kind="single"), filled)
    job = RecordingJob.objects.get()
    assert answer["Location"] == f"/c/demo/recording/jobs/{job.pk}/"
    sent = jobs_of(sandbox)[0]
    assert sent.user_id == place.user_ids[0]
    assert sent.parameters["video_type"] == "SCREENSTREAM"
    assert sent.parameters["is_record_audio"] is sound
    assert (sent.parameters["select_stream_type"], sent.max_idle_seconds) == ("SD", 30)
    attempt = AuditEntry.objects.order_by("id")[0]
    assert (attempt.action, attempt.target_kind, attempt.target_id) == (
        "recording.single_job.start",
        "participant",
        place.user_ids[0],
    )


@pytest.mark.parametrize(
    ("kind", "operation"), [("mix", "create_mix_job"), ("single", "create_individual_stream_job")]
)
def test_a_lost_reply_is_unknown_and_never_sent_again(
    mona: User,
    connected: Connection,
    place: Place,
    mix_form: Form,
    single_form: Form,
    sandbox: Sandbox,
    kind: str,
    operation: str,
) -> None:
    sandbox.fail_next("lost_reply", operation=operation)
    browser = sign_in(mona)
    filled = mix_form() if kind == "mix" else single_form()
    answer = browser.post(place.start_url(kind=kind), filled)
    job = RecordingJob.objects.get()
    assert answer["Location"] == f"/c/demo/recording/jobs/{job.pk}/"
    assert (job.outcome, job.job_id) == ("unknown", "")
    assert AuditEntry.objects.get(kind="outcome").outcome == "unknown"
    page = text_of(browser.get(answer["Location"]))
    assert "whether it records is not known" in page
    browser.post(place.start_url(kind=kind), filled)
    assert len(sent_to(sandbox, operation)) == 1
    assert len(jobs_of(sandbox)) == 1


def test_an_id_that_another_job_has_tells_nothing(
    mix: Callable[..., RecordingJob], place: Place, connected: Connection, sandbox: Sandbox
) -> None:
    other = mix()
    RecordingJob.objects.filter(pk=other.pk).update(state="STOPPED")
    sandbox.reset()  # it begins its ids anew, and knows nothing of the job before
    job = mix()
    assert (job.outcome, job.job_id) == ("unknown", "")
    other.refresh_from_db()
    assert other.job_id
    entry = AuditEntry.objects.filter(kind="outcome").latest("id")
    assert entry.outcome == "succeeded"


def test_a_room_that_is_recorded_already_is_told_with_the_way_to_it(
    mona: User, connected: Connection, place: Place, mix_form: Form, mix: Callable[..., RecordingJob]
) -> None:
    running = mix()
    answer = sign_in(mona).post(place.start_url(), mix_form(words="kept"))
    assert answer.status_code == 422
    page = text_of(answer)
    assert "The same job is still running." in page
    assert f"/c/demo/recording/jobs/{running.pk}/" in page
    assert "kept" in page
    refused = RecordingJob.objects.exclude(pk=running.pk).get()
    assert (refused.outcome, refused.next_look_at) == ("failed", None)
    assert AuditEntry.objects.order_by("-id")[0].error_code == "RTC.00001006"
    assert f'value="{refused.pk}"' not in page  # the form has an id of its own again


REFUSALS = [
    # (code, message, where it is told: the id of the field, "" for the form as a whole)
    ("RTC.00001010", "LayoutTemplateNotExist", "id_layout_template_error"),
    ("RTC.00001003", "InvalidParameterValue: mix_param.max_idle_time", "id_max_idle_time_error"),
    ("RTC.00001003", "InvalidParameterValue: mix_param.encode_template", "id_encode_template_error"),
    ("RTC.00001005", "MissingParameter: mix_param.room_id", "id_room_id_error"),
    ("RTC.00001012", "UnsupportRegion", "id_record_rule_id_error"),
    ("RTC.00001007", "JobExceed", ""),
    ("RTC.00001016", "AppDeactivation: app is stopped", ""),
    ("RTC.00001003", "InvalidParameterValue: layout_panes[0].x", ""),
]


@pytest.mark.parametrize(("code", "message", "where"), REFUSALS)
def test_a_refusal_stands_at_the_field_that_it_is_about(
    mona: User,
    connected: Connection,
    place: Place,
    mix_form: Form,
    sandbox: Sandbox,
    code: str,
    message: str,
    where: str,
) -> None:
    sandbox.fail_next("status", operation="create_mix_job", status=400, code=code, message=message)
    answer = sign_in(mona).post(place.start_url(), mix_form(words="kept"))
    page = text_of(answer)
    assert answer.status_code == 422
    assert "The cloud refused this." in page
    assert "kept" in page
    assert (f'id="{where}"' in page) if where else ("form-errors" in page)
    assert RecordingJob.objects.get().outcome == "failed"


def test_a_fault_of_the_cloud_keeps_the_form_and_says_so(
    mona: User, connected: Connection, place: Place, mix_form: Form, sandbox: Sandbox
) -> None:
    sandbox.fail_next("status", operation="create_mix_job", status=404, code="RTC.00001003", message="gone")
    answer = sign_in(mona).post(place.start_url(), mix_form(words="kept"))
    assert answer.status_code == 404
    assert "The application, template or job does not exist." in text_of(answer)
    assert "kept" in text_of(answer)


def test_without_a_permit_nothing_is_sent_later(
    mona: User,
    connected: Connection,
    place: Place,
    mix_form: Form,
    sandbox: Sandbox,
    use_up: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(
        starting, "MAX_WAIT_SECONDS", 0.0
    )  # ten a second come free again too soon to wait in vain
    browser = sign_in(mona)
    browser.get(place.start_url(room=place.room_id))
    use_up(START_MIX_JOB)
    answer = browser.post(place.start_url(), mix_form(words="kept"))
    assert answer.status_code == 503
    assert int(answer["Retry-After"]) >= 1
    assert "kept" in text_of(answer)
    assert sent_to(sandbox, "create_mix_job") == []
    assert RecordingJob.objects.get().outcome == "failed"


def test_a_cloud_that_is_away_keeps_the_form(
    mona: User, connected: Connection, place: Place, mix_form: Form, no_cloud: Any
) -> None:
    browser = sign_in(mona)
    browser.get(place.start_url(room=place.room_id))
    no_cloud()
    answer = browser.post(place.start_url(), mix_form(words="kept"))
    assert answer.status_code == 503
    assert "kept" in text_of(answer)
    assert RecordingJob.objects.get().outcome == "failed"


def test_where_templates_cannot_be_read_an_id_is_typed(
    mona: User, connected: Connection, place: Place, mix_form: Form, sandbox: Sandbox
) -> None:
    sandbox.fail_next("status", operation="list_record_rules", status=500, code="RTC.00002002", times=0)
    browser = sign_in(mona)
    page = text_of(browser.get(place.start_url(room=place.room_id)))
    assert "The templates could not be read from the cloud" in page
    assert '<input type="text" name="record_rule_id"' in page
    assert browser.post(place.start_url(), mix_form()).status_code == 302


def test_without_a_template_the_way_to_one_is_shown_to_whoever_may_make_it(
    mona: User, alice: User, connected: Connection, place: Place, mix_form: Form, sandbox: Sandbox
) -> None:
    assert sandbox.app is not None
    sandbox.app.cloud.templates.delete(place.rule_id)
    told, way = "has no recording template", f"/c/demo/recording/templates/{place.app_id}/new/"
    page = text_of(sign_in(mona).get(place.start_url()))
    assert (told in page, way in page) == (True, False)
    assert way in text_of(sign_in(alice).get(place.start_url()))
    answer = sign_in(mona).post(place.start_url(), mix_form())
    assert answer.status_code == 422
    assert sent_to(sandbox, "create_mix_job") == []


def test_the_first_look_costs_four_shared_reads_and_the_second_none(
    mona: User,
    connected: Connection,
    place: Place,
    calls: Callable[[], list[str]],
    django_assert_max_num_queries: Any,
) -> None:
    browser = sign_in(mona)
    calls()
    browser.get(place.start_url(room=place.room_id))
    assert sorted(calls()) == ["list_apps", "list_record_rules", "list_rooms", "list_users"]
    with django_assert_max_num_queries(14):
        browser.get(place.start_url(room=place.room_id))
    assert calls() == []
