"""In which applications somebody is looked for first: where they are likeliest to be, as far as the console knows."""

from collections.abc import Collection, Sequence
from datetime import timedelta

from django.utils import timezone

from console.applications.crowds import people_between
from console.applications.shapes import Application
from console.connections.models import Connection
from console.investigate.services.finding import Search
from console.investigate.services.index import lately_used, seen_in

__all__ = ["where_to_look"]

_AROUND = timedelta(
    minutes=30
)  # people say "about three", and the figures of the last minutes are not there yet


def where_to_look(
    connection: Connection,
    search: Search,
    applications: Sequence[Application],
    *,
    scope: Collection[str] | None,
    looked_at: str = "",
) -> tuple[str, ...]:
    """Return the applications to ask about, the likeliest first.

    The one named alone; else where it was seen, then the one looked at last, then by how many people were there then.
    Those known to have been empty come late, those that are disabled or in arrears last. Of which nobody knows how many
    people they had, those with rooms seen lately come first, then the older ones. Never asks the cloud.

    applications: those that the viewer may look at. scope: their ids, None for all. looked_at: an id, or "".
    """
    if search.app_id:
        return (search.app_id,)
    if search.pasted.apps:
        return (search.pasted.apps[0],)
    known = [one.app_id for one in applications]
    seen = [app_id for wanted in search.wanted(scope, anywhen=True) for app_id in seen_in(connection, wanted)]
    first = [app_id for app_id in (*seen, looked_at) if app_id in known]
    return tuple(dict.fromkeys([*first, *_by_people(connection, search, applications)]))


def _by_people(connection: Connection, search: Search, applications: Sequence[Application]) -> list[str]:
    start, end = search.window(timezone.now())
    ids = [one.app_id for one in applications]
    people = people_between(connection, ids, start - _AROUND, end + _AROUND)
    used = {app_id: place for place, app_id in enumerate(lately_used(connection))}

    def order(one: Application) -> tuple[int, int, int, bool, float]:
        count = people.get(one.app_id)
        if count:
            likely = 0
        elif not one.enabled:
            likely = 3
        else:
            likely = 1 if count is None else 2
        since = one.created_at.timestamp() if one.created_at else 0.0
        return likely, -(count or 0), used.get(one.app_id, len(used)), one.created_at is None, since

    return [one.app_id for one in sorted(applications, key=order)]
