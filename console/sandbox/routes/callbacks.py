"""The address of recording notifications: set, show."""

from __future__ import annotations

from urllib.parse import urlsplit

from console.sandbox.checks import Body
from console.sandbox.cloud import Cloud, locked
from console.sandbox.errors import bad_value, url_unavailable
from console.sandbox.http_types import Reply, Request, Route
from console.sandbox.state.applications import Callback

__all__ = ["ROUTES"]

_CELL = "app_config_60_per_min"
_PATH = "/v2/apps/{app_id}/record-callback"


def update_record_callback(request: Request, cloud: Cloud) -> Reply:
    """Store the address, after a look whether it answers. Source: API reference, UpdateRecordCallback."""
    with cloud.lock:
        cloud.applications.get(request.path_params["app_id"])
    body = Body(request.json)
    url = body.text("url", required=True, low=1, high=2048) or ""
    key = body.text("auth_key", high=256) or ""
    if not _is_web_address(url):
        raise bad_value("url")
    # Not under the lock: a slow receiver must not hold up everybody else.
    if not cloud.notifier.answers(url):
        raise url_unavailable()
    with cloud.lock:
        app = cloud.applications.get(request.path_params["app_id"])
        app.callback = Callback(url, key, request.received_at)
        return Reply(200, {"app_id": app.app_id, "record_callback": app.callback.body()})


@locked
def show_record_callback(request: Request, cloud: Cloud) -> Reply:
    """Show the address; an empty object while there is none. Source: API reference, ShowRecordCallback."""
    app = cloud.applications.get(request.path_params["app_id"])
    return Reply(200, {"app_id": app.app_id, "record_callback": app.callback.body() if app.callback else {}})


def _is_web_address(url: str) -> bool:
    if any(character <= " " for character in url):
        return False
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


ROUTES = [
    Route("PUT", _PATH, update_record_callback, _CELL),
    Route("GET", _PATH, show_record_callback, _CELL),
]
