"""Moderation under watch: what was asked of a room, of whom, and what the cloud showed afterwards."""

import uuid
from datetime import datetime

from django.db import models
from django.utils.translation import gettext_lazy as _

from console.core.told import say

__all__ = ["RoomAction", "RoomTarget"]


class RoomAction(models.Model):
    """One removal or dismissal, from before it is sent until nobody needs to look any more.

    id: stands hidden in the form, so that sending a form twice acts once.
    everyone: the removal meant all who were in the room, not a selection.
    room_opened_at: which use of the room id was meant; None when the cloud could not say.
    attempt_id: the attempt in the audit trail; None means that nothing can have been sent.
    exclusive: a dismissal that has not been seen to work yet; a second one is refused meanwhile.
    next_look_at: when the participants are to be looked at again; also the lease of whoever is looking.
    looks: looks of the plan that are behind us.
    problem, blocked: what went wrong with the action, and why the cloud could not be asked since; see told.py.
    """

    class Kind(models.TextChoices):
        REMOVE = "remove", _("Remove")
        DISMISS = "dismiss", _("Dismiss")

    class Outcome(models.TextChoices):
        ASKING = "asking", _("being asked")
        ACCEPTED = "accepted", _("accepted")
        UNKNOWN = "unknown", _("unknown")
        FAILED = "failed", _("failed")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=8, choices=Kind.choices)
    connection = models.ForeignKey(
        "connections.Connection", on_delete=models.CASCADE, related_name="room_actions"
    )
    app_id = models.CharField(max_length=64)
    room_id = models.CharField(max_length=64)
    room_opened_at = models.DateTimeField(null=True)
    everyone = models.BooleanField(default=False)
    actor = models.ForeignKey(
        "accounts.User", on_delete=models.SET_NULL, null=True, related_name="room_actions"
    )
    actor_name = models.CharField(max_length=150)
    reason = models.CharField(max_length=500)
    attempt_id = models.UUIDField(null=True, db_index=True)
    request_id = models.CharField(max_length=128, blank=True)
    outcome = models.CharField(max_length=8, choices=Outcome.choices, default=Outcome.ASKING)
    problem = models.JSONField(default=list, blank=True)
    exclusive = models.BooleanField(default=False)
    asked_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    next_look_at = models.DateTimeField(null=True, db_index=True)
    looks = models.PositiveSmallIntegerField(default=0)
    looked_at = models.DateTimeField(null=True)
    blocked = models.JSONField(default=list, blank=True)
    all_left_at = models.DateTimeField(null=True)
    room_closed_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-asked_at"]
        indexes = [
            models.Index(fields=["connection", "app_id", "room_id", "-asked_at"], name="actions_of_a_room")
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["connection", "app_id", "room_id"],
                condition=models.Q(exclusive=True),
                name="one_open_dismissal_each_room",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.app_id}/{self.room_id}"

    @property
    def problem_said(self) -> str:
        """What went wrong, in the language of whoever looks."""
        return say(self.problem)

    @property
    def blocked_said(self) -> str:
        """Why the cloud cannot be asked at present; empty when it can."""
        return say(self.blocked)

    @property
    def began_at(self) -> datetime:
        """The moment from which leaving counts as an effect: the answer, or the question where none came."""
        return self.answered_at or self.asked_at


class RoomTarget(models.Model):
    """A participant whom an action was aimed at, and what became of them.

    sessions: their sessions in the room when it was asked; empty when the cloud could not say.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("still in the room")
        LEFT = "left", _("left")
        BACK = "back", _("came back")
        STAYED = "stayed", _("not seen to leave")

    action = models.ForeignKey(RoomAction, on_delete=models.CASCADE, related_name="targets")
    user_id = models.CharField(max_length=128)
    nickname = models.CharField(max_length=512, blank=True)
    sessions = models.JSONField(default=list)
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    left_at = models.DateTimeField(null=True)
    back_at = models.DateTimeField(null=True)
    back_session = models.CharField(max_length=128, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["action", "user_id"], name="one_target_each_person")]

    def __str__(self) -> str:
        return self.user_id
