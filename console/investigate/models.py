"""What this app remembers: sessions and rooms that passed by, verdicts, kept calls, and what people wrote to them."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from console.core.told import say

__all__ = [
    "CallNote",
    "Investigation",
    "KeptAnswer",
    "KeptCall",
    "LockerPolicy",
    "SeenRoom",
    "SeenSession",
    "VerdictLimits",
    "VerdictMark",
    "VerdictRecord",
    "WatchedUser",
]


class _OfACall(models.Model):
    """A row about one call: one life of a room id. started_at tells it from the others."""

    connection = models.ForeignKey("connections.Connection", on_delete=models.CASCADE, related_name="+")
    app_id = models.CharField(max_length=64)
    room_id = models.CharField(max_length=128)
    started_at = models.DateTimeField()

    class Meta:
        abstract = True


class SeenSession(models.Model):
    """A session of a participant as a list of the cloud told it; personal data, kept for SEEN_DAYS.

    key: hash of what tells it from every other one on the connection. nickname_key: for comparing without case.
    state: FAIL, ONLINE or OFFLINE as of seen_at.
    """

    connection = models.ForeignKey("connections.Connection", on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=32)
    app_id = models.CharField(max_length=64)
    room_id = models.CharField(max_length=128)
    user_id = models.CharField(max_length=128)
    session_id = models.CharField(max_length=128, blank=True)
    nickname = models.CharField(max_length=256, blank=True)
    nickname_key = models.CharField(max_length=256, blank=True)
    ip = models.CharField(max_length=64, blank=True)
    region = models.CharField(max_length=64, blank=True)
    isp = models.CharField(max_length=64, blank=True)
    device = models.CharField(max_length=128, blank=True)
    platform = models.CharField(max_length=64, blank=True)
    sdk = models.CharField(max_length=64, blank=True)
    state = models.CharField(max_length=16, blank=True)
    joined_at = models.DateTimeField(null=True)
    left_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["connection", "key"], name="one_row_each_session")]
        indexes = [
            models.Index(fields=["connection", "user_id", "-joined_at"], name="sessions_of_a_user"),
            models.Index(fields=["connection", "room_id", "-joined_at"], name="sessions_of_a_room"),
            models.Index(fields=["connection", "session_id"], name="sessions_by_id"),
            models.Index(fields=["connection", "nickname_key"], name="sessions_by_nickname"),
            models.Index(fields=["connection", "ip"], name="sessions_by_address"),
            models.Index(fields=["joined_at"], name="sessions_by_age"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} in {self.room_id}"


class SeenRoom(models.Model):
    """One use of a room id as a list of the cloud told it. closed_at: None while it was open, as of seen_at."""

    connection = models.ForeignKey("connections.Connection", on_delete=models.CASCADE, related_name="+")
    app_id = models.CharField(max_length=64)
    room_id = models.CharField(max_length=128)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["connection", "app_id", "room_id", "opened_at"], name="one_row_each_use"
            )
        ]
        indexes = [
            models.Index(fields=["connection", "room_id", "-opened_at"], name="uses_of_a_room"),
            models.Index(fields=["opened_at"], name="uses_by_age"),
        ]

    def __str__(self) -> str:
        return self.room_id


class Investigation(models.Model):
    """A call that somebody looked at. query: of the address that restores it.

    said: what the verdict said, as a clause with the names that stand in it, so that whoever reads it does so in their
    language. headline: the same in words, of rows of before.
    """

    owner = models.ForeignKey("accounts.User", on_delete=models.CASCADE, related_name="+")
    connection = models.ForeignKey("connections.Connection", on_delete=models.CASCADE, related_name="+")
    app_id = models.CharField(max_length=64)
    room_id = models.CharField(max_length=128)
    started_at = models.DateTimeField()
    user_id = models.CharField(max_length=128, blank=True)
    query = models.CharField(max_length=4000, blank=True)
    headline = models.CharField(max_length=300, blank=True)
    said = models.JSONField(default=dict)
    pinned = models.BooleanField(default=False)
    seen_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "connection", "app_id", "room_id", "started_at"],
                name="one_row_each_call_looked_at",
            )
        ]
        indexes = [
            models.Index(fields=["owner", "connection", "-pinned", "-seen_at"], name="calls_looked_at")
        ]

    def __str__(self) -> str:
        return f"{self.room_id} {self.started_at}"


class VerdictRecord(_OfACall):
    """A verdict as it was given last about one complaint. data: the whole of it as JSON (verdict.storing).

    user_id: whom it is about, "" for everybody. inputs: hash of everything that it follows from. person: on whose side.
    """

    user_id = models.CharField(max_length=128, blank=True)
    symptom = models.CharField(max_length=20, blank=True)
    engine = models.CharField(max_length=20)
    outcome = models.CharField(max_length=16)
    rule = models.CharField(max_length=8, blank=True)
    rule_version = models.PositiveSmallIntegerField(default=0)
    side = models.CharField(max_length=10, blank=True)
    person = models.CharField(max_length=128, blank=True)
    confidence = models.CharField(max_length=8, blank=True)
    inputs = models.CharField(max_length=64)
    data = models.JSONField(default=dict)
    given_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["connection", "app_id", "room_id", "started_at", "user_id", "symptom"],
                name="one_verdict_each_complaint",
            )
        ]
        indexes = [
            models.Index(
                fields=["connection", "app_id", "user_id", "-started_at"], name="verdicts_of_a_user"
            ),
            models.Index(fields=["connection", "rule"], name="verdicts_by_rule"),
        ]

    def __str__(self) -> str:
        return f"{self.rule or self.outcome} {self.room_id}"

    @property
    def bad(self) -> bool:
        """Whether something was found wrong."""
        return self.outcome in ("found", "cannot_tell")


class VerdictLimits(models.Model):
    """Limits of a connection that differ from the defaults: {id: value}, see verdict.limits."""

    connection = models.OneToOneField(
        "connections.Connection", on_delete=models.CASCADE, primary_key=True, related_name="+"
    )
    values = models.JSONField(default=dict)

    def __str__(self) -> str:
        return f"{self.connection}: {len(self.values)}"


class VerdictMark(models.Model):
    """What somebody thinks of a verdict. rule, rule_version: of the verdict at that time."""

    verdict = models.ForeignKey(VerdictRecord, on_delete=models.CASCADE, related_name="marks")
    rule = models.CharField(max_length=8, blank=True)
    rule_version = models.PositiveSmallIntegerField(default=0)
    right = models.BooleanField()
    note = models.CharField(max_length=500, blank=True)
    author = models.ForeignKey("accounts.User", on_delete=models.SET_NULL, null=True, related_name="+")
    author_name = models.CharField(max_length=150)
    marked_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["verdict", "author"], name="one_mark_each_person")]

    def __str__(self) -> str:
        return f"{self.rule}: {'right' if self.right else 'wrong'}"


class CallNote(_OfACall):
    """Something that a person wrote about a call."""

    text = models.CharField(max_length=2000)
    author = models.ForeignKey("accounts.User", on_delete=models.SET_NULL, null=True, related_name="+")
    author_name = models.CharField(max_length=150)
    written_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["written_at"]
        indexes = [
            models.Index(fields=["connection", "app_id", "room_id", "started_at"], name="notes_of_a_call")
        ]

    def __str__(self) -> str:
        return self.text[:60]


class KeptCall(_OfACall):
    """A call whose answers are kept, or are to be kept as soon as they are final.

    ended_at: None while nobody knows. user_ids: whose curves are wanted. why: see Why. reason: in words, "" without.
    problem: why it could not be kept, or not wholly; see core.told. expires_at: when the policy deletes it.
    digest: of all answers' digests in order, "" before; the trail has it, too.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("to be kept")
        KEPT = "kept", _("kept")
        PARTIAL = "partial", _("kept in part")
        FAILED = "failed", _("not kept")

    class Why(models.TextChoices):
        CHOSEN = "chosen", _("somebody chose it")
        VERDICT = "verdict", _("something was wrong")
        COMPLAINT = "complaint", _("somebody complained")
        WATCHED = "watched", _("a watched participant was in it")

    ended_at = models.DateTimeField(null=True)
    people = models.PositiveIntegerField(default=0)
    user_ids = models.JSONField(default=list)
    why = models.CharField(max_length=10, choices=Why.choices)
    reason = models.CharField(max_length=500, blank=True)
    keeper = models.ForeignKey("accounts.User", on_delete=models.SET_NULL, null=True, related_name="+")
    keeper_name = models.CharField(max_length=150, blank=True)
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    problem = models.JSONField(default=list, blank=True)
    flagged_at = models.DateTimeField(default=timezone.now)
    due_at = models.DateTimeField(default=timezone.now)
    kept_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)
    size_bytes = models.PositiveBigIntegerField(default=0)
    digest = models.CharField(max_length=64, blank=True)

    class Meta:
        ordering = ["-started_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["connection", "app_id", "room_id", "started_at"], name="a_call_is_kept_once"
            )
        ]
        indexes = [
            models.Index(fields=["state", "due_at"], name="calls_to_keep"),
            models.Index(fields=["expires_at"], name="kept_calls_by_expiry"),
            models.Index(fields=["connection", "-started_at"], name="kept_calls"),
        ]

    def __str__(self) -> str:
        return f"{self.room_id} {self.started_at}"

    @property
    def openable(self) -> bool:
        """Whether it can be opened without the cloud."""
        return self.state in (self.State.KEPT, self.State.PARTIAL)

    @property
    def tone(self) -> str:
        """How its state is coloured."""
        return {"kept": "good", "partial": "watch", "failed": "bad"}.get(self.state, "unknown")

    @property
    def problem_said(self) -> str:
        return say(self.problem)


class KeptAnswer(models.Model):
    """One answer of the cloud about a kept call, compressed.

    form: as the cloud sent it, byte by byte; or as this console read it, where what was sent is not stored (as in
    entries of before). parameters: what was asked. asked_at, taken_at: when it was asked, and answered. digest: SHA-256
    of the answer before it was compressed; size_bytes: of the same.
    """

    class Form(models.TextChoices):
        SENT = "sent", _("as the cloud sent it")
        READ = "read", _("as this console read it")

    call = models.ForeignKey(KeptCall, on_delete=models.CASCADE, related_name="answers")
    number = models.PositiveSmallIntegerField()
    operation = models.CharField(max_length=80)
    parameters = models.JSONField()
    form = models.CharField(max_length=4, choices=Form.choices, default=Form.READ)
    request_id = models.CharField(max_length=128, blank=True)
    asked_at = models.DateTimeField(null=True)
    taken_at = models.DateTimeField()
    digest = models.CharField(max_length=64)
    size_bytes = models.PositiveIntegerField()
    body = models.BinaryField()

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["call", "number"], name="one_number_each_answer")]

    def __str__(self) -> str:
        return f"{self.operation} {self.taken_at}"

    @property
    def asked_words(self) -> str:
        """What was asked, in one line, what tells answers apart first; application and paging are left out."""
        order = {name: place for place, name in enumerate(("user_id", "peer_id", "mid", "room_id", "type"))}
        left_out = {"app_id", "limit", "offset"} if not self.parameters.get("offset") else {"app_id", "limit"}
        told = sorted(self.parameters.items(), key=lambda one: order.get(one[0], len(order)))
        return " ".join(
            f"{name}={','.join(value) if isinstance(value, list) else value}"
            for name, value in told
            if name not in left_out
        )


class LockerPolicy(models.Model):
    """What is kept by itself on a connection, and for how long. Without a row the defaults hold."""

    connection = models.OneToOneField(
        "connections.Connection", on_delete=models.CASCADE, primary_key=True, related_name="+"
    )
    keep_verdicts = models.BooleanField(_("Keep calls in which something was wrong"), default=True)
    keep_complaints = models.BooleanField(_("Keep calls that somebody complained of"), default=True)
    days = models.PositiveIntegerField(_("Keep for"), default=180)

    def __str__(self) -> str:
        return f"{self.connection}: {self.days} days"


class WatchedUser(models.Model):
    """A participant whose calls are kept, whatever becomes of them."""

    connection = models.ForeignKey("connections.Connection", on_delete=models.CASCADE, related_name="+")
    app_id = models.CharField(max_length=64)
    user_id = models.CharField(max_length=128)
    reason = models.CharField(max_length=500)
    author_name = models.CharField(max_length=150)
    since = models.DateTimeField(default=timezone.now)
    until = models.DateTimeField()
    looked_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-since"]
        constraints = [
            models.UniqueConstraint(fields=["connection", "app_id", "user_id"], name="watched_once")
        ]

    def __str__(self) -> str:
        return self.user_id
