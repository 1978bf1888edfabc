"""What the pages of recording templates have in common."""

from datetime import datetime, timedelta
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from console.connections.models import Connection
from console.core.problems import trouble_of
from console.recording.addresses import template_address, templates_address
from console.recording.shapes.templates import Template
from console.sparkrtc.catalogue.shared import RECORDING_REGION
from console.sparkrtc.errors import SparkError
from console.storage.addresses import bucket_address, folder_address
from console.storage.services.buckets import list_buckets
from console.storage.shapes import Bucket

__all__ = [
    "BucketsSeen",
    "bucket_links",
    "differences",
    "effective_at",
    "mark_of",
    "see_buckets",
    "template_crumbs",
]

_SETTLES = timedelta(minutes=5)  # a change reaches recordings that begin so long after it


class BucketsSeen:
    """The buckets that recordings can be kept in. items: None where they could not be read; trouble says why."""

    def __init__(self, items: tuple[Bucket, ...] | None, trouble: Any = None) -> None:
        self.items = items
        self.trouble = trouble

    def find(self, name: str) -> Bucket | None:
        """Return the bucket of that name, None when it is unknown."""
        return next((one for one in self.items or () if one.name == name), None)


def see_buckets(connection: Connection, fresh_after: datetime | None = None) -> BucketsSeen:
    """Return the buckets that recordings can be kept in, authorised ones first. One shared call."""
    try:
        found = list_buckets(connection, fresh_after=fresh_after).items
    except SparkError as problem:
        return BucketsSeen(None, trouble_of(problem))
    here = [one for one in found if one.location == RECORDING_REGION]
    return BucketsSeen(tuple(sorted(here, key=lambda one: not one.authorized)))


def bucket_links(connection: Connection, template: Template, *, whole: bool) -> dict[str, str]:
    """Return where a template's bucket can be looked into and authorised; nothing for whoever may not. whole: may."""
    if not whole:
        return {"bucket_url": "", "authorize_url": ""}
    place = (connection, template.location, template.bucket)
    return {
        "bucket_url": folder_address(*place, template.folder),
        "authorize_url": bucket_address("storage:authorize", *place),
    }


def template_crumbs(
    connection: Connection, app_id: str = "", name: str = "", template: Template | None = None
) -> list[tuple[str, str]]:
    """Return the way to a template's page, as labels and addresses."""
    way = [
        (connection.name, ""),
        (_("Recording"), reverse("recording:home", args=[connection.slug])),
        (_("Templates"), templates_address(connection)),
    ]
    if app_id:
        way.append((name or app_id, templates_address(connection, app_id)))
    if template is not None:
        way.append((template.place, template_address(connection, app_id, template.template_id)))
    return way


def mark_of(template: Template | None) -> str:
    """Name a template and its version: what somebody agreed to replace must still be that."""
    if template is None:
        return ""
    changed = template.changed_at.isoformat() if template.changed_at else ""
    return f"{template.template_id} {changed}"


def effective_at(template: Template) -> datetime | None:
    """Return when the last change reaches recordings that begin; None when it has."""
    if template.changed_at is None or template.changed_at == template.created_at:
        return None
    at = template.changed_at + _SETTLES
    return at if at > timezone.now() else None


def differences(old: Template | None, new: Template) -> list[tuple[str, str, str]]:
    """Return (label, before, after) of everything in which two templates differ; all of the new one without an old."""
    before = dict(_lines(old)) if old is not None else {}
    after = dict(_lines(new))
    labels = [*after, *(label for label in before if label not in after)]
    return [
        (label, before.get(label, ""), after.get(label, ""))
        for label in labels
        if before.get(label, "") != after.get(label, "")
    ]


def _lines(template: Template) -> list[tuple[str, str]]:
    lines = [
        (_("Bucket"), template.bucket),
        (_("Project id of the bucket's region"), template.bucket_project_id),
        (_("Folder"), template.folder),
        (_("Formats"), ", ".join(template.formats)),
    ]
    for kind, settings in template.files():
        lines += [
            (f"{kind} · {_('Length of a file')}", _seconds(settings.cycle_seconds)),
            (f"{kind} · {_('Go on in the same file after')}", _seconds(settings.merge_gap_seconds)),
            (f"{kind} · {_('Path and name')}", settings.prefix),
        ]
        if kind == "HLS":
            lines.append((f"{kind} · {_('Length of a slice')}", _seconds(settings.slice_seconds)))
    return lines


def _seconds(value: int | None) -> str:
    return "" if value is None else _("%(seconds)s s") % {"seconds": value}
