"""Connections, and what all processes share about them: permits, answers, tokens."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

__all__ = [
    "OBS_ENDPOINT",
    "AccountMark",
    "Bucket",
    "Connection",
    "LimitFall",
    "MinuteUse",
    "QuotaMeasurement",
    "QuotaRefusal",
    "QuotaWish",
    "SharedAnswer",
    "SharedToken",
    "Tally",
]


OBS_ENDPOINT = "https://obs.{location}.myhuaweicloud.com"


class Connection(models.Model):
    """One set of cloud credentials, endpoint and project.

    secret: sealed (see secrets.py); never shown, logged or exported.
    obs_endpoint: where object storage answers, {location} standing for a bucket's region; empty for the cloud's own.
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
    obs_endpoint = models.CharField(_("object storage"), max_length=200, blank=True, default="")
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

    def obs_url(self, location: str) -> str:
        """Return where object storage answers for the buckets of a region."""
        return (self.obs_endpoint or OBS_ENDPOINT).replace("{location}", location)


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


class QuotaWish(models.Model):
    """What an owner has said of one quota on one connection; of connections that share an account the strictest counts.

    quota: a cell of the published table. scope: for what its limit holds (see scopes.py). limit requests in any
    `seconds` seconds.
    """

    connection = models.ForeignKey(Connection, on_delete=models.CASCADE, related_name="quota_wishes")
    quota = models.CharField(max_length=20)
    scope = models.CharField(max_length=10)
    limit = models.PositiveIntegerField()
    seconds = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["connection", "quota"], name="one_wish_each_quota")]

    def __str__(self) -> str:
        return f"{self.quota} {self.limit}/{self.seconds} {self.scope}"


class QuotaMeasurement(models.Model):
    """Finding out for what a limit holds (see measuring.py): asked for, claimed by a background process, ended once.

    entry_id: of the trail. deadline: a process that has not ended by then is lost. scope: what was found, else empty,
    and why says why not. sent: requests; refused: the operation that the cloud refused.
    """

    connection = models.ForeignKey(Connection, on_delete=models.CASCADE, related_name="+")
    quota = models.CharField(max_length=20)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    asked_at = models.DateTimeField(auto_now_add=True)
    entry_id = models.UUIDField()
    begun_at = models.DateTimeField(null=True)
    deadline = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    scope = models.CharField(max_length=10, blank=True, default="")
    why = models.CharField(max_length=10, blank=True, default="")
    sent = models.PositiveIntegerField(default=0)
    refused = models.CharField(max_length=80, blank=True, default="")

    def __str__(self) -> str:
        return f"{self.quota} {self.scope or self.why}"


class Bucket(models.Model):
    """One budget of one account: a quota, or a part of it (see scopes.py). Its row is the lock for granting permits.

    quota: the budget's name. cell: the quota of the published table that it belongs to.
    limit, seconds: what is in force; None as published. before_limit, before_seconds: what was in force until lately;
    it holds as well until every permit of that time is free (see changeover.py).
    closed: another division of the quota is in force; nothing is granted here. draining: nothing is granted until the
    permits of closed budgets of the quota are free.
    book: the permits that are out or not free yet, who waits, and more (see books.py).
    seen_at: when the book was last written, in seconds on the store's clock (see clocks.py), like all instants in the
    book; they can be compared only under the same stamp.
    refused_at, refusals: the last 429, and how many there were.
    merged_into: the bucket that took over when two owners turned out to be one account.
    """

    owner = models.CharField(max_length=32)
    quota = models.CharField(max_length=80)
    cell = models.CharField(max_length=20)
    limit = models.PositiveIntegerField(null=True)
    seconds = models.FloatField(null=True)
    before_limit = models.PositiveIntegerField(null=True)
    before_seconds = models.FloatField(null=True)
    closed = models.BooleanField(default=False)
    draining = models.BooleanField(default=False)
    book = models.JSONField(default=dict)
    stamp = models.CharField(max_length=160)
    seen_at = models.FloatField(default=0.0)
    refused_at = models.DateTimeField(null=True)
    refusals = models.PositiveIntegerField(default=0)
    merged_into = models.ForeignKey("self", on_delete=models.CASCADE, null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["owner", "quota"], name="one_bucket_each_quota")]

    def __str__(self) -> str:
        return f"{self.owner} {self.quota}"


class SharedAnswer(models.Model):
    """The last answer to one question, for everybody who asks it.

    key: hash of the question. value: packed without secrets, None before the first answer.
    asked_at: when the asking for it began; taken_at: when the answer was read.
    failure: what the last asking met instead, as text fields; empty after a success.
    refreshing_until, refreshed_by: who is asking now, and until when that is believed.
    slot_at: the turn that the last refresh used, where turns are taken (see pacing.py).
    final: the answer can't change any more; it is never asked for again. raw: as the cloud sent it, compressed, for
    operations whose answers somebody may want to keep (see raw.py).
    """

    connection = models.ForeignKey(Connection, on_delete=models.CASCADE, related_name="+")
    operation = models.CharField(max_length=80)
    key = models.CharField(max_length=64)
    parameters = models.JSONField(default=dict)
    value = models.BinaryField(null=True)
    raw = models.BinaryField(null=True)
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
    """What one consumer spent of one quota by one operation within one minute; kept for a day.

    owner: whose quotas (see owners.py). connection_id: through which of the owner's connections; 0 when that is not
    known, of what is not saved yet. quota: the cell. minute: its beginning. kind, consumer: the page, task or
    command that asked (see core/consumers.py); person: the signed-in person's name, empty for the console itself.
    sent: requests. refused: those answered 429. gave_up: waits that ended without a permit. waited: seconds in all.
    """

    owner = models.CharField(max_length=32)
    connection_id = models.BigIntegerField(default=0)
    quota = models.CharField(max_length=20)
    operation = models.CharField(max_length=80, blank=True, default="")
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
                fields=[
                    *("owner", "connection_id", "quota", "operation", "minute", "lane"),
                    *("kind", "consumer", "person"),
                ],
                name="one_row_each_minutes_use",
            )
        ]

    def __str__(self) -> str:
        return f"{self.quota} {self.minute:%H:%M} {self.consumer}"


class QuotaRefusal(models.Model):
    """A request that the cloud answered with 429. retry_after: seconds that it named; None when it named none.

    connection_id: as of MinuteUse.
    """

    owner = models.CharField(max_length=32)
    connection_id = models.BigIntegerField(default=0)
    quota = models.CharField(max_length=20)
    at = models.DateTimeField(db_index=True)
    operation = models.CharField(max_length=80)
    lane = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=10)
    consumer = models.CharField(max_length=100)
    retry_after = models.FloatField(null=True)

    def __str__(self) -> str:
        return f"{self.operation} {self.at:%H:%M:%S}"


class LimitFall(models.Model):
    """A limit that fell because somebody else spends the quota too (see sparkrtc/strangers.py); kept for a week.

    quota: the budget's name. before, after: requests believed to be left to us in a window; whole: what the rules say.
    accepted: how many of ours the cloud had accepted within the window before. whole_at: when it is whole again, if
    nothing more is refused.
    """

    owner = models.CharField(max_length=32)
    quota = models.CharField(max_length=80)
    at = models.DateTimeField(db_index=True)
    before = models.PositiveIntegerField()
    after = models.PositiveIntegerField()
    whole = models.PositiveIntegerField()
    accepted = models.PositiveIntegerField()
    whole_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.quota} {self.before} to {self.after} at {self.at:%H:%M:%S}"


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
