"""The collector's share of the statistics quota: so much in the long run, whatever the rush."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Q

from console.analytics.models import CloudProject
from console.connections.models import Connection
from console.connections.owners import connections_sharing, known_owner_of
from console.connections.rules import limits_of
from console.connections.scopes import paid_from
from console.sparkrtc.catalogue.analytics import GET_REALTIME_SCALE
from console.sparkrtc.operation import Quota
from console.sparkrtc.quotas import ANALYTICS

__all__ = [
    "SAVED_UP",
    "TICK_SECONDS",
    "TURN_SECONDS",
    "Pace",
    "pace_for",
    "requests_a_day",
    "spacing",
    "take",
]

TICK_SECONDS = 10  # so often it is looked whether anything is due
TURN_SECONDS = 8.0  # then a task collects for so long at most, so that others get the worker

# What was not spent within the last hour may be: after a time without a worker, what the cloud forgets first is
# fetched faster. Over any day this adds an hour to the share of twenty-four.
SAVED_UP = timedelta(hours=1)
# Even then half of the quota stays free: whoever opens a page in that hour finds permits and need not wait for them.
_MOST_OF_A_WINDOW = 0.5
_NEVER = timedelta(days=3650)


def spacing(quota: Quota = ANALYTICS, projects: int = 1) -> timedelta:
    """Return the time between two requests in the long run; with an hour of them saved up it stays within the share.

    projects: so many share the account, and so the quota. The share is the setting COLLECT_SHARE, in per cent.
    """
    share = min(max(float(settings.COLLECT_SHARE), 0.0), 100.0) / 100
    a_second = share * quota.limit / quota.seconds / projects * 24 / (24 + SAVED_UP / timedelta(hours=1))
    return timedelta(seconds=1 / a_second) if a_second else _NEVER


@dataclass(frozen=True)
class Pace:
    """The time between two requests: in the long run (each), and at least (quickest), in whole milliseconds."""

    each: timedelta
    quickest: timedelta


def pace_for(connection: Connection) -> Pace:
    """Return the pace for what a connection leads to, under the limits that are in force for its account."""
    limits = limits_of(known_owner_of(connection))
    quota = limits.get(paid_from(GET_REALTIME_SCALE.name, limits), ANALYTICS)
    sharing = Connection.objects.filter(pk__in=connections_sharing(connection), active=True)
    projects = max(sharing.values("project_id").distinct().count(), 1)
    quickest = projects * quota.seconds / (quota.limit * _MOST_OF_A_WINDOW)
    return Pace(spacing(quota, projects), timedelta(milliseconds=int(1000 * quickest)))


def requests_a_day(quota: Quota = ANALYTICS) -> int:
    """Return how many requests the share allows in a day."""
    return int(float(settings.COLLECT_SHARE) / 100 * quota.limit / quota.seconds * 86_400)


def take(project: CloudProject, now: datetime, each: timedelta) -> bool:
    """Take leave for one request; False when the share is used up for now. Never granted twice, however many ask.

    each: the spacing that holds for the project.
    """
    allowed = Q(paid_until=None) | Q(paid_until__lte=now)
    paid_until = CloudProject.objects.values_list("paid_until", flat=True).get(pk=project.pk)
    floor = now - SAVED_UP
    later = (max(paid_until, floor) if paid_until else floor) + each
    same = CloudProject.objects.filter(allowed, pk=project.pk, paid_until=paid_until)
    return bool(same.update(paid_until=later))
