"""Language, zone and theme of whoever looks; and what happens to a view that nobody marked."""

from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path
from django.utils import timezone, translation

from console.accounts.access import open_to_all
from console.accounts.models import User

pytestmark = pytest.mark.django_db


def _tell(request: HttpRequest) -> HttpResponse:
    zone = timezone.get_current_timezone_name()
    return HttpResponse(f"{translation.get_language()} {zone} {request.theme or 'system'}")  # type: ignore[attr-defined]


urlpatterns = [path("tell/", open_to_all(_tell)), path("unmarked/", _tell)]
ours = pytest.mark.urls(__name__)


@ours
def test_strangers_are_known_by_their_cookies(client: Client) -> None:
    assert client.get("/tell/").content == b"en UTC system"
    client.cookies.load({"django_language": "zh-hans", "console_zone": "Asia/Tokyo", "console_theme": "dark"})
    assert client.get("/tell/").content == b"zh-hans Asia/Tokyo dark"


@ours
def test_people_are_known_by_their_choices(as_: Any, bob: User) -> None:
    User.objects.update(language="zh-hans", time_zone="Europe/Berlin", theme="light")
    browser = as_(bob)
    browser.cookies.load({"console_zone": "Asia/Tokyo", "console_theme": "dark"})
    answer = browser.get("/tell/", headers={"Accept-Language": "en"})
    assert answer.content == b"zh-hans Europe/Berlin light"
    assert answer["Content-Language"] == "zh-hans"


@ours
@pytest.mark.parametrize("junk", ["Mars/Olympus", "../../etc/passwd", "America", "\x01", "x" * 3000, "汉语"])
def test_junk_counts_as_no_choice(as_: Any, bob: User, junk: str) -> None:
    User.objects.update(language=junk[:10], time_zone=junk[:64], theme=junk[:5])
    assert as_(bob).get("/tell/").content == b"en UTC system"


@ours
def test_a_cookie_of_junk_harms_nobody(client: Client) -> None:
    client.cookies.load({"django_language": "xx", "console_zone": "/etc/passwd", "console_theme": "mauve"})
    assert client.get("/tell/").content == b"en UTC system"


@ours
def test_the_zone_of_one_request_does_not_leak_into_the_next(as_: Any, bob: User) -> None:
    User.objects.update(time_zone="Europe/Berlin")
    as_(bob).get("/tell/")
    assert timezone.get_current_timezone_name() == "UTC"


@ours
def test_a_view_without_a_mark_is_refused(
    client: Client, olga: User, caplog: pytest.LogCaptureFixture, rf: Any
) -> None:
    from django.core.exceptions import PermissionDenied

    from console.accounts.middleware import RightsMiddleware

    with pytest.raises(PermissionDenied):
        RightsMiddleware(lambda request: HttpResponse()).process_view(rf.get("/unmarked/"), _tell, (), {})
    assert "test_viewer._tell" in caplog.text
