"""Searching everywhere: 90 days of every application, as background work whose finds appear in the index one by one."""

import uuid
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from django.utils import timezone

from console.accounts.models import User
from console.applications.shapes import Application
from console.connections import reads
from console.connections.models import Connection
from console.connections.planning import Plan, plan
from console.investigate.pasted import Pasted
from console.investigate.services.finding import LONGEST, Search
from console.sparkrtc.catalogue.rooms import LIST_PARTICIPANTS
from console.sparkrtc.permits import Lane
from console.work.models import Run, RunItem
from console.work.progress import Progress, list_runs, progress_of
from console.work.runs import Item, start_run

__all__ = ["KIND", "looked_into", "price_of", "running_search", "search_one", "start_search"]

KIND = "investigate.search"
_ROWS = 1000
_MOST_PAGES = 10
_SHOWN = timedelta(hours=1)  # a search that is over is told of so long
_LANE, _WAIT = Lane.BACKGROUND, 20.0


def price_of(connection: Connection, pasted: Pasted, applications: Sequence[Application]) -> Plan | None:
    """Return what searching everywhere costs; None when the cloud can't search for what was pasted."""
    if not _asked(Search(pasted)) or not applications:
        return None
    return plan(connection, {LIST_PARTICIPANTS: len(applications)}, lane=Lane.BACKGROUND)


def start_search(
    connection: Connection,
    pasted: Pasted,
    applications: Iterable[Application],
    *,
    actor: User | None,
    run_id: uuid.UUID,
    query: str,
) -> Run | None:
    """Start a search for what was pasted in these applications; None when the cloud can't search for it.

    query: of the address where the results appear. Costs a request an application, in the background lane.
    """
    asked = _asked(Search(pasted))
    if not asked:
        return None
    items = [Item(app.app_id, app.name, {"app_id": app.app_id}) for app in applications]
    return start_run(
        KIND,
        items,
        connection=connection,
        actor=actor,
        subject=pasted.wanted,
        parameters={"asked": asked, "query": query},
        run_id=run_id,
    )


def search_one(item_id: int) -> dict[str, int]:
    """Search one application; the finds go into the index as every list does. For the worker."""
    item = RunItem.objects.select_related("run__connection").get(pk=item_id)
    asked: dict[str, Any] = {
        **item.run.parameters["asked"],
        "app_id": item.parameters["app_id"],
        "type": "detail",
    }
    midnight = timezone.now().astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    start: datetime = midnight - LONGEST + timedelta(days=1)
    found = 0
    for _page in range(_MOST_PAGES):
        reading = reads.read(
            item.run.connection,
            LIST_PARTICIPANTS,
            lane=_LANE,
            max_wait=_WAIT,
            start_time=start,
            limit=_ROWS,
            offset=found,
            **asked,
        )
        got = reading.value.participants
        found += len(got)
        if not got or found >= (reading.value.total or 0):
            break
    return {"found": found}


def running_search(connection: Connection, user: Any, pasted: Pasted) -> Progress | None:
    """Return the viewer's last search for the same thing, while it goes on and an hour after."""
    asked = _asked(Search(pasted))
    recent = timezone.now() - _SHOWN
    runs = list_runs(connection, owner_id=user.pk, app_ids=None).filter(kind=KIND, created_at__gte=recent)
    run = next((run for run in runs[:20] if asked and run.parameters.get("asked") == asked), None)
    return progress_of([run], with_time=True)[0] if run else None


def looked_into(progress: Progress) -> set[str]:
    """Return the applications that a search everywhere has been through. One query."""
    done = progress.run.items.filter(state=RunItem.State.DONE)
    return {parameters["app_id"] for parameters in done.values_list("parameters", flat=True)}


def _asked(search: Search) -> dict[str, str]:
    """Return what the cloud is asked for: a participant, or a nickname; nothing when it is neither."""
    if search.user_id:
        return {"user_id": search.user_id}
    if search.pasted.names:
        return {"nickname": search.pasted.names[0]}
    return {}
