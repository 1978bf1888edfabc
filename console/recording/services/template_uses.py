"""What a recording template is used by, and what writes into a bucket because of that."""

from dataclasses import dataclass

from console.applications.services.facts import list_facts
from console.applications.services.listing import list_applications, stored_applications
from console.connections import answers
from console.connections.models import Connection
from console.connections.questions import question
from console.recording.models import RecordingJob
from console.recording.services.jobs import RUNNING
from console.recording.services.templates import LISTED, list_templates, template_of
from console.recording.shapes.templates import Template
from console.sparkrtc.catalogue.applications import LIST_APPLICATIONS
from console.sparkrtc.catalogue.recording import LIST_TEMPLATES
from console.sparkrtc.errors import SparkError

__all__ = ["TemplateUses", "automatic_templates", "running_by", "stored_templates", "uses_of_template"]

_MOST_JOBS = 20


@dataclass(frozen=True)
class TemplateUses:
    """What uses a template. automatic: whether its application records by itself by it; None when that is not known.

    jobs: those known here that go on, latest first, at most 20. running: how many they are.
    """

    automatic: bool | None
    jobs: tuple[RecordingJob, ...]
    running: int

    @property
    def any(self) -> bool:
        """Whether the cloud will refuse to delete it, as far as is known."""
        return bool(self.automatic or self.running)


def uses_of_template(connection: Connection, app_id: str, template_id: str) -> TemplateUses:
    """Return what a template is used by. One shared call (the list of applications), and two queries."""
    try:
        facts = list_facts(connection, [app_id]).items
        automatic: bool | None = any(app.automatic.template_id == template_id for app in facts)
    except SparkError:
        automatic = None
    jobs = RecordingJob.objects.filter(
        RUNNING, connection=connection, app_id=app_id, record_rule_id=template_id
    )
    return TemplateUses(automatic, tuple(jobs.order_by("-asked_at")[:_MOST_JOBS]), jobs.count())


def automatic_templates(connection: Connection) -> dict[str, str]:
    """Return {application: template} of those that record by themselves, as it is stored; never asks the cloud."""
    stored = answers.find(question(connection, LIST_APPLICATIONS, {}))
    if stored is None or stored.value is None:
        return {}
    return {
        app.app_id: app.auto_record_mode.record_rule_id
        for app in stored.value.apps
        if app.auto_record_mode.record_rule_id
    }


def running_by(connection: Connection) -> dict[str, int]:
    """Return {template: how many jobs go on by it}, as far as is known here. One query."""
    found: dict[str, int] = {}
    for template_id in RecordingJob.objects.filter(RUNNING, connection=connection).values_list(
        "record_rule_id", flat=True
    ):
        found[template_id] = found.get(template_id, 0) + 1
    return found


def stored_templates(connection: Connection, *, ask: bool) -> tuple[list[tuple[str, Template]], int]:
    """Return (name of the application, template) of all applications, and of how many applications nothing is known.

    ask: read what is not stored, by the shared reads; otherwise nothing is asked of the cloud.
    """
    found: list[tuple[str, Template]] = []
    unread = 0
    known = list_applications(connection, None).items if ask else stored_applications(connection, None)
    for app in known:
        if ask:
            try:
                items = list_templates(connection, app.app_id).items
            except SparkError:
                unread += 1
                continue
        else:
            stored = answers.find(question(connection, LIST_TEMPLATES, {"app_id": app.app_id, **LISTED}))
            if stored is None or stored.value is None:
                unread += 1
                continue
            items = tuple(template_of(reply, app.app_id) for reply in stored.value.templates)
        found += [(app.name, template) for template in items]
    return found, unread
