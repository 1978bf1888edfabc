"""Reports by e-mail: what, to whom and when; and each letter of each period, once."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from console.accounts.models import User
from console.analytics.models.saved import SavedView
from console.connections.models import Connection

__all__ = ["Report", "ReportLetter"]


class Report(models.Model):
    """A saved view that goes out by mail after every week or month.

    day: of the week, 1 (Monday) to 7, or of the month, 1 to 28. hour, zone: when it goes out on that day.
    since: periods that ended before are nobody's.
    """

    class Every(models.TextChoices):
        WEEK = "week", _("Every week")
        MONTH = "month", _("Every month")

    connection = models.ForeignKey(Connection, on_delete=models.CASCADE, related_name="+")
    view = models.ForeignKey(SavedView, on_delete=models.RESTRICT, related_name="reports")
    every = models.CharField(max_length=5, choices=Every.choices, default=Every.WEEK)
    day = models.PositiveSmallIntegerField(
        default=1, validators=[MinValueValidator(1), MaxValueValidator(28)]
    )
    hour = models.PositiveSmallIntegerField(default=8, validators=[MaxValueValidator(23)])
    zone = models.CharField(max_length=64, default="UTC")
    recipients = models.ManyToManyField(User, related_name="+")
    active = models.BooleanField(default=True)
    made_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    made_by_name = models.CharField(max_length=150)
    since = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    def __str__(self) -> str:
        return f"{self.view_id} {self.every}"


class ReportLetter(models.Model):
    """One report of one period to one person.

    state: handed means that the mail server was being told when the process was last heard of; found like that, it is
    unknown whether the letter went out, and it is not sent again by itself.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("Waits")
        HANDED = "handed", _("Being handed over")
        SENT = "sent", _("Sent")
        FAILED = "failed", _("Failed")
        UNKNOWN = "unknown", _("Unknown")
        SKIPPED = "skipped", _("Not sent")

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="letters")
    recipient = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    first = models.DateField()
    last = models.DateField()
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    due_at = models.DateTimeField()
    lease = models.CharField(max_length=32, blank=True)
    leased_until = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    problem = models.CharField(max_length=200, blank=True)
    address = models.CharField(max_length=254, blank=True)
    sent_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["report", "recipient", "first"], name="one_letter_each_period")
        ]
        indexes = [models.Index(fields=["state", "due_at"], name="letters_by_due")]

    def __str__(self) -> str:
        return f"{self.report_id} {self.first} {self.state}"
