"""From an address to evidence: who complains of what, and what is asked because of it."""

from dataclasses import dataclass

from django.http import HttpRequest

from console.connections.models import Connection
from console.investigate.services.gathering import CALL_BUDGET, DEEP_BUDGET, Gathered, gather
from console.investigate.services.limiting import limits_for
from console.investigate.services.ours import our_actions
from console.investigate.shapes import Call
from console.investigate.verdict.evidence import Complaint, Symptom
from console.investigate.verdict.limits import Limits
from console.investigate.views.opening import Opened

__all__ = ["Asked", "ask", "complaint_of"]


@dataclass(frozen=True)
class Asked:
    """A complaint, the evidence about it, and the limits in force."""

    complaint: Complaint
    gathered: Gathered
    limits: Limits


def ask(request: HttpRequest, connection: Connection, opened: Opened, *, enabled: bool | None) -> Asked:
    """Collect the evidence about the complaint in an address; deep=1 may cost more. enabled: the application."""
    complaint, limits = complaint_of(request, opened.call), limits_for(connection)
    gathered = gather(
        opened.reader,
        opened.call,
        complaint,
        actions=our_actions(connection, opened.call),
        enabled=enabled,
        budget=DEEP_BUDGET if request.GET.get("deep") == "1" else CALL_BUDGET,
        limits=limits,
    )
    return Asked(complaint, gathered, limits)


def complaint_of(request: HttpRequest, call: Call) -> Complaint:
    """Read from the address who complains of what; the moment counts where the address names one of this call."""
    symptom = request.GET.get("symptom", "")
    asked_at = call.asked_at if request.GET.get("at") and not call.away else None
    return Complaint(
        user_id=request.GET.get("user", ""),
        symptom=Symptom(symptom) if symptom in set(Symptom) else None,
        at=None if request.GET.get("whole") == "1" else asked_at,
    )
