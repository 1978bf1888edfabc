"""Whether the quota of statistics leaves room for what can wait. Asks our own books only."""

from console.connections.meter import meter_bars
from console.connections.models import Connection
from console.sparkrtc.quotas import ANALYTICS

__all__ = ["quota_is_busy"]

_SHARE = 0.5


def quota_is_busy(connection: Connection) -> bool:
    """Say whether less than half of it is free, or somebody waits for it."""
    bars = [bar for bar in meter_bars(connection) if bar.quota == ANALYTICS.name]
    return any(bar.free < _SHARE * bar.published or bar.somebody_waits for bar in bars)
