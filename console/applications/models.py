"""Changes of applications: written down before they are sent, settled when their effect is known."""

import uuid
from datetime import datetime

from django.db import models
from django.utils.translation import gettext_lazy as _

from console.core.told import say

__all__ = ["Change"]


class Change(models.Model):
    """One change of an application, or of what belongs to one, from before it is sent until its outcome is known.

    id: stands hidden in the form, so that sending a form twice acts once.
    app_id: "" of a creation whose answer is not there yet.
    action: as in the audit trail; also names who settles it (services/changes.py).
    subject: what only one change at a time may be aimed at: "state", "name:…", "callback". target: its name, shown.
    wanted: the state that it is to lead to, without secrets; what is read later is compared with it.
    attempt_id: the attempt in the audit trail; None means that nothing can have been sent.
    open: it keeps others off its subject. next_look_at: when the cloud is to be asked what became of it; also the lease
    of whoever asks. looks: of the plan, behind us. looked_at: when the cloud was read last.
    problem, blocked: what went wrong, and why the cloud could not be asked since; see told.py.
    """

    class Outcome(models.TextChoices):
        ASKING = "asking", _("being asked")
        SUCCEEDED = "succeeded", _("done")
        UNKNOWN = "unknown", _("unknown")
        FAILED = "failed", _("not done")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    connection = models.ForeignKey("connections.Connection", on_delete=models.CASCADE, related_name="changes")
    app_id = models.CharField(max_length=64, blank=True)
    action = models.CharField(max_length=80)
    subject = models.CharField(max_length=160)
    target = models.CharField(max_length=256, blank=True)
    wanted = models.JSONField(default=dict)
    actor = models.ForeignKey("accounts.User", on_delete=models.SET_NULL, null=True, related_name="changes")
    actor_name = models.CharField(max_length=150)
    reason = models.CharField(max_length=500, blank=True)
    attempt_id = models.UUIDField(null=True, db_index=True)
    request_id = models.CharField(max_length=128, blank=True)
    outcome = models.CharField(max_length=9, choices=Outcome.choices, default=Outcome.ASKING)
    problem = models.JSONField(default=list, blank=True)
    open = models.BooleanField(default=True)
    asked_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    next_look_at = models.DateTimeField(null=True, db_index=True)
    looks = models.PositiveSmallIntegerField(default=0)
    looked_at = models.DateTimeField(null=True)
    blocked = models.JSONField(default=list, blank=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-asked_at"]
        indexes = [
            models.Index(fields=["connection", "app_id", "-asked_at"], name="changes_of_an_application")
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["connection", "app_id", "subject"],
                condition=models.Q(open=True),
                name="one_open_change_each_subject",
            )
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.app_id or self.target}"

    @property
    def problem_said(self) -> str:
        """What went wrong, in the language of whoever looks."""
        return say(self.problem)

    @property
    def blocked_said(self) -> str:
        """Why the cloud cannot be asked at present; empty when it can."""
        return say(self.blocked)

    @property
    def unsettled(self) -> bool:
        """Whether it was sent and nobody knows yet what came of it."""
        return self.outcome in (self.Outcome.ASKING, self.Outcome.UNKNOWN) and self.ended_at is None

    @property
    def seen_at(self) -> datetime:
        """The moment up to which the cloud was looked at; what is read later says something new."""
        return self.looked_at or self.answered_at or self.asked_at

    @property
    def looked_for(self) -> bool:
        """Whether its reply was lost, so that what became of it had or has to be found out by looking."""
        return bool(self.problem) and self.attempt_id is not None and self.request_id == ""
