"""What this app stores. Each module has one noun."""

from console.recording.models.callback import (
    CallbackAddress,
    CallbackDelivery,
    CallbackKey,
    CallbackReceiver,
    DroppedDeliveries,
    Standing,
)
from console.recording.models.job import JobAction, RecordingJob
from console.recording.models.layout import SavedLayout
from console.recording.models.ledger import LedgerEntry, Reason, Sending

__all__ = [
    "CallbackAddress",
    "CallbackDelivery",
    "CallbackKey",
    "CallbackReceiver",
    "DroppedDeliveries",
    "JobAction",
    "LedgerEntry",
    "Reason",
    "RecordingJob",
    "SavedLayout",
    "Sending",
    "Standing",
]
