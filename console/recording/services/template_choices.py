"""The recording templates that a job can be started with."""

from dataclasses import dataclass

from console.connections.models import Connection
from console.recording.services.templates import list_templates
from console.recording.shapes.templates import Template
from console.sparkrtc.errors import SparkError

__all__ = ["TemplateChoices", "template_choices"]


@dataclass(frozen=True)
class TemplateChoices:
    """The templates of an application. problem: why they could not be read; then an id must be typed."""

    items: tuple[Template, ...] = ()
    problem: SparkError | None = None

    @property
    def choices(self) -> tuple[Template, ...] | None:
        """The templates for a form; None when they could not be read."""
        return self.items if self.problem is None else None


def template_choices(connection: Connection, app_id: str) -> TemplateChoices:
    """Return the templates of an application, one for each location. One shared read."""
    try:
        return TemplateChoices(list_templates(connection, app_id).items)
    except SparkError as problem:
        return TemplateChoices(problem=problem)
