"""Filling a trail, and asking for its pages."""

from typing import Any

from django.test import Client

from console import audit
from console.accounts.models import User
from console.audit import Target
from console.audit.models import AuditEntry
from console.sparkrtc.errors import NotFound, OutcomeUnknown

__all__ = ["HOSTILE", "act", "entries", "fragment", "page"]

HOSTILE = '=cmd()"><script>alert(1)</script>\u202egnp.exe\x1b[2J\x00🦊\ud800' + "x" * 40


def act(actor: User | None = None, outcome: str = "succeeded", **more: Any) -> AuditEntry:
    """Do the test's thing with that outcome and return the attempt."""
    fields = {
        "action": "test.thing.do",
        "connection": None,
        "target": Target("room", "lecture-7", "Lecture 7"),
        "reason": "because",
        **more,
    }
    error = {
        "failed": NotFound(status=404, error_code="RTC.1", request_id="req-404"),
        "unknown": OutcomeUnknown(),
    }
    try:
        with audit.attempt(actor=actor, **fields) as entry:
            if outcome in error:
                raise error[outcome]
            entry.request_id = "req-ok"
    except (NotFound, OutcomeUnknown):
        pass
    return AuditEntry.objects.get(uuid=entry.attempt_id)


def entries() -> list[AuditEntry]:
    return list(AuditEntry.objects.order_by("id"))


def page(user: User, path: str = "/audit/", status: int = 200, **query: str) -> str:
    """Return a page's HTML as this person gets it."""
    return _get(user, path, status, query, {})


def fragment(user: User, path: str = "/audit/", status: int = 200, **query: str) -> str:
    """Return the same as htmx gets it."""
    return _get(user, path, status, query, {"HX-Request": "true"})


def _get(user: User, path: str, status: int, query: dict[str, str], headers: dict[str, str]) -> str:
    client = Client(headers=headers)
    client.force_login(user)
    response = client.get(path, query)
    assert response.status_code == status, response.content[:2000]
    return response.content.decode()
