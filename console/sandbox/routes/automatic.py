"""Automatic recording: set, show."""

from __future__ import annotations

from console.sandbox.checks import Body
from console.sandbox.cloud import Cloud, locked
from console.sandbox.errors import bad_combination
from console.sandbox.http_types import Reply, Request, Route
from console.sandbox.state.applications import Automatic

__all__ = ["ROUTES"]

_CELL = "app_config_60_per_min"
_PATH = "/v2/apps/{app_id}/auto-record-mode"
_MODES = ("AUTO_RECORD_OFF", "AUTO_INDIVIDUAL_RECORD")


@locked
def update_auto_record(request: Request, cloud: Cloud) -> Reply:
    """Switch automatic recording on, with a template, or off. Source: API reference, UpdateAutoRecord."""
    app = cloud.applications.get(request.path_params["app_id"])
    body = Body(request.json)
    mode = body.choice("mode", _MODES, required=True)
    rule_id = body.text("record_rule_id") or ""
    if mode == "AUTO_INDIVIDUAL_RECORD":
        if not rule_id:
            raise bad_combination("AUTO_INDIVIDUAL_RECORD needs record_rule_id")
        cloud.check_template(app.app_id, rule_id)
    else:
        rule_id = ""
    app.automatic = Automatic(rule_id, request.received_at)
    return Reply(200, {"app_id": app.app_id, "auto_record_mode": app.automatic.body()})


@locked
def show_auto_record(request: Request, cloud: Cloud) -> Reply:
    """Show automatic recording. Source: API reference, ShowAutoRecord."""
    app = cloud.applications.get(request.path_params["app_id"])
    return Reply(200, {"app_id": app.app_id, "auto_record_mode": app.automatic.body()})


ROUTES = [
    Route("PUT", _PATH, update_auto_record, _CELL),
    Route("GET", _PATH, show_auto_record, _CELL),
]
