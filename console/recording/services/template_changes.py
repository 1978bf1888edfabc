"""Creating, replacing, changing and deleting recording templates: on record, sent once, settled by looking."""

import uuid
from typing import Any

from console import audit
from console.accounts.models import User
from console.applications.models import Change
from console.applications.services.changes import (
    MAX_WAIT_SECONDS,
    Draft,
    Found,
    Kind,
    Made,
    make_change,
    register_kind,
)
from console.connections import reads
from console.connections.client import client_for
from console.connections.models import Connection
from console.recording.actions.templates import (
    DELETE,
    NOT_STORED,
    REPLACE,
    SEEN_GONE,
    SEEN_STORED,
    STILL_THERE,
    UPDATE,
)
from console.recording.addresses import template_address
from console.recording.services.templates import list_templates, template_of
from console.recording.shapes.templates import FileSettings, Template
from console.sparkrtc.catalogue.recording import (
    DELETE_TEMPLATE,
    GET_TEMPLATE,
    LIST_TEMPLATES,
    REPLACE_TEMPLATE,
    UPDATE_TEMPLATE,
)
from console.sparkrtc.errors import NotFound
from console.sparkrtc.permits import Lane

__all__ = ["body_of", "delete_template", "replace_template", "told", "update_template"]


def replace_template(
    connection: Connection,
    wanted: Template,
    *,
    before: Template | None,
    actor: User | None,
    reason: str = "",
    change_id: uuid.UUID | None = None,
) -> Made:
    """Store a template; the one that stands in its location is overwritten, and keeps its id. One call.

    before: that one, None when there is none: for the trail. change_id: of the form; the same one never acts twice.
    New recordings take the settings after five minutes, running ones never. A reply that got lost leaves the change
    unknown, settled by the list of templates.
    Raises AlreadyAsked; NotFound when there is no such application; BadRequest when the bucket is not authorised or a
    value is not allowed (RTC.00001003), or nothing is recorded in that region (RTC.00001012); QuotaExhausted (nothing
    was sent); another SparkError. Source: API reference, CreateRecordRule (201 new, 200 replaced).
    """
    draft = _draft(REPLACE, connection, wanted, before, actor, reason, change_id)

    def send(entry: audit.Entry) -> None:
        answer = client_for(connection).call(
            REPLACE_TEMPLATE, max_wait=MAX_WAIT_SECONDS, app_id=wanted.app_id, **body_of(wanted)
        )
        entry.request_id = answer.request_id
        entry.after = told(template_of(answer.value, wanted.app_id))
        entry.details["replaced"] = answer.status == 200

    return make_change(draft, send)


def update_template(
    connection: Connection,
    wanted: Template,
    *,
    before: Template | None,
    actor: User | None,
    reason: str = "",
    change_id: uuid.UUID | None = None,
) -> Made:
    """Store other settings in a template, all of them. One call; for effects and errors see replace_template.

    Raises NotFound also when there is no such template. Source: API reference, UpdateRecordRule.
    """
    draft = _draft(UPDATE, connection, wanted, before, actor, reason, change_id)

    def send(entry: audit.Entry) -> None:
        answer = client_for(connection).call(
            UPDATE_TEMPLATE,
            max_wait=MAX_WAIT_SECONDS,
            app_id=wanted.app_id,
            rule_id=wanted.template_id,
            **body_of(wanted),
        )
        entry.request_id = answer.request_id
        entry.after = told(template_of(answer.value, wanted.app_id))

    return make_change(draft, send)


def delete_template(
    connection: Connection,
    template: Template,
    *,
    actor: User | None,
    reason: str,
    change_id: uuid.UUID | None = None,
) -> Made:
    """Delete a template that nothing uses. What was recorded by it stays. One call.

    Raises AlreadyAsked; NotFound; BadRequest when it is in use (which code says so is not documented) or bound to a
    backup template (RTC.00001013); QuotaExhausted (nothing was sent); another SparkError.
    Source: API reference, DeleteRecordRule (answers 204).
    """
    draft = _draft(DELETE, connection, template, template, actor, reason, change_id)

    def send(entry: audit.Entry) -> None:
        answer = client_for(connection).call(
            DELETE_TEMPLATE,
            max_wait=MAX_WAIT_SECONDS,
            app_id=template.app_id,
            rule_id=template.template_id,
        )
        entry.request_id = answer.request_id

    return make_change(draft, send)


def body_of(template: Template) -> dict[str, Any]:
    """Return a template as the parameters of a request."""
    found: dict[str, Any] = {
        "obs_addr": {
            "location": template.location,
            "project_id": template.bucket_project_id,
            "bucket": template.bucket,
            "object": template.folder,
        },
        "record_formats": list(template.formats),
    }
    if template.hls is not None:
        slices = {"record_slice_duration": template.hls.slice_seconds}
        found["hls_config"] = _config(template.hls) | slices
    if template.mp4 is not None:
        found["mp4_config"] = _config(template.mp4)
    return found


def told(template: Template) -> dict[str, Any]:
    """Return a template as the trail keeps it."""
    found: dict[str, Any] = {
        "template_id": template.template_id,
        "location": template.location,
        "bucket": template.bucket,
        "bucket_project_id": template.bucket_project_id,
        "folder": template.folder,
    }
    for kind, settings in template.files():
        found[kind] = {name: value for name, value in vars(settings).items() if value is not None}
    return found


def _config(settings: FileSettings) -> dict[str, Any]:
    return {
        "record_cycle": settings.cycle_seconds,
        "record_prefix": settings.prefix,
        "record_max_duration_to_merge_file": settings.merge_gap_seconds,
    }


def _draft(
    action: str,
    connection: Connection,
    wanted: Template,
    before: Template | None,
    actor: User | None,
    reason: str,
    change_id: uuid.UUID | None,
) -> Draft:
    known = before.template_id if before is not None else wanted.template_id
    return Draft(
        action=action,
        connection=connection,
        app_id=wanted.app_id,
        subject=f"template:{wanted.location}",
        target=audit.Target("recording template", known, wanted.place),
        wanted={**told(wanted), "template_id": known},
        actor=actor,
        reason=reason,
        before=None if before is None else told(before),
        change_id=change_id,
    )


# --- what became of it --------------------------------------------------------------------------------


def _look_at_settings(change: Change) -> Found | None:
    """Look whether a template of the location has the settings that were asked for."""
    wanted = change.wanted
    template = _read(change).at(wanted["location"])
    if template is None:
        return None
    seen = told(template)
    same = all(seen.get(name) == value for name, value in wanted.items() if name != "template_id")
    formats = {"HLS", "MP4"} & wanted.keys() == {"HLS", "MP4"} & seen.keys()
    return Found(True, SEEN_STORED, change.app_id, seen) if same and formats else None


def _look_for_absence(change: Change) -> Found | None:
    """Look whether the template is gone."""
    found = _read(change).find(change.wanted["template_id"])
    return None if found else Found(True, SEEN_GONE, change.app_id)


def _read(change: Change) -> Any:
    try:
        return list_templates(change.connection, change.app_id, lane=Lane.ALERT, fresh_after=change.seen_at)
    except NotFound:  # the application is gone, and its templates with it
        return _NoTemplates()


class _NoTemplates:
    def at(self, location: str) -> None:
        return None

    def find(self, template_id: str) -> None:
        return None


def _forget(change: Change) -> None:
    for operation in (LIST_TEMPLATES, GET_TEMPLATE):
        reads.drop(change.connection, operation, app_id=change.app_id)


def _address(change: Change) -> str:
    known = change.wanted.get("template_id") if change.action != DELETE else ""
    return template_address(change.connection, change.app_id, known or "")


register_kind(Kind(REPLACE, _look_at_settings, NOT_STORED, _forget, _address))
register_kind(Kind(UPDATE, _look_at_settings, NOT_STORED, _forget, _address))
register_kind(Kind(DELETE, _look_for_absence, STILL_THERE, _forget, _address))
