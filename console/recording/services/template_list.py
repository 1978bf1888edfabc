"""The templates of all applications together: what is stored is shown at once, what isn't is read a few at a time."""

from collections.abc import Iterable
from dataclasses import dataclass

from console.applications.shapes import Application
from console.connections import answers
from console.connections.ages import Age
from console.connections.models import Connection
from console.connections.questions import question
from console.recording.services.templates import LISTED, list_templates
from console.recording.shapes.templates import Template
from console.sparkrtc.catalogue.recording import LIST_TEMPLATES
from console.sparkrtc.errors import NotFound, QuotaExhausted, SparkError

__all__ = ["ApplicationTemplates", "list_all_templates"]

_AT_ONCE = 6  # an account has 20 applications; a request must not wait for all of them


@dataclass(frozen=True)
class ApplicationTemplates:
    """The templates of one application. items: None while they have not been read. problem: why they could not be."""

    application: Application
    items: tuple[Template, ...] | None
    age: Age | None = None
    problem: SparkError | None = None


def list_all_templates(
    connection: Connection, applications: Iterable[Application]
) -> list[ApplicationTemplates]:
    """Return the templates of these applications. At most six calls; of the others what is stored, shared.

    Where the quota is used up, the rest waits for the next time.
    """
    found, left = [], _AT_ONCE
    for application in applications:
        known = _is_stored(connection, application.app_id)
        if not known and left <= 0:
            found.append(ApplicationTemplates(application, None))
            continue
        left -= not known
        one = _of(connection, application)
        if isinstance(one.problem, QuotaExhausted):
            left = 0
        found.append(one)
    return found


def _of(connection: Connection, application: Application) -> ApplicationTemplates:
    try:
        templates = list_templates(connection, application.app_id)
    except NotFound:  # deleted since the list of applications was read
        return ApplicationTemplates(application, ())
    except SparkError as problem:
        return ApplicationTemplates(application, None, problem=problem)
    return ApplicationTemplates(application, templates.items, templates.age)


def _is_stored(connection: Connection, app_id: str) -> bool:
    stored = answers.find(question(connection, LIST_TEMPLATES, {"app_id": app_id, **LISTED}))
    return stored is not None and stored.value is not None
