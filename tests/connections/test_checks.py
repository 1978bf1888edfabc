"""Limits that cannot be meant are refused at the start, with what to set."""

from math import nan
from typing import Any

import pytest
from django.core.checks import Error
from django.core.management import CommandError, call_command
from django.test import Client

from console.connections import checks
from console.connections.checks import limits_can_be_kept, published_limits_can_be_kept
from console.connections.models import Bucket, Connection, QuotaWish
from console.connections.owners import owner_of
from console.sparkrtc.operation import Quota


@pytest.mark.parametrize(
    ("limit", "seconds", "said"),
    [
        (0, 60, "limit must be a whole number from 1 to 100000, not 0"),
        (-3, 60, "limit must be"),
        (1.5, 60, "limit must be"),
        (60, None, "seconds must be a number above 0"),
        (60, nan, "seconds must be"),
        (60, 0, "seconds must be"),
        (60, -1, "seconds must be"),
        (10**7, 60, "limit must be"),
        (60, 10**7, "at most 86400"),
    ],
)
def test_an_absurd_published_limit_is_refused(
    monkeypatch: pytest.MonkeyPatch, limit: Any, seconds: Any, said: str
) -> None:
    assert published_limits_can_be_kept() == []
    monkeypatch.setattr(checks, "QUOTAS", {"rooms": Quota("rooms", limit, seconds)})
    [found] = published_limits_can_be_kept()
    assert isinstance(found, Error)
    assert said in found.msg
    assert "console/sparkrtc/quotas.py" in str(found.hint)


@pytest.mark.django_db
class TestInTheDatabase:
    def test_limits_that_can_be_kept_pass(self, connection: Connection) -> None:
        owner_of(connection)
        QuotaWish.objects.create(connection=connection, quota="jobs", scope="cell", limit=5, seconds=1)
        assert limits_can_be_kept(databases=["default"]) == []

    def test_a_wish_that_cannot_be_meant_is_refused_before_anything_starts(
        self, connection: Connection, client: Client
    ) -> None:
        QuotaWish.objects.create(connection=connection, quota="jobs", scope="cell", limit=0, seconds=1)
        [found] = limits_can_be_kept(databases=["default"])
        assert "jobs on the connection demo" in found.msg
        assert "Settings › Connections" in str(found.hint)
        with pytest.raises(CommandError, match=r"limit must be a whole number from 1"):
            call_command("check", databases=["default"])
        ready = client.get("/readyz")
        assert ready.status_code == 503
        assert ready.json()["checks"]["limits"] == "failed"

    def test_so_is_a_row_that_somebody_wrote_by_hand(self, connection: Connection) -> None:
        owner = owner_of(connection)
        Bucket.objects.filter(owner=owner, quota="obs").update(seconds=-1)
        [found] = limits_can_be_kept(databases=["default"])
        assert "obs (bucket" in found.msg
        assert "NULL" in str(found.hint)

    def test_without_a_database_nothing_is_asked(self) -> None:
        assert limits_can_be_kept(databases=None) == []
