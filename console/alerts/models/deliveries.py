"""The outbox: what is to be told to whom, the messages made of it, and each attempt to deliver one."""

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from console.alerts.models.channels import Channel
from console.alerts.models.incidents import Incident

__all__ = ["Attempt", "Message", "Notice"]


class Message(models.Model):
    """One message to one place, sent until it is delivered or given up.

    channel, person, address: where to; of a webhook the channel alone, of e-mail a person or an address, with the
    channel that they were reached by, if any. to: the same in words, which stays when those are gone.
    key: tells the receiver that a repetition is one; the same for all attempts. payload: the JSON of a webhook.
    tries: attempts since it was written or replayed. next_at: when to try (again). lease_until: by then whoever is
    sending it has said what came of it, or is dead. problem: a code and its values, of the last attempt (words.py).
    """

    class Kind(models.TextChoices):
        OPENED = "opened", _("began")
        REMINDER = "reminder", _("reminder")
        OVER = "over", _("is over")
        TEST = "test", _("test")

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        SENDING = "sending", _("being sent")
        DELIVERED = "delivered", _("delivered")
        GIVEN_UP = "given_up", _("given up")

    connection = models.ForeignKey(
        "connections.Connection", on_delete=models.CASCADE, related_name="alert_messages"
    )
    kind = models.CharField(max_length=8, choices=Kind.choices)
    channel = models.ForeignKey(Channel, on_delete=models.SET_NULL, null=True, related_name="messages")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    address = models.CharField(max_length=254, blank=True)
    medium = models.CharField(max_length=8, choices=Channel.Medium.choices)
    to = models.CharField(max_length=300)
    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    subject = models.CharField(max_length=300)
    text = models.TextField()
    payload = models.TextField(blank=True)
    state = models.CharField(max_length=9, choices=State.choices, default=State.WAITING)
    tries = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField()
    lease_until = models.DateTimeField(null=True)
    problem = models.JSONField(default=dict)
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-created_at", "-pk"]
        indexes = [
            models.Index(fields=["state", "next_at"], name="messages_to_send"),
            models.Index(fields=["connection", "-created_at"], name="messages_of_connection"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.to} {self.state}"


class Notice(models.Model):
    """That one place is to be told one thing about one incident. Written with what happened, in its transaction.

    place: "hook:3", "person:7" or "mail:a@example.com": whom a notice is for, once. due_at: not before. message: that
    tells it; None while it waits. dropped: why it was not told; "" else.
    """

    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="notices")
    kind = models.CharField(max_length=8, choices=Message.Kind.choices)
    place = models.CharField(max_length=270)
    channel = models.ForeignKey(Channel, on_delete=models.SET_NULL, null=True, related_name="+")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, related_name="+"
    )
    address = models.CharField(max_length=254, blank=True)
    due_at = models.DateTimeField()
    message = models.ForeignKey(Message, on_delete=models.SET_NULL, null=True, related_name="notices")
    settled = models.BooleanField(default=False)
    dropped = models.CharField(max_length=20, blank=True)

    class Meta:
        ordering = ["due_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["incident", "kind", "place"], name="one_notice_each_place")
        ]
        indexes = [models.Index(fields=["settled", "due_at"], name="notices_to_tell")]

    def __str__(self) -> str:
        return f"{self.kind} {self.place}"


class Attempt(models.Model):
    """One try to deliver a message. Written before anything is sent; ended_at None: nobody knows what came of it.

    status: the webhook's or the mail server's. answer: its first characters, without what is secret.
    """

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="attempts")
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    delivered = models.BooleanField(default=False)
    status = models.PositiveSmallIntegerField(null=True)
    answer = models.CharField(max_length=300, blank=True)
    problem = models.JSONField(default=dict)

    class Meta:
        ordering = ["began_at", "pk"]

    def __str__(self) -> str:
        return f"{self.message_id} {self.began_at:%H:%M:%S}"
