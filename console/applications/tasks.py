"""Background work of applications: finding out what became of changes whose reply was lost."""

from django_q.tasks import async_task

from console.applications.services import settling

__all__ = ["look", "look_around"]


def look_around() -> None:
    """Hand every change that is due to a background process; each by its id, each once."""
    for change_id in settling.claim_due():
        async_task(
            "console.applications.tasks.look", str(change_id), save=False, task_name="applications.look"
        )


def look(change_id: str) -> None:
    """Look once what became of a change. May run twice: nothing is noted twice."""
    settling.look(change_id)
