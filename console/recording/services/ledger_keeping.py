"""Keeping the ledger: what ought to be recorded, what was told of it, and what lies in the buckets."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import structlog
from django.db.models import F, Q
from django.utils import timezone

from console.applications.services.facts import list_facts
from console.applications.shapes import ApplicationList
from console.connections.ages import Age
from console.connections.models import Connection
from console.recording.judging import BucketSeen, Facts, due_at, judge, seen_by_refusal
from console.recording.models import LedgerEntry, Reason
from console.recording.naming import as_folder, names_of
from console.recording.services.callback_settings import setting_of
from console.recording.services.deliveries import find_deliveries, last_heard, was_turned_away
from console.recording.services.ledger_files import Found, find_files
from console.recording.services.ledger_filling import FRESH_ENOUGH, WATCHED, fill
from console.recording.services.ledger_sending import ask_who_sent
from console.recording.services.templates import list_templates
from console.recording.shapes.templates import Template, Templates
from console.sparkrtc.errors import NotFound, Refused, SparkError
from console.sparkrtc.permits import Lane
from console.storage.services.buckets import list_buckets
from console.storage.services.objects import can_be_listed, read_objects
from console.storage.shapes import Buckets

__all__ = ["keep"]

log = structlog.get_logger(__name__)

_LANE = Lane.BACKGROUND
_MOST_ENTRIES = 200  # judged at once; those that waited longest come first
_MOST_NOTIFICATIONS = 50
_COMPLETE = "RECORD_FILE_COMPLETE"
_JUDGED = (
    "bucket", "location", "due_at", "notified_at", "ours", "sending", "file_name", "file_at", "state", "reason",
    "checked_at",
)  # fmt: skip
_UNTOLD = (Reason.UNREACHED, Reason.UNVERIFIED)
_State = LedgerEntry.State


def keep(connection: Connection, now: datetime | None = None) -> int:
    """Bring a connection's ledger up to date, and return how many recordings were judged.

    Costs shared reads of the background lane: the applications, rooms of those that record by themselves, templates of
    those with something open, the buckets, one list of objects for each folder that something open writes to, and who
    sent anything of a few that are late without a reason (ledger_sending.py). What cannot be read leaves recordings as
    they were, or late, never missing.
    """
    now = now or timezone.now()
    applications: ApplicationList | None = None
    try:
        applications = list_facts(connection, None, lane=_LANE, fresh_after=now - FRESH_ENOUGH)
    except SparkError as problem:
        log.info(
            "the applications could not be read for the ledger",
            connection=connection.slug,
            problem=str(problem),
        )
    try:
        fill(connection, applications.items if applications else (), now)
    except SparkError as problem:
        log.info("rooms could not be read for the ledger", connection=connection.slug, problem=str(problem))
    entries = _open(connection, now)
    if entries:
        _Round(connection, applications, now).judge_all(entries)
    return len(entries)


def _open(connection: Connection, now: datetime) -> list[LedgerEntry]:
    waiting = LedgerEntry.objects.filter(connection=connection, began_at__gte=now - WATCHED)
    # What has come is looked at once more, when a notification ought to have told of it; and if that comes very late.
    untold = Q(state=_State.ARRIVED, ours=True, notified_at=None)
    untold &= Q(ended_at=None) | Q(due_at=None) | Q(checked_at__lt=F("due_at")) | Q(reason__in=_UNTOLD)
    settled = Q(state__in=[_State.ARRIVED, _State.NOTHING])
    waiting = waiting.filter(untold | ~settled).select_related("recording")
    return list(waiting.order_by(F("checked_at").asc(nulls_first=True), "began_at")[:_MOST_ENTRIES])


@dataclass(frozen=True)
class _Seen:
    """What was seen of a template and its bucket. For template_known and names_tell see judging.Facts."""

    bucket: BucketSeen
    template_known: bool | None
    names_tell: bool = True
    merge_gap_seconds: int | None = None


class _Round:
    """One look at everything that is open on a connection."""

    def __init__(self, connection: Connection, applications: ApplicationList | None, now: datetime) -> None:
        self._connection = connection
        self._applications = {facts.app_id: facts for facts in applications.items} if applications else {}
        self._age = applications.age if applications else Age(now)
        self._now, self._fresh = now, now - FRESH_ENOUGH
        self._templates: dict[str, Templates | None] = {}
        self._ours: dict[str, bool | None] = {}
        self._told: dict[int, list[str]] = {}
        self._heard_at: dict[str, datetime | None] = {}
        self._buckets = self._read_buckets()

    def judge_all(self, entries: list[LedgerEntry]) -> None:
        by_template: dict[tuple[str, str], list[LedgerEntry]] = {}
        for entry in entries:
            self._hear(entry)
            by_template.setdefault((entry.app_id, entry.template_id), []).append(entry)
        seen: dict[int, _Seen] = {}
        for (app_id, template_id), group in by_template.items():
            seen |= dict.fromkeys((entry.pk for entry in group), self._see(app_id, template_id, group))
        for entry in entries:
            self._judge(entry, seen[entry.pk])
        for entry in ask_who_sent(self._connection, entries, self._now):
            self._judge(entry, seen[entry.pk])
        LedgerEntry.objects.bulk_update(entries, _JUDGED)

    def _see(self, app_id: str, template_id: str, group: list[LedgerEntry]) -> "_Seen":
        """Look for the files of the recordings of one template, and at what may keep them from coming."""
        templates = self._templates_of(app_id)
        template = templates.find(template_id) if templates else None
        if template is None:
            return _Seen(BucketSeen.UNKNOWN, None if templates is None else False)
        seen, found = BucketSeen.READ, dict[int, Found]()
        if any(
            not entry.file_name for entry in group
        ):  # of what has come, only the notification is waited for
            seen, found = self._look(template, group)
        for entry in group:
            file = found.get(entry.pk)
            if file is not None:
                entry.file_name, entry.file_at = file.name[:1024], file.modified_at
            entry.bucket, entry.location = template.bucket, template.location
        names_tell = all("stream" in one.groupindex for _kind, one in names_of(template))
        return _Seen(seen, True, names_tell, _merge_gap(template))

    def _judge(self, entry: LedgerEntry, seen: "_Seen") -> None:
        entry.due_at = due_at(entry.ended_at, seen.merge_gap_seconds)
        entry.state, entry.reason = judge(self._facts(entry, seen), self._now)
        entry.checked_at = self._now

    def _facts(self, entry: LedgerEntry, seen: "_Seen") -> Facts:
        app = self._applications.get(entry.app_id)
        ours = entry.ours is True and self._tells_of_files(entry.app_id)
        heard = unverified = False
        if ours and entry.file_name and entry.notified_at is None:
            heard = self._heard_since(entry)
            unverified = was_turned_away(self._connection, entry.app_id, **_about(entry))
        return Facts(
            began_at=entry.began_at,
            ended_at=entry.ended_at,
            due_at=entry.due_at,
            has_file=bool(entry.file_name),
            notified=entry.notified_at is not None,
            bucket=seen.bucket,
            template_known=seen.template_known,
            names_tell=seen.names_tell,
            in_arrears=app is not None and app.in_arrears,
            stop_reason=entry.recording.stop_reason if entry.recording else "",
            idle_seconds=entry.recording.idle_seconds if entry.recording else None,
            automatic=entry.source == LedgerEntry.Source.AUTOMATIC,
            sending=entry.sending,
            ours=ours,
            heard=heard,
            unverified=unverified,
        )

    def _tells_of_files(self, app_id: str) -> bool:
        """Say whether an application's notifications are about finished files, too; subscriptions are an open set."""
        app = self._applications.get(app_id)
        return app is not None and (not app.callback.events or _COMPLETE in app.callback.events)

    def _heard_since(self, entry: LedgerEntry) -> bool:
        """Say whether anything about its application has come since a recording began."""
        if entry.app_id not in self._heard_at:
            self._heard_at[entry.app_id] = last_heard(self._connection, entry.app_id)
        at = self._heard_at[entry.app_id]
        return at is not None and at >= entry.began_at

    def _hear(self, entry: LedgerEntry) -> None:
        """Take over what verified notifications told of the recording."""
        entry.ours = self._is_ours(entry.app_id)
        told = find_deliveries(
            self._connection,
            entry.app_id,
            **_about(entry),
            most=_MOST_NOTIFICATIONS,
        )
        mine = [
            one
            for one in told
            if one.event_type == _COMPLETE and (entry.job_id or one.stream_name.startswith(entry.stream))
        ]
        if mine:
            entry.notified_at = entry.notified_at or mine[0].received_at
            self._told[entry.pk] = [one.obs_object for one in mine if one.obs_object]

    def _look(self, template: Template, group: list[LedgerEntry]) -> tuple[BucketSeen, dict[int, Found]]:
        """Look into the folder that a template writes to."""
        if not can_be_listed(template.location):
            return BucketSeen.UNKNOWN, {}
        folder = as_folder(template.folder)
        try:
            reading = read_objects(
                self._connection,
                template.bucket,
                template.location,
                folder,
                lane=_LANE,
                fresh_after=self._fresh,
            )
        except NotFound:
            return BucketSeen.MISSING, {}
        except SparkError as problem:
            told = seen_by_refusal(problem.error_code, problem.cloud_message)
            silent = BucketSeen.REFUSED if isinstance(problem, Refused) else BucketSeen.UNKNOWN
            return self._allowed(template, told or silent), {}
        known = {name: entry for entry in group for name in self._told.get(entry.pk, [])}
        patterns = [pattern for _kind, pattern in names_of(template)]
        found = find_files(reading.value.rows(folder), patterns, group, known)
        return self._allowed(template, BucketSeen.READ), found

    def _allowed(self, template: Template, seen: BucketSeen) -> BucketSeen:
        """Return what stands in the way of writing, rather than of reading."""
        if self._buckets is None:
            return seen
        bucket = self._buckets.find(template.bucket, template.location)
        if bucket is None:
            return BucketSeen.MISSING
        return BucketSeen.NOT_AUTHORISED if bucket.authorized is False else seen

    def _read_buckets(self) -> Buckets | None:
        try:
            return list_buckets(self._connection, lane=_LANE, fresh_after=self._fresh)
        except SparkError:
            return None

    def _templates_of(self, app_id: str) -> Templates | None:
        if app_id not in self._templates:
            try:
                self._templates[app_id] = list_templates(
                    self._connection, app_id, lane=_LANE, fresh_after=self._fresh
                )
            except SparkError:
                self._templates[app_id] = None
        return self._templates[app_id]

    def _is_ours(self, app_id: str) -> bool | None:
        """Say whether an application's notifications come to this console; None when nobody knows."""
        if app_id not in self._ours:
            facts = self._applications.get(app_id)
            told = facts and setting_of(self._connection, app_id, facts.callback, self._age)
            self._ours[app_id] = told.ours if told else None
        return self._ours[app_id]


def _about(entry: LedgerEntry) -> dict[str, Any]:
    """Return by what notifications about a recording are looked for."""
    if entry.job_id:
        return {"job_id": entry.job_id}
    return {"room_id": entry.room_id, "start": entry.began_at}


def _merge_gap(template: Template) -> int | None:
    """Return the longest time that a stream may be away and still go on in the same file."""
    gaps: Iterable[int | None] = (settings.merge_gap_seconds for _kind, settings in template.files())
    return max((gap for gap in gaps if gap is not None), default=None)
