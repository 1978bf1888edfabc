"""What the collector goes out for, again and again."""

from django.db import models

from console.analytics.models.projects import KnownApplication

__all__ = ["Errand"]


class Errand(models.Model):
    """One series, list or distribution of one application.

    kind: a name of collecting/kinds.py. reached: everything before it is final and never asked for again, counted in
    the kind's own unit (minutes, hours, days … since 1970); None before the first answer.
    due_at: when to go again. keep_by: when the cloud begins to forget what is not fetched yet.
    lease, leased_until: who is out for it. failures, problem: refused or failed so often since the last answer.
    shorter: the cloud refused how far the kind reaches, so less is asked for.
    """

    application = models.ForeignKey(KnownApplication, on_delete=models.CASCADE, related_name="errands")
    kind = models.CharField(max_length=24)
    reached = models.BigIntegerField(null=True)
    due_at = models.DateTimeField()
    keep_by = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    lease = models.CharField(max_length=32, blank=True)
    leased_until = models.DateTimeField(null=True)
    failures = models.PositiveSmallIntegerField(default=0)
    problem = models.JSONField(default=list, blank=True)
    shorter = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["application", "kind"], name="one_errand_each_kind")]
        indexes = [models.Index(fields=["due_at"], name="errands_by_due")]

    def __str__(self) -> str:
        return f"{self.application_id} {self.kind}"
