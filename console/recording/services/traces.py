"""Traces that a job leaves where it can be seen without knowing its id: in notifications, and as files in a bucket.

A start whose answer got lost is searched for here. Each place that may know registers a source; the bucket's files are
one, whoever keeps the notifications of the cloud adds another from AppConfig.ready().
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from console.recording.models import RecordingJob
from console.recording.services.templates import list_templates
from console.recording.shapes.templates import Template
from console.sparkrtc.permits import Lane
from console.storage.services.objects import read_objects

__all__ = ["CALLBACK", "FILE", "Trace", "register_source", "sources", "stream_of"]

CALLBACK, FILE = "callback", "file"
_FRESH_ENOUGH = timedelta(seconds=30)
_NEW_ENOUGH = timedelta(seconds=5)  # a list of objects stays fresh for longer than a search can wait


@dataclass(frozen=True)
class Trace:
    """Something that a job left. stream_name: m_<job>_<room> or s_<job>_<room>_<participant>. seen_at: may be None."""

    job_id: str
    stream_name: str
    seen_at: datetime | None = None


# (job whose id is not known, since when) -> what may be of it; may ask the cloud, and raise SparkError.
Source = Callable[[RecordingJob, datetime], Iterable[Trace]]
_sources: dict[str, Source] = {}


def register_source(name: str, source: Source) -> None:
    """Add a place to search. name: CALLBACK or FILE; what settled_by will say. The same name again replaces it."""
    _sources[name] = source


def sources() -> list[tuple[str, Source]]:
    """Return (name, source) of every place, those that cost nothing first."""
    return sorted(_sources.items(), key=lambda item: item[0] == FILE)


def stream_of(job: RecordingJob) -> "re.Pattern[str]":
    """Return what the stream names of such a job look like; the job's id is the group."""
    letter = "m" if job.kind == RecordingJob.Kind.MIX else "s"
    ends = [job.room_id] + ([job.user_id] if job.user_id else [])
    tail = "_".join(re.escape(end) for end in ends)
    return re.compile(rf"(?<![A-Za-z0-9]){letter}_([A-Za-z0-9-]{{1,64}})_{tail}(?![A-Za-z0-9-])")


def in_bucket(job: RecordingJob, since: datetime) -> Iterator[Trace]:
    """Yield the jobs whose files lie where the job's template puts them. Two or three shared reads, background lane.

    Files older than `since` are passed over. Raises SparkError.
    """
    templates = list_templates(job.connection, job.app_id, lane=Lane.BACKGROUND)
    template = templates.find(job.record_rule_id)
    if template is None:
        return
    pattern = stream_of(job)
    seen: set[str] = set()
    for prefix in _prefixes(template, job):
        listed = read_objects(
            job.connection,
            template.bucket,
            template.location,
            prefix,
            lane=Lane.BACKGROUND,
            fresh_after=timezone.now() - _FRESH_ENOUGH,
        ).value
        for stored in listed.rows(prefix):
            found = pattern.search(stored.file_name)
            old = stored.last_modified is not None and stored.last_modified < since
            if found and not old and found[1] not in seen:
                seen.add(found[1])
                yield Trace(found[1], found[0], stored.last_modified)


def _prefixes(template: Template, job: RecordingJob) -> list[str]:
    """Return how the names of the job's files begin: its template's pattern up to the first thing not known."""
    folder = template.folder + ("" if not template.folder or template.folder.endswith("/") else "/")
    letter = "m_" if job.kind == RecordingJob.Kind.MIX else "s_"
    found = []
    for kind, settings in template.files():
        name = settings.prefix.replace("{app_id}", job.app_id).replace("{record_format}", kind)
        known, _brace, rest = name.partition("{")
        found.append(f"{folder}{known}{letter if rest.startswith('stream}') else ''}")
    return list(dict.fromkeys(found))
