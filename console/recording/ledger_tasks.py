"""Background work of the ledger: what ought to be recorded, and whether it came."""

from datetime import timedelta

import structlog
from django.utils import timezone

from console.connections.models import Connection
from console.recording.models import LedgerEntry
from console.recording.services.ledger_keeping import keep

__all__ = ["keep_ledgers"]

log = structlog.get_logger(__name__)

_KEPT = timedelta(days=90)


def keep_ledgers() -> None:
    """Bring the ledger of every connection in use up to date, and forget what is older than 90 days.

    May run twice at once: both come to the same, and the reads are shared.
    """
    LedgerEntry.objects.filter(began_at__lt=timezone.now() - _KEPT).delete()
    for connection in Connection.objects.filter(active=True):
        try:
            keep(connection)
        except Exception:  # one connection must not keep the others from being looked at
            log.exception("the ledger of recordings could not be kept", connection=connection.slug)
