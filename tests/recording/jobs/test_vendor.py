"""The vendor's own SDK reads back what the console wrote."""

from collections.abc import Callable
from typing import Any

import pytest
from huaweicloudsdkcloudrtc import v2

from console.accounts.models import User
from console.connections.models import Connection
from console.recording.models import RecordingJob
from console.recording.services.looking import see
from tests.recording.jobs.conftest import Place, panes, sign_in
from tests.sandbox.harness import Sandbox
from tests.sandbox.test_sdk import sdk

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def vendor(sandbox: Sandbox) -> Any:
    return sdk(sandbox, v2)


def test_a_mix_from_start_to_end(
    mona: User,
    connected: Connection,
    place: Place,
    mix_form: Any,
    vendor: Any,
    time_passes: Callable[[float], None],
) -> None:
    browser = sign_in(mona)
    rows = panes(
        {"user": place.user_ids[0], "width": "0.75", "height": "1", "video": "SCREENSTREAM"},
        {"user": place.user_ids[1], "x": "0.75", "width": "0.25"},
    )
    more = {
        "background_image": "s3://a/back.jpg",
        "default_user_background_image": "s3://a/user.jpg",
        "screen_background_image": "s3://a/screen.jpg",
        "user_background_images": f"{place.user_ids[0]} s3://a/one.jpg",
    }
    answer = browser.post(place.start_url(), mix_form(layout_template="custom", **more, **rows))
    assert answer.status_code == 302
    job = RecordingJob.objects.get()
    request = v2.ShowMixJobRequest(app_id=job.app_id, job_id=job.job_id)
    shown = vendor.show_mix_job(request)
    mix = shown.mix_param
    assert (shown.room_id, shown.stream_name) == (place.room_id, job.stream_name)
    assert shown.record_param.record_rule_id == place.rule_id
    assert (mix.encode_template, mix.layout_template, mix.max_idle_time) == (
        "1280x720_15_2260",
        "custom",
        60,
    )
    assert [(pane.id, pane.user_id, pane.video_type, pane.x, pane.width) for pane in mix.layout_panes] == [
        (1, place.user_ids[0], "SCREENSTREAM", 0.0, 0.75),
        (2, place.user_ids[1], "CAMERASTREAM", 0.75, 0.25),
    ]
    assert (mix.background_image, mix.screen_background_image) == ("s3://a/back.jpg", "s3://a/screen.jpg")
    (picture,) = mix.user_background_images
    assert (picture.user_id, picture.image_uri) == (place.user_ids[0], "s3://a/one.jpg")

    time_passes(5)
    url = f"/c/demo/recording/jobs/{job.pk}"
    seen = browser.get(f"{url}/layout/").content.decode().split('name="seen" value="')[1].split('"')[0]
    change = mix_form(seen=seen, max_idle_time="120", **more, **panes({"user": place.user_ids[2]}))
    assert browser.post(f"{url}/layout/", change).status_code == 302
    changed = vendor.show_mix_job(request).mix_param
    assert [(pane.user_id, pane.width) for pane in changed.layout_panes] == [(place.user_ids[2], 0.5)]
    assert changed.max_idle_time == 120

    assert browser.post(f"{url}/stop/", mix_form(preset="done")).status_code == 302
    ended = vendor.show_mix_job(request)
    assert (ended.state, ended.stop_reason) == ("STOPPED", "TENANT_STOP")


def test_a_single_job_from_start_to_end(
    mona: User, connected: Connection, place: Place, single_form: Any, vendor: Any
) -> None:
    browser = sign_in(mona)
    browser.post(place.start_url(kind="single"), single_form(video_type="SCREENSTREAM"))
    job = RecordingJob.objects.get()
    request = v2.ShowIndividualStreamJobRequest(app_id=job.app_id, job_id=job.job_id)
    shown = vendor.show_individual_stream_job(request)
    assert (shown.room_id, shown.user_id) == (place.room_id, place.user_ids[0])
    assert (shown.is_record_audio, shown.video_type) == (True, "SCREENSTREAM")
    assert (shown.select_stream_type, shown.max_idle_time) == ("HD", 30)
    assert shown.record_param.record_rule_id == place.rule_id
    browser.post(f"/c/demo/recording/jobs/{job.pk}/stop/", single_form(preset="done"))
    assert vendor.show_individual_stream_job(request).state == "STOPPED"


def test_what_the_vendor_started_is_adopted(
    mona: User, connected: Connection, place: Place, vendor: Any
) -> None:
    body = v2.MixJobReq(
        mix_param=v2.MixParam(
            room_id=place.room_id,
            encode_template="640*480_15_500",
            layout_template="custom",
            layout_panes=[v2.MixLayoutPane(id=1, user_id="ann", x=0.33333, y=0, width=0.66667, height=1)],
        ),
        record_param=v2.RecordParam(record_rule_id=place.rule_id),
    )
    made = vendor.create_mix_job(v2.CreateMixJobRequest(app_id=place.app_id, body=body)).job_id
    wish = {"app_id": place.app_id, "job_id": made, "kind": "mix"}
    answer = sign_in(mona).post("/c/demo/recording/jobs/adopt/", wish)
    job = RecordingJob.objects.get()
    assert answer["Location"] == f"/c/demo/recording/jobs/{job.pk}/"
    page = sign_in(mona).get(f"/c/demo/recording/jobs/{job.pk}/").content.decode()
    assert "640 × 480 · 15 fps · 500 kbit/s" in page
    assert 'viewBox="0 0 640 480"' in page
    assert see(job).job.settings["layout_panes"][0]["x"] == 0.33333
