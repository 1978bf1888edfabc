"""Background work of analytics: collecting what the cloud will forget, reports by e-mail, and forgetting in time."""

from django.utils import timezone
from django_q.tasks import async_task

from console.analytics.collecting.applications import projects
from console.analytics.collecting.going import collect, projects_due
from console.analytics.collecting.retention import forget
from console.analytics.models import CloudProject
from console.analytics.services.sending import forget_letters, send_waiting, write_down_due

__all__ = ["collect_project", "forget_old", "look_around", "send_reports"]


def look_around() -> None:
    """Hand every project for which something is due to a background process."""
    for project in projects_due(projects(), timezone.now()):
        async_task(
            "console.analytics.tasks.collect_project", project.pk, save=False, task_name="analytics.collect"
        )


def collect_project(project_key: int) -> None:
    """Collect for some seconds. May run twice: the second one does nothing."""
    project = CloudProject.objects.filter(pk=project_key).first()
    if project is not None:
        collect(project)


def forget_old() -> None:
    """Delete what is older than the settings say."""
    forget()
    forget_letters()


def send_reports() -> None:
    """Write down the letters that are due, and send what waits, for a minute at most. May run twice at once."""
    write_down_due()
    send_waiting()
