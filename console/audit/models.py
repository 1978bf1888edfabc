"""The ledger's tables. Rows of AuditEntry, SignedHead and Statement are added and never changed: see triggers.py.

No foreign key leads out of here: a trail must outlive the people and connections it tells about.
"""

import uuid
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from console.audit import canonical
from console.audit.actions import action_label

__all__ = ["CONSOLE", "AuditEntry", "Kind", "Ledger", "OpenAttempt", "Outcome", "SignedHead", "Statement"]

CONSOLE = "console"  # the ledger of what belongs to no connection


class Kind(models.TextChoices):
    """What a row is. An attempt and its outcome are two rows; a record is both in one, for what is done at once."""

    ATTEMPT = "attempt", _("attempt")
    OUTCOME = "outcome", _("outcome")
    FINDING = "finding", _("finding")
    RECORD = "record", _("record")


class Outcome(models.TextChoices):
    ATTEMPTED = "attempted", _("attempted")
    SUCCEEDED = "succeeded", _("succeeded")
    FAILED = "failed", _("failed")
    UNKNOWN = "unknown", _("unknown")


class Ledger(models.Model):
    """A chain of entries and its head: "console", or "connection-<id>". Its row is the lock of whoever appends.

    number: how many entries there are, which is the number of the last one.
    label: the connection's short name as of the last entry.
    """

    name = models.CharField(max_length=64, primary_key=True)
    connection_id = models.BigIntegerField(null=True, db_index=True)
    label = models.CharField(max_length=80, default="")
    number = models.BigIntegerField(default=0)
    hash = models.CharField(max_length=64, default=canonical.GENESIS)

    def __str__(self) -> str:
        return self.label or self.name


class AuditEntry(models.Model):
    """One row of a ledger.

    attempt_id: the uuid of the attempt that an outcome or finding belongs to; of an attempt or record, its own.
    actor_id: None with an empty name means the console itself.
    before_json, after_json, details_json: canonical JSON as text, so that what is stored is exactly what was hashed.
    outcome: "attempted" on attempts; on findings empty, or the outcome that the finding establishes.
    """

    id = models.BigAutoField(primary_key=True)
    version = models.PositiveSmallIntegerField(default=canonical.VERSION)
    ledger = models.CharField(max_length=64)
    number = models.BigIntegerField()
    uuid = models.UUIDField(default=uuid.uuid4, unique=True)
    kind = models.CharField(max_length=8, choices=Kind.choices)
    attempt_id = models.UUIDField()
    at = models.DateTimeField()
    actor_id = models.BigIntegerField(null=True)
    actor_username = models.CharField(max_length=150, default="", blank=True)
    actor_name = models.CharField(max_length=150, default="", blank=True)
    actor_role = models.CharField(max_length=150, default="", blank=True)
    on_behalf_of = models.CharField(max_length=150, default="", blank=True)
    address = models.CharField(max_length=64, default="", blank=True)
    user_agent = models.CharField(max_length=300, default="", blank=True)
    click_id = models.CharField(max_length=64, default="", blank=True, db_index=True)
    action = models.CharField(max_length=80)
    target_kind = models.CharField(max_length=40, default="", blank=True)
    target_id = models.CharField(max_length=256, default="", blank=True, db_index=True)
    target_name = models.CharField(max_length=256, default="", blank=True)
    app_id = models.CharField(max_length=64, default="", blank=True)
    connection_id = models.BigIntegerField(null=True)
    connection_slug = models.CharField(max_length=80, default="", blank=True)
    connection_name = models.CharField(max_length=150, default="", blank=True)
    reason = models.CharField(max_length=1000, default="", blank=True)
    before_json = models.TextField(default="null")
    after_json = models.TextField(default="null")
    outcome = models.CharField(max_length=12, choices=Outcome.choices, default="", blank=True)
    status = models.PositiveIntegerField(null=True)  # the cloud's HTTP status
    error_code = models.CharField(max_length=64, default="", blank=True)
    error = models.CharField(max_length=1000, default="", blank=True)
    request_id = models.CharField(max_length=128, default="", blank=True, db_index=True)
    finding = models.CharField(max_length=300, default="", blank=True)
    details_json = models.TextField(default="{}")
    digest = models.CharField(max_length=64)
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    class Meta:
        verbose_name_plural = "audit entries"
        constraints = [
            models.UniqueConstraint(fields=["ledger", "number"], name="one_entry_per_number"),
            models.UniqueConstraint(
                fields=["attempt_id"], condition=models.Q(kind="outcome"), name="one_outcome_per_attempt"
            ),
        ]
        indexes = [
            models.Index(fields=["at", "id"], name="audit_by_time"),
            models.Index(fields=["attempt_id", "number"], name="audit_by_attempt"),
            models.Index(fields=["connection_id", "at", "id"], name="audit_by_connection"),
            models.Index(fields=["actor_id", "at", "id"], name="audit_by_actor"),
            models.Index(fields=["action", "at", "id"], name="audit_by_action"),
            models.Index(fields=["app_id", "at", "id"], name="audit_by_application"),
            models.Index(fields=["outcome", "at"], name="audit_by_outcome"),
        ]

    def __str__(self) -> str:
        return f"{self.ledger} {self.number}: {self.action} ({self.kind})"

    @property
    def before(self) -> Any:
        return canonical.load(self.before_json)

    @property
    def after(self) -> Any:
        return canonical.load(self.after_json)

    @property
    def details(self) -> Any:
        return canonical.load(self.details_json)

    @property
    def target(self) -> str:
        return self.target_id or self.target_name

    @property
    def action_label(self) -> str:
        return action_label(self.action)

    def fields(self) -> dict[str, Any]:
        """Return the row as canonical.FIELDS has it, with times and ids as text."""
        row = {name: getattr(self, name) for name in canonical.FIELDS}
        for name in ("kind", "outcome"):
            row[name] = str(row[name])  # a plain text, whether it comes from code or from the database
        row["at"] = canonical.iso(self.at)
        row["uuid"], row["attempt_id"] = str(self.uuid), str(self.attempt_id)
        return row

    def canonical(self) -> str:
        """Return the canonical form that the digest is taken over."""
        return canonical.canonical(self.fields())


class SignedHead(models.Model):
    """A ledger's head, signed: proof that so many entries existed, so that a cut-off tail shows.

    serial: counts the signatures of a ledger from 1.
    key_id: which key signed, see heads.py; the signature is base64url over the head's canonical form.
    """

    ledger = models.CharField(max_length=64)
    serial = models.BigIntegerField()
    number = models.BigIntegerField()
    hash = models.CharField(max_length=64)
    signed_at = models.DateTimeField()
    key_id = models.CharField(max_length=16)
    signature = models.CharField(max_length=100)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["ledger", "serial"], name="one_signature_per_serial")]
        indexes = [models.Index(fields=["ledger", "number"], name="audit_head_by_number")]

    def __str__(self) -> str:
        return f"{self.ledger} {self.number}"


class Statement(models.Model):
    """The heads of all ledgers at one moment, signed, so that a ledger that vanished shows; see statements.py.

    serial: counts from 1. heads_json: {ledger: [number of its last entry, hash]} as canonical JSON.
    hash: the digest of the statement's canonical form, which holds the hash of the one before.
    """

    serial = models.BigIntegerField(primary_key=True)
    heads_json = models.TextField()
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)
    signed_at = models.DateTimeField()
    key_id = models.CharField(max_length=16)
    signature = models.CharField(max_length=100)

    def __str__(self) -> str:
        return f"statement {self.serial}"


class OpenAttempt(models.Model):
    """An attempt whose outcome is still to come; deleted in the transaction that writes it.

    deadline: from then on its process counts as lost.
    """

    attempt_id = models.UUIDField(primary_key=True)
    ledger = models.CharField(max_length=64)
    started_at = models.DateTimeField()
    deadline = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return str(self.attempt_id)
