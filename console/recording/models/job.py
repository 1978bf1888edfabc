"""Recording jobs known to this console, and what was done to them: the cloud cannot list its jobs."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from console.core.told import say

__all__ = ["JobAction", "RecordingJob"]


class RecordingJob(models.Model):
    """A recording of a room or of one participant: written down before the cloud is asked, settled afterwards.

    id: stands hidden in the form, so that sending a form twice starts one job.
    job_id, stream_name: the cloud's; empty until they are known. user_id: whom a single job records, else empty.
    outcome: of the start; given up is one that stayed unknown and nobody searches for any more.
    state: as the cloud told last; empty when it never did, gone when it knows the job no more.
    settings: what was asked for, then what the cloud says it does; the body of the request by its own names.
    attempt_id: the start in the audit trail; None means that nothing was sent (or somebody else sent it).
    settled_by: what told of a job whose start was unknown: "callback", "file" or "person".
    next_look_at: when the job is to be looked at again; also the lease of whoever is looking. looks: so many were made
    in search of a job whose start is unknown.
    problem, blocked: what went wrong with the start, and why the cloud could not be asked since; see told.py.
    """

    class Kind(models.TextChoices):
        MIX = "mix", _("whole room")
        SINGLE = "single", _("one participant")

    class Origin(models.TextChoices):
        STARTED = "started", _("started here")
        ADOPTED = "adopted", _("started elsewhere")

    class Outcome(models.TextChoices):
        ASKING = "asking", _("being asked")
        ACCEPTED = "accepted", _("accepted")
        UNKNOWN = "unknown", _("unknown")
        GIVEN_UP = "given_up", _("given up")
        FAILED = "failed", _("failed")

    class State(models.TextChoices):
        NONE = "", _("not known")
        INIT = "INIT", _("starting")
        RUNNING = "RUNNING", _("running")
        STOPPED = "STOPPED", _("stopped")
        GONE = "GONE", _("no longer known to the cloud")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=8, choices=Kind.choices)
    origin = models.CharField(max_length=8, choices=Origin.choices, default=Origin.STARTED)
    connection = models.ForeignKey(
        "connections.Connection", on_delete=models.CASCADE, related_name="recording_jobs"
    )
    app_id = models.CharField(max_length=64)
    room_id = models.CharField(max_length=64)
    user_id = models.CharField(max_length=64, blank=True)
    job_id = models.CharField(max_length=64, blank=True)
    stream_name = models.CharField(max_length=256, blank=True)
    record_rule_id = models.CharField(max_length=64, blank=True)
    settings = models.JSONField(default=dict)
    actor = models.ForeignKey(
        "accounts.User", on_delete=models.SET_NULL, null=True, related_name="recording_jobs"
    )
    actor_name = models.CharField(max_length=150)
    reason = models.CharField(max_length=500, blank=True)
    attempt_id = models.UUIDField(null=True, db_index=True)
    request_id = models.CharField(max_length=128, blank=True)
    outcome = models.CharField(max_length=8, choices=Outcome.choices, default=Outcome.ASKING)
    settled_by = models.CharField(max_length=8, blank=True)
    problem = models.JSONField(default=list, blank=True)
    asked_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    state = models.CharField(max_length=8, choices=State.choices, default=State.NONE, blank=True)
    stop_reason = models.CharField(max_length=64, blank=True)
    description = models.CharField(max_length=500, blank=True)
    created_at = models.DateTimeField(null=True)
    started_at = models.DateTimeField(null=True)
    stopped_at = models.DateTimeField(null=True)
    looked_at = models.DateTimeField(null=True)
    next_look_at = models.DateTimeField(null=True, db_index=True)
    looks = models.PositiveSmallIntegerField(default=0)
    blocked = models.JSONField(default=list, blank=True)

    class Meta:
        ordering = ["-asked_at"]
        indexes = [
            models.Index(fields=["connection", "app_id", "room_id", "-asked_at"], name="jobs_of_a_room"),
            models.Index(fields=["connection", "-asked_at"], name="jobs_of_a_connection"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["connection", "app_id", "job_id"],
                condition=~models.Q(job_id=""),
                name="one_row_each_job",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.job_id or self.pk}"

    @property
    def idle_seconds(self) -> int | None:
        """How long the job waits for people before it ends by itself; None when nobody knows, 0 as in some answers."""
        seconds = self.settings.get("max_idle_time")
        return seconds if isinstance(seconds, int) else None

    @property
    def problem_said(self) -> str:
        """What went wrong with the start, in the language of whoever looks."""
        return say(self.problem)

    @property
    def blocked_said(self) -> str:
        """Why the cloud could not be asked lately; empty when it could."""
        return say(self.blocked)


class JobAction(models.Model):
    """Something done to a job: another layout, another template, the end; or that nobody looks for it any more.

    id: stands hidden in the form, so that sending a form twice acts once.
    open: not settled yet; while a stop is, a second one is refused.
    sent: what was asked for, by the names of the request.
    """

    class Kind(models.TextChoices):
        LAYOUT = "layout", _("Change the layout")
        TEMPLATE = "template", _("Change the template")
        STOP = "stop", _("Stop")
        GIVE_UP = "give_up", _("Give up looking")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    job = models.ForeignKey(RecordingJob, on_delete=models.CASCADE, related_name="actions")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    actor = models.ForeignKey(
        "accounts.User", on_delete=models.SET_NULL, null=True, related_name="job_actions"
    )
    actor_name = models.CharField(max_length=150)
    reason = models.CharField(max_length=500, blank=True)
    sent = models.JSONField(default=dict)
    attempt_id = models.UUIDField(null=True)
    request_id = models.CharField(max_length=128, blank=True)
    outcome = models.CharField(
        max_length=8, choices=RecordingJob.Outcome.choices, default=RecordingJob.Outcome.ASKING
    )
    problem = models.JSONField(default=list, blank=True)
    open = models.BooleanField(default=True)
    asked_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-asked_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["job"],
                condition=models.Q(open=True, kind="stop"),
                name="one_open_stop_each_job",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.job_id}"

    @property
    def problem_said(self) -> str:
        """What went wrong, in the language of whoever looks."""
        return say(self.problem)
