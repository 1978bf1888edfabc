"""Background work of this app: handing runs out, and working on them."""

from console.core.consumers import Consumer, acting_for
from console.work import runs
from console.work.models import Run

__all__ = ["hand_out", "work_on"]


def hand_out() -> None:
    """Give runs that can go on to background processes."""
    runs.hand_out()


def work_on(run_id: str, token: str) -> None:
    """Work on a run for some seconds. May run twice: an old token does nothing."""
    run = Run.objects.filter(pk=run_id, slice_token=token).select_related("owner").first()
    if run is None:
        return
    person = run.owner.get_username() if run.owner else ""
    with acting_for(Consumer("task", run.kind, person)):
        runs.work_on(run_id, token)
