"""How many people applications have at a time, as far as the apps above this one know. Asks nothing of the cloud.

They register from their AppConfig.ready(); this app knows none of them.
"""

from collections.abc import Callable, Collection, Mapping
from datetime import datetime

from console.connections.models import Connection

__all__ = ["Count", "people_between", "register_count"]

# (connection, application ids, start, end) -> the most people at once in each application of which anything is known
Count = Callable[[Connection, Collection[str], datetime, datetime], Mapping[str, int]]

_counts: dict[str, Count] = {}


def register_count(name: str, count: Count) -> None:
    """Let an app say how many people it knows of; registering a name again replaces it. It must not ask the cloud."""
    _counts[name] = count


def people_between(
    connection: Connection, app_ids: Collection[str], start: datetime, end: datetime
) -> dict[str, int]:
    """Return the most people who were online at once between two moments, by application.

    start, end: aware. Whoever knows of more is believed: each of them sees a part. An application of which nobody
    knows anything is left out; 0 says that it is known to have been empty.
    """
    found: dict[str, int] = {}
    for count in _counts.values():
        for app_id, people in count(connection, app_ids, start, end).items():
            found[app_id] = max(people, found.get(app_id, 0))
    return found
