"""What the workers share: beats of ticks, runs and the items that they consist of."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from console.core.told import say

__all__ = ["Beat", "Run", "RunItem"]


class Beat(models.Model):
    """When a tick is due again; moved forward by whichever worker starts it."""

    name = models.CharField(max_length=80, primary_key=True)
    due_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name


class Run(models.Model):
    """Work that takes longer than a click: many items of one kind, done in the background one after another.

    id: may come from a form, so that sending it twice starts one run. kind: see kinds.py.
    subject: what it is about, in somebody's or the cloud's words (hostile). app_id: "" when it spans several.
    owner: None is the console itself. blocked: why nothing can be done at present; see core.told.
    next_at: nothing is done before. slice_token, slice_until: who works on it, and until when that is believed.
    """

    class State(models.TextChoices):
        RUNNING = "running", _("running")
        PAUSED = "paused", _("paused")
        CANCELLED = "cancelled", _("cancelled")
        ENDED = "ended", _("ended")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=80)
    connection = models.ForeignKey("connections.Connection", on_delete=models.CASCADE, related_name="runs")
    app_id = models.CharField(max_length=64, blank=True)
    subject = models.CharField(max_length=256, blank=True)
    parameters = models.JSONField(default=dict, blank=True)
    owner = models.ForeignKey("accounts.User", on_delete=models.SET_NULL, null=True, related_name="runs")
    owner_name = models.CharField(max_length=150, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.RUNNING)
    blocked = models.JSONField(default=list, blank=True)
    next_at = models.DateTimeField(default=timezone.now)
    slice_token = models.CharField(max_length=32, blank=True)
    slice_until = models.DateTimeField(null=True)
    sliced_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(default=timezone.now)
    began_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-created_at"]
        indexes = [
            models.Index(fields=["connection", "-created_at"], name="runs_of_a_connection"),
            models.Index(fields=["next_at"], condition=Q(state="running"), name="runs_to_go_on_with"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"

    @property
    def blocked_said(self) -> str:
        """Why nothing can be done at present, in the language of whoever looks; empty when something can."""
        return say(self.blocked)


class RunItem(models.Model):
    """One piece of a run.

    key: what it works on, unique within the run, hostile. name: shown beside the key. parameters: ids and the like,
    never a secret. attempts: how often it was begun. due_at: not before. claimed_by, claimed_until: whoever performs
    it, and until when that is believed. problem: why it failed or is unknown; see core.told. result: what came of it,
    small.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        DOING = "doing", _("being done")
        DONE = "done", _("done")
        FAILED = "failed", _("failed")
        UNKNOWN = "unknown", _("unknown")
        SKIPPED = "skipped", _("not done")

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="items")
    number = models.PositiveIntegerField()
    key = models.CharField(max_length=256)
    name = models.CharField(max_length=256, blank=True)
    parameters = models.JSONField(default=dict, blank=True)
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField(default=timezone.now)
    claimed_by = models.CharField(max_length=32, blank=True)
    claimed_until = models.DateTimeField(null=True)
    problem = models.JSONField(default=list, blank=True)
    result = models.JSONField(null=True, blank=True)
    began_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["run", "number"], name="one_number_each_item"),
            models.UniqueConstraint(fields=["run", "key"], name="one_item_each_key"),
        ]
        indexes = [
            models.Index(fields=["run", "state", "number"], name="items_of_a_run"),
            models.Index(fields=["claimed_until"], condition=Q(state="doing"), name="items_being_done"),
        ]

    def __str__(self) -> str:
        return self.key

    @property
    def problem_said(self) -> str:
        """Why it failed or is unknown, in the language of whoever looks."""
        return say(self.problem)
