"""Background work of rooms: looking whether what was asked has happened."""

from django_q.tasks import async_task

from console.rooms.services import watching

__all__ = ["look", "look_around"]


def look_around() -> None:
    """Hand every action that is due to a background process; each by its id, each once."""
    for action_id in watching.claim_due():
        async_task("console.rooms.tasks.look", str(action_id), save=False, task_name="rooms.look")


def look(action_id: str) -> None:
    """Look once at what became of an action. May run twice: nothing is counted or noted twice."""
    watching.look(action_id)
