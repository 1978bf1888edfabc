"""The ledger of recordings: what ought to have been recorded, and whether its file came."""

from django.db import models
from django.utils.translation import gettext_lazy as _

__all__ = ["LedgerEntry", "Reason", "Sending"]


class Reason(models.TextChoices):
    """Why a file is not there, as far as that can be told from outside."""

    NONE = "", _("not known")
    NO_BUCKET = "no_bucket", _("no such bucket")
    NOT_AUTHORISED = "withdrawn", _("bucket not authorised")
    UNREADABLE = "unreadable", _("bucket cannot be read")
    ENCRYPTED = "encrypted", _("bucket encrypted")
    OVERDUE = "overdue", _("bucket in arrears")
    ARREARS = "arrears", _("application in arrears")
    NO_TEMPLATE = "no_template", _("template deleted")
    FAILED = "failed", _("recorder failed")
    SHORT = "short", _("ended at once")
    NOBODY_SENT = "nobody", _("nobody sent anything")
    ABSENT = "absent", _("nobody was there")
    NOT_LISTED = "not_listed", _("notified, but not in the bucket")
    NAMELESS = "nameless", _("file names do not tell the stream")
    UNREACHED = "unreached", _("callback unreachable")
    UNVERIFIED = "unverified", _("notification not verified")


class Sending(models.TextChoices):
    """What the statistics tell of who sent anything while it was recorded (services/ledger_sending.py)."""

    NOT_ASKED = "", _("not asked for")
    SENT = "sent", _("somebody sent")
    SILENT = "silent", _("nobody sent")
    ABSENT = "absent", _("nobody was there")
    UNKNOWN = "unknown", _("not known")


class LedgerEntry(models.Model):
    """One recording that ought to leave a file. Filled and judged in the background (services/ledger_keeping.py).

    recording: the job as it is known here; None for automatic recording. job_id: the cloud's.
    key: unique on its connection: job:<our id>, or room:<application>:<room>:<its start> for automatic recording.
    stream: how its files' streams begin (automatic) or are called (jobs). ended_at: None while it goes on.
    notified_at: of the first verified notification about a finished file. ours: whether the application's notifications
    came to this console when it was judged last; None when nobody could say.
    sending: asked for once, of what is late without a reason.
    file_name, file_at: the first file that was found. due_at: when one should be there; None while it goes on.
    checked_at: when it was judged last; None when never.
    """

    class Source(models.TextChoices):
        JOB = "job", _("job")
        AUTOMATIC = "automatic", _("automatic recording")

    class State(models.TextChoices):
        EXPECTED = "expected", _("expected")
        LATE = "late", _("late")
        MISSING = "missing", _("missing")
        ARRIVED = "arrived", _("arrived")
        NOTHING = "nothing", _("nothing to store")

    connection = models.ForeignKey(
        "connections.Connection", on_delete=models.CASCADE, related_name="ledger_entries"
    )
    key = models.CharField(max_length=200)
    source = models.CharField(max_length=10, choices=Source.choices)
    recording = models.ForeignKey(
        "recording.RecordingJob", on_delete=models.CASCADE, null=True, related_name="+"
    )
    app_id = models.CharField(max_length=64)
    room_id = models.CharField(max_length=64)
    user_id = models.CharField(max_length=64, blank=True)
    job_id = models.CharField(max_length=64, blank=True)
    stream = models.CharField(max_length=256, blank=True)
    template_id = models.CharField(max_length=64, blank=True)
    bucket = models.CharField(max_length=128, blank=True)
    location = models.CharField(max_length=64, blank=True)
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    notified_at = models.DateTimeField(null=True)
    ours = models.BooleanField(null=True)
    sending = models.CharField(max_length=7, choices=Sending.choices, default=Sending.NOT_ASKED, blank=True)
    file_name = models.CharField(max_length=1024, blank=True)
    file_at = models.DateTimeField(null=True)
    state = models.CharField(max_length=8, choices=State.choices, default=State.EXPECTED)
    reason = models.CharField(max_length=12, choices=Reason.choices, default=Reason.NONE, blank=True)
    checked_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-began_at", "-pk"]
        indexes = [
            models.Index(fields=["connection", "state", "-began_at"], name="ledger_by_state"),
            models.Index(fields=["connection", "app_id", "room_id", "-began_at"], name="ledger_of_a_room"),
        ]
        constraints = [models.UniqueConstraint(fields=["connection", "key"], name="one_entry_each_recording")]

    def __str__(self) -> str:
        return f"{self.state} {self.key}"
