"""The console's own receivers of notifications: their addresses, their keys, and everything that arrived."""

from django.db import models
from django.utils.translation import gettext_lazy as _

__all__ = [
    "CallbackAddress",
    "CallbackDelivery",
    "CallbackKey",
    "CallbackReceiver",
    "DroppedDeliveries",
    "Standing",
]


class CallbackReceiver(models.Model):
    """Where the cloud's notifications about one application's recordings may arrive.

    forgot_before: deliveries that were received earlier may have been deleted, so that a repeat of one of them is not
    recognised any more; None while nothing was deleted.
    """

    connection = models.ForeignKey(
        "connections.Connection", on_delete=models.CASCADE, related_name="callback_receivers"
    )
    app_id = models.CharField(max_length=64)
    made_at = models.DateTimeField(auto_now_add=True)
    forgot_before = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["connection", "app_id"], name="one_receiver_each_application")
        ]

    def __str__(self) -> str:
        return f"receiver of {self.app_id}"


class Standing(models.TextChoices):
    """Whether an address or a key is in use: pending while the cloud is told of it, former for a while after."""

    PENDING = "pending", _("being set")
    CURRENT = "current", _("in use")
    FORMER = "former", _("replaced")


class CallbackAddress(models.Model):
    """The last part of a receiver's address. public_id: unguessable. until: it serves no longer; None for ever."""

    receiver = models.ForeignKey(CallbackReceiver, on_delete=models.CASCADE, related_name="addresses")
    public_id = models.CharField(max_length=64, unique=True)
    standing = models.CharField(max_length=8, choices=Standing.choices, default=Standing.PENDING)
    made_at = models.DateTimeField(auto_now_add=True)
    until = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["receiver"], condition=models.Q(standing="current"), name="one_current_address"
            )
        ]

    def __str__(self) -> str:
        return f"{self.standing} address of {self.receiver_id}"


class CallbackKey(models.Model):
    """A key by which notifications are verified. sealed: see connections/secrets.py; never shown, logged, exported.

    until: it is good no longer; None for ever. origin: who brought it.
    """

    class Origin(models.TextChoices):
        SET = "set", _("set from here")
        CLOUD = "cloud", _("taken from the cloud")
        ENTERED = "entered", _("entered by hand")

    receiver = models.ForeignKey(CallbackReceiver, on_delete=models.CASCADE, related_name="keys")
    sealed = models.BinaryField(editable=False)
    standing = models.CharField(max_length=8, choices=Standing.choices, default=Standing.PENDING)
    origin = models.CharField(max_length=8, choices=Origin.choices, default=Origin.SET)
    made_at = models.DateTimeField(auto_now_add=True)
    until = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["receiver"], condition=models.Q(standing="current"), name="one_current_key"
            )
        ]

    def __str__(self) -> str:
        return f"{self.standing} key of {self.receiver_id}"


class CallbackDelivery(models.Model):
    """One notification as it arrived, with what was made of it. Text in it is the sender's and hostile.

    identity: what it tells, as a fingerprint; the same from the same receiver again is a repeat and only counted.
    why: the reason of a verdict other than verified (services/verifying.py).
    differs: a repeat of it said something else in its body. test: sent from here, to try.
    sent_at: by the signed timestamp, whose unit is a guess; skew_seconds: how much later it was received.
    signature, rand, stamp: as they stood in the headers, to verify it once its key is known here.
    """

    class Verdict(models.TextChoices):
        VERIFIED = "verified", _("verified")
        UNVERIFIED = "unverified", _("not verifiable")
        REFUSED = "refused", _("refused")

    receiver = models.ForeignKey(CallbackReceiver, on_delete=models.CASCADE, related_name="deliveries")
    connection = models.ForeignKey("connections.Connection", on_delete=models.CASCADE, related_name="+")
    app_id = models.CharField(max_length=64)
    identity = models.CharField(max_length=66)
    received_at = models.DateTimeField()
    repeats = models.PositiveIntegerField(default=0)
    repeated_at = models.DateTimeField(null=True)
    differs = models.BooleanField(default=False)
    verdict = models.CharField(max_length=10, choices=Verdict.choices)
    why = models.CharField(max_length=20, blank=True)
    test = models.BooleanField(default=False)
    event_type = models.CharField(max_length=64, blank=True)
    job_id = models.CharField(max_length=128, blank=True)
    room_id = models.CharField(max_length=128, blank=True)
    stream_name = models.CharField(max_length=400, blank=True)
    record_format = models.CharField(max_length=16, blank=True)
    obs_bucket = models.CharField(max_length=128, blank=True)
    obs_object = models.CharField(max_length=1024, blank=True)
    file_bytes = models.BigIntegerField(null=True)
    duration_seconds = models.BigIntegerField(null=True)
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    detail = models.CharField(max_length=500, blank=True)
    sent_at = models.DateTimeField(null=True)
    skew_seconds = models.FloatField(null=True)
    signature = models.CharField(max_length=128, blank=True)
    rand = models.CharField(max_length=128, blank=True)
    stamp = models.CharField(max_length=32, blank=True)
    headers = models.JSONField(default=dict)
    address = models.CharField(max_length=64, blank=True)
    body = models.BinaryField(default=b"")
    digest = models.CharField(max_length=64)
    body_bytes = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["-received_at", "-id"]
        indexes = [
            models.Index(fields=["connection", "-received_at"], name="deliveries_of_a_connection"),
            models.Index(fields=["connection", "app_id", "job_id"], name="deliveries_of_a_job"),
            models.Index(
                fields=["connection", "app_id", "room_id", "-received_at"], name="deliveries_of_a_room"
            ),
            models.Index(fields=["receiver", "verdict", "received_at"], name="deliveries_by_verdict"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["receiver", "identity"], name="one_delivery_each_identity")
        ]

    def __str__(self) -> str:
        return f"{self.event_type or self.why} {self.job_id}"


class DroppedDeliveries(models.Model):
    """How many deliveries of a minute were counted and not kept: there were too many that nobody vouches for."""

    receiver = models.ForeignKey(CallbackReceiver, on_delete=models.CASCADE, related_name="dropped")
    minute = models.DateTimeField()
    count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["receiver", "minute"], name="one_row_each_minutes_drops")
        ]

    def __str__(self) -> str:
        return f"{self.count} at {self.minute:%H:%M}"
