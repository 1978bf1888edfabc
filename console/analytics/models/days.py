"""Figures of whole UTC days, as the cloud's history gives them."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from console.analytics.models.projects import KnownApplication

__all__ = ["DayChange", "DayQuality", "DayScale", "DayUsage"]


class _Day(models.Model):
    """asked_at: when it was asked for last. settled: that was late enough for the figures to stay.

    missing: the cloud gave no row for the day.
    """

    application = models.ForeignKey(KnownApplication, on_delete=models.CASCADE, related_name="+")
    day = models.DateField()
    asked_at = models.DateTimeField()
    settled = models.BooleanField(default=False)
    missing = models.BooleanField(default=False)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.application_id} {self.day}"


class DayUsage(_Day):
    """Seconds by tier. Statistics, not the bill. kind: what was used."""

    class Kind(models.TextChoices):
        CALLS = "calls", _("Calls")
        MIXING = "mixing", _("Mixing")
        RECORDING = "recording", _("Recording")

    kind = models.CharField(max_length=10, choices=Kind.choices)
    video_sd_seconds = models.BigIntegerField(null=True)
    video_hd_seconds = models.BigIntegerField(null=True)
    video_hdp_seconds = models.BigIntegerField(null=True)
    audio_seconds = models.BigIntegerField(null=True)
    total_seconds = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["application", "kind", "day"], name="one_usage_each_day")
        ]


class DayScale(_Day):
    """Counts of a day."""

    user_count = models.IntegerField(null=True)
    session_count = models.IntegerField(null=True)
    room_count = models.IntegerField(null=True)
    max_online_user_count = models.IntegerField(null=True)
    max_online_room_count = models.IntegerField(null=True)
    communication_seconds = models.BigIntegerField(null=True)
    video_communication_seconds = models.BigIntegerField(null=True)
    audio_communication_seconds = models.BigIntegerField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["application", "day"], name="one_scale_each_day")]


class DayQuality(_Day):
    """Rates (0 to 1) and times (milliseconds) of a day."""

    join_success_rate = models.FloatField(null=True)
    join_success_in5secs_rate = models.FloatField(null=True)
    video_freeze_rate = models.FloatField(null=True)
    audio_freeze_rate = models.FloatField(null=True)
    first_video_recv_ms = models.FloatField(null=True)
    first_audio_recv_ms = models.FloatField(null=True)
    pull_stream_success_rate = models.FloatField(null=True)
    push_stream_success_rate = models.FloatField(null=True)
    video_upstream_excellent_trans_rate = models.FloatField(null=True)
    audio_upstream_excellent_trans_rate = models.FloatField(null=True)
    video_excellent_trans_rate = models.FloatField(null=True)
    audio_excellent_trans_rate = models.FloatField(null=True)
    video_trans_delay_ms = models.FloatField(null=True)
    audio_trans_delay_ms = models.FloatField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["application", "day"], name="one_quality_each_day")]


class DayChange(models.Model):
    """A figure of a past day that the cloud told otherwise later. figure: "usage.calls.audio_seconds" and the like."""

    application = models.ForeignKey(KnownApplication, on_delete=models.CASCADE, related_name="+")
    day = models.DateField(db_index=True)
    figure = models.CharField(max_length=64)
    before = models.FloatField(null=True)
    after = models.FloatField(null=True)
    noticed_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.application_id} {self.day} {self.figure}"
