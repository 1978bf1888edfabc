"""Recording templates: save, list, show, update, delete."""

from __future__ import annotations

import re
from typing import Any

from console.sandbox.checks import Body, page_of
from console.sandbox.cloud import Cloud, locked
from console.sandbox.errors import bad_combination, bad_value, rule_in_use, unsupported_region
from console.sandbox.http_types import Reply, Request, Route
from console.sandbox.options import region_project
from console.sandbox.state.templates import DEFAULT_PREFIX

__all__ = ["ROUTES"]

_CELL = "app_config_60_per_min"
_LOCATIONS = ("cn-north-4",)
_FORMATS = ("HLS", "MP4")
_VARIABLE = re.compile(r"\{([^{}]*)\}")
_VARIABLES = {"app_id", "record_format", "stream", "file_start_time"}


@locked
def create_record_rule(request: Request, cloud: Cloud) -> Reply:
    """Save a template; 200 when it replaced the one in its location. Source: API reference, CreateRecordRule."""
    app = cloud.applications.get(request.path_params["app_id"])
    settings = _settings(Body(request.json), cloud)
    template, is_new = cloud.templates.save(app.app_id, settings, request.received_at)
    return Reply(201 if is_new else 200, template.body())


@locked
def list_record_rules(request: Request, cloud: Cloud) -> Reply:
    """List a page of an application's templates, without a total. Source: API reference, ListRecordRules."""
    app = cloud.applications.get(request.path_params["app_id"])
    page, size = page_of(request)
    rows = cloud.templates.of(app.app_id)[page * size : (page + 1) * size]
    return Reply(200, {"rules": [template.body() for template in rows]})


@locked
def show_record_rule(request: Request, cloud: Cloud) -> Reply:
    """Show one template. Source: API reference, ShowRecordRule."""
    app = cloud.applications.get(request.path_params["app_id"])
    return Reply(200, cloud.templates.get(app.app_id, request.path_params["rule_id"]).body())


@locked
def update_record_rule(request: Request, cloud: Cloud) -> Reply:
    """Replace a template's settings as a whole. Source: API reference, UpdateRecordRule."""
    app = cloud.applications.get(request.path_params["app_id"])
    template = cloud.templates.get(app.app_id, request.path_params["rule_id"])
    settings = _settings(Body(request.json), cloud)
    template.versions.append((request.received_at, settings))
    return Reply(200, template.body())


@locked
def delete_record_rule(request: Request, cloud: Cloud) -> Reply:
    """Delete a template that nothing uses. Source: API reference, DeleteRecordRule."""
    app = cloud.applications.get(request.path_params["app_id"])
    template = cloud.templates.get(app.app_id, request.path_params["rule_id"])
    cloud.recorder.advance(request.received_at)
    if app.automatic.rule_id == template.rule_id or cloud.jobs.uses(template.rule_id):
        raise rule_in_use()
    cloud.templates.delete(template.rule_id)
    return Reply(204)


def _settings(body: Body, cloud: Cloud) -> dict[str, Any]:
    """Check a template's settings and return them as stored, defaults filled in."""
    settings: dict[str, Any] = {"obs_addr": _storage(body, cloud)}
    formats = body.texts("record_formats", _FORMATS)
    settings["record_formats"] = [kind for kind in _FORMATS if kind in formats]
    for kind, read in (("HLS", _hls), ("MP4", _mp4)):
        name = f"{kind.lower()}_config"
        config = body.table(name)
        if config is not None:
            settings[name] = read(config)
        elif kind in formats:
            raise bad_combination(f"{kind} needs {name}")
    return settings


def _storage(body: Body, cloud: Cloud) -> dict[str, str]:
    address = body.table("obs_addr", required=True)
    assert address is not None
    location = address.text("location", required=True) or ""
    if location not in _LOCATIONS:
        raise unsupported_region()
    project = address.text("project_id", required=True)
    if project != region_project(cloud.options, location):
        raise bad_value("obs_addr.project_id")
    bucket = cloud.buckets.find(address.text("bucket", required=True) or "", location)
    if bucket is None or not bucket.authorized:
        raise bad_value("obs_addr.bucket")
    folder = address.text("object", high=1024) or ""
    if folder.startswith("/") or len(folder.encode()) > 1024:
        raise bad_value("obs_addr.object")
    return {"location": location, "project_id": project, "bucket": bucket.name, "object": folder}


def _hls(config: Body) -> dict[str, Any]:
    cycle = config.whole("record_cycle", 0, 43_200, required=True) or 0
    if 0 < cycle < 60:
        raise bad_value("hls_config.record_cycle")
    return {
        "record_cycle": cycle,
        "record_prefix": _prefix(config, "hls_config"),
        "record_slice_duration": config.whole("record_slice_duration", 2, 60) or 10,
        "record_max_duration_to_merge_file": config.whole("record_max_duration_to_merge_file", -1, 300) or 0,
    }


def _mp4(config: Body) -> dict[str, Any]:
    return {
        "record_cycle": config.whole("record_cycle", 60, 10_800, required=True),
        "record_prefix": _prefix(config, "mp4_config"),
        "record_max_duration_to_merge_file": config.whole("record_max_duration_to_merge_file", 0, 300) or 0,
    }


def _prefix(config: Body, where: str) -> str:
    prefix = config.text("record_prefix", low=1, high=512) or DEFAULT_PREFIX
    unknown = set(_VARIABLE.findall(prefix)) - _VARIABLES
    if unknown or prefix.startswith("/") or set("{}") & set(_VARIABLE.sub("", prefix)):
        raise bad_value(f"{where}.record_prefix")
    return prefix


_ALL = "/v2/apps/{app_id}/record-rules"
_ONE = "/v2/apps/{app_id}/record-rules/{rule_id}"
ROUTES = [
    Route("POST", _ALL, create_record_rule, _CELL),
    Route("GET", _ALL, list_record_rules, _CELL),
    Route("GET", _ONE, show_record_rule, _CELL),
    Route("PUT", _ONE, update_record_rule, _CELL),
    Route("DELETE", _ONE, delete_record_rule, _CELL),
]
