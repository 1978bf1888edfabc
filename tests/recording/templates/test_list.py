"""Recording templates as the cloud lists them."""

import pytest

from console.connections.models import Connection
from console.recording.services.templates import list_templates
from console.recording.shapes.templates import FileSettings
from console.sparkrtc.errors import NotFound
from tests.recording.templates.conftest import PREFIX
from tests.sandbox.harness import Sandbox

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_template_says_where_and_how_it_records(connected: Connection, recorded: str) -> None:
    (template,) = list_templates(connected, recorded).items
    assert template.app_id == recorded
    assert (template.location, template.place) == ("cn-north-4", "classroom-recordings/rtc/")
    assert template.formats == ("HLS", "MP4")
    assert template.hls == FileSettings(3600, PREFIX, 0, 60)
    assert template.mp4 == FileSettings(7200, PREFIX, 30)
    assert template.created_at is not None
    assert template.created_at == template.changed_at


def test_it_is_found_by_its_id_and_by_its_location(connected: Connection, recorded: str) -> None:
    found = list_templates(connected, recorded)
    assert found.find(found.items[0].template_id) is found.at("cn-north-4") is found.items[0]
    assert found.find("nosuch") is found.at("cn-south-1") is None


def test_everybody_shares_one_call(connected: Connection, recorded: str, sandbox: Sandbox) -> None:
    first = list_templates(connected, recorded)
    assert list_templates(connected, recorded) == first
    assert len(sandbox.requests(operation="list_record_rules")) == 1


def test_an_application_without_any(connected: Connection, bare: str) -> None:
    assert list_templates(connected, bare).items == ()


def test_there_is_no_such_application(connected: Connection) -> None:
    with pytest.raises(NotFound):
        list_templates(connected, "nosuchapp")
