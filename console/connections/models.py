"""Connections, and what all processes share about them: permits, answers, tokens."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.db import models
from django.utils.translation import gettext_lazy as _

__all__ = [
    "AccountMark",
    "Bucket",
    "Connection",
    "MinuteUse",
    "QuotaRefusal",
    "SharedAnswer",
    "SharedToken",
    "TakenPermit",
    "Tally",
]


class Connection(models.Model):
    """One set of cloud credentials, endpoint and project.

    secret: sealed (see secrets.py); never shown, logged or exported.
    checked_at, checked: when it was tested last, and the steps of that test (see check.py).
    """

    class Kind(models.TextChoices):
        ACCESS_KEY = "access_key", _("Access key (AK/SK)")
        IAM_USER = "iam_user", _("IAM user")

    slug = models.SlugField(
        _("short name"), max_length=40, unique=True, help_text=_("Stands in addresses: /c/short-name/…")
    )
    name = models.CharField(_("name"), max_length=80, unique=True)
    endpoint = models.URLField(_("endpoint"), max_length=200, default="https://rtc-api.myhuaweicloud.com")
    project_id = models.CharField(_("project id"), max_length=64)
    kind = models.CharField(_("credentials"), max_length=16, choices=Kind.choices, default=Kind.ACCESS_KEY)
    access_key = models.CharField(_("access key id (AK)"), max_length=128, blank=True)
    iam_endpoint = models.URLField(
        _("IAM endpoint"), max_length=200, blank=True, default="https://iam.myhuaweicloud.com"
    )
    iam_domain = models.CharField(_("account name"), max_length=128, blank=True)
    iam_user = models.CharField(_("IAM user name"), max_length=128, blank=True)
    secret = models.BinaryField(blank=True, default=b"", editable=False)
    active = models.BooleanField(_("in use"), default=True)
    checked_at = models.DateTimeField(null=True, editable=False)
    checked = models.JSONField(default=list, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    @property
    def host(self) -> str:
        """The endpoint's host and port, lower case: quotas are counted there."""
        return urlsplit(self.endpoint).netloc.lower()


class AccountMark(models.Model):
    """Something by which a cloud account is recognised, and the owner of quotas that it stands for.

    Two connections that share a project, an access key or an account name spend the same quotas.
    mark: "project:…", "key:…" or "account:…". Marks outlive their connections: so do the server's counters.
    """

    host = models.CharField(max_length=200)
    mark = models.CharField(max_length=160)
    owner = models.CharField(max_length=32, db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["host", "mark"], name="one_owner_each_mark")]

    def __str__(self) -> str:
        return f"{self.host} {self.mark}"


class Bucket(models.Model):
    """One quota of one account. Its row is the lock under which permits are granted.

    Instants are seconds on the store's clock (see store.py), comparable only under the same stamp.
    last_start: of the permit granted last. blocked_until: nothing starts before it.
    turn_at: when whoever was refused last may ask again; the next to be refused comes after that.
    waiting: {lane: until when somebody of it is expected back}; lanes behind leave a permit to each.
    seen_at: when a grant was last decided; the clock must not be behind it.
    merged_into: the bucket that took over when two owners turned out to be one account.
    """

    owner = models.CharField(max_length=32)
    quota = models.CharField(max_length=20)
    stamp = models.CharField(max_length=160)
    last_start = models.FloatField(default=0.0)
    blocked_until = models.FloatField(default=0.0)
    turn_at = models.FloatField(default=0.0)
    waiting = models.JSONField(default=dict)
    seen_at = models.FloatField(default=0.0)
    refused_at = models.DateTimeField(null=True)
    refusals = models.PositiveIntegerField(default=0)
    merged_into = models.ForeignKey("self", on_delete=models.CASCADE, null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["owner", "quota"], name="one_bucket_each_quota")]

    def __str__(self) -> str:
        return f"{self.owner} {self.quota}"


class TakenPermit(models.Model):
    """Leave to send one request, from its grant until nobody's window can hold the request any more.

    send_at: the request starts then, not before. done_at: its answer was read; None while it is under way.
    lease_until: a holder that has not reported by then is taken for dead.
    """

    bucket = models.ForeignKey(Bucket, on_delete=models.CASCADE, related_name="taken")
    lane = models.PositiveSmallIntegerField()
    send_at = models.FloatField()
    done_at = models.FloatField(null=True)
    lease_until = models.FloatField()

    def __str__(self) -> str:
        return f"{self.bucket_id} at {self.send_at:.3f}"


class SharedAnswer(models.Model):
    """The last answer to one question, for everybody who asks it.

    key: hash of the question. value: packed without secrets, None before the first answer.
    asked_at: when the asking for it began; taken_at: when the answer was read.
    failure: what the last asking met instead, as text fields; empty after a success.
    refreshing_until, refreshed_by: who is asking now, and until when that is believed.
    slot_at: the turn that the last refresh used, where turns are taken (see pacing.py).
    final: the answer can't change any more; it is never asked for again.
    """

    connection = models.ForeignKey(Connection, on_delete=models.CASCADE, related_name="+")
    operation = models.CharField(max_length=80)
    key = models.CharField(max_length=64)
    parameters = models.JSONField(default=dict)
    value = models.BinaryField(null=True)
    asked_at = models.DateTimeField(null=True)
    taken_at = models.DateTimeField(null=True)
    request_id = models.CharField(max_length=128, blank=True, default="")
    failure = models.JSONField(default=dict)
    failed_at = models.DateTimeField(null=True)
    refreshing_until = models.DateTimeField(null=True)
    refreshed_by = models.CharField(max_length=32, blank=True, default="")
    slot_at = models.DateTimeField(null=True)
    final = models.BooleanField(default=False)
    last_watched = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["connection", "operation", "key"], name="one_answer_each_question"
            )
        ]

    def __str__(self) -> str:
        return f"{self.operation} {self.key[:8]}"


class SharedToken(models.Model):
    """A sealed IAM token that all processes use until it expires.

    user: hash that names the IAM user and the password it was fetched with.
    """

    user = models.CharField(max_length=64, primary_key=True)
    sealed = models.BinaryField()
    issued_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.user[:8]


class MinuteUse(models.Model):
    """What one consumer spent of one quota within one minute; kept for a day.

    owner: whose quotas (see owners.py). minute: its beginning. kind, consumer: the page, task or command that asked
    (see core/consumers.py); person: the signed-in person's name, empty for the console itself.
    sent: requests. refused: those answered 429. gave_up: waits that ended without a permit. waited: seconds in all.
    """

    owner = models.CharField(max_length=32)
    quota = models.CharField(max_length=20)
    minute = models.DateTimeField(db_index=True)
    lane = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=10)
    consumer = models.CharField(max_length=100)
    person = models.CharField(max_length=150, blank=True, default="")
    sent = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)
    gave_up = models.PositiveIntegerField(default=0)
    waited = models.FloatField(default=0.0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "quota", "minute", "lane", "kind", "consumer", "person"],
                name="one_row_each_minutes_use",
            )
        ]

    def __str__(self) -> str:
        return f"{self.quota} {self.minute:%H:%M} {self.consumer}"


class QuotaRefusal(models.Model):
    """A request that the cloud answered with 429. retry_after: seconds that it named; None when it named none."""

    owner = models.CharField(max_length=32)
    quota = models.CharField(max_length=20)
    at = models.DateTimeField(db_index=True)
    operation = models.CharField(max_length=80)
    lane = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=10)
    consumer = models.CharField(max_length=100)
    retry_after = models.FloatField(null=True)

    def __str__(self) -> str:
        return f"{self.operation} {self.at:%H:%M:%S}"


class Tally(models.Model):
    """A number that only grows, counted by all processes together; for /metrics.

    labels: their values, joined by "|" in the order that metrics.py knows.
    """

    name = models.CharField(max_length=40)
    labels = models.CharField(max_length=160)
    value = models.FloatField(default=0.0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["name", "labels"], name="one_row_each_tally")]

    def __str__(self) -> str:
        return f"{self.name} {self.labels}"
