"""This app's part of /metrics: whoever watches the console sees that it cannot reach anybody."""

from collections.abc import Iterator
from datetime import timedelta

from django.db.models import Count, Min
from django.utils import timezone
from prometheus_client.core import GaugeMetricFamily, Metric

from console.alerts.models import Message

__all__ = ["message_metrics"]

_LATELY = timedelta(days=1)
_UNSENT = (Message.State.WAITING, Message.State.SENDING)


def message_metrics() -> Iterator[Metric]:
    """Return how many messages wait, since when, and how many were given up in the last day. Two queries."""
    now = timezone.now()
    unsent = Message.objects.filter(state__in=_UNSENT).aggregate(count=Count("pk"), oldest=Min("created_at"))
    given_up = Message.objects.filter(state=Message.State.GIVEN_UP, ended_at__gte=now - _LATELY)
    age = (now - unsent["oldest"]).total_seconds() if unsent["oldest"] else 0.0
    yield GaugeMetricFamily(
        "sparkrtc_alert_messages_waiting", "Messages about alerts to deliver.", unsent["count"]
    )
    yield GaugeMetricFamily(
        "sparkrtc_alert_messages_oldest_seconds", "Age of the oldest message to deliver.", age
    )
    yield GaugeMetricFamily(
        "sparkrtc_alert_messages_given_up",
        "Messages given up in the last day, tests left out.",
        given_up.exclude(kind=Message.Kind.TEST).count(),
    )
