"""Applications: create, list, show, delete, enable, disable."""

from __future__ import annotations

import re

from console.sandbox.checks import Body, page_of
from console.sandbox.cloud import Cloud, locked
from console.sandbox.errors import app_disabled, bad_value
from console.sandbox.http_types import Reply, Request, Route

__all__ = ["ROUTES"]

_CELL = "app_config_60_per_min"
# Letters of any script: the API asks for UTF-8, the vendor's own console for letters, digits, hyphen, underscore.
_NAME = re.compile(r"[\w-]{1,64}")
_FILTERS = ("ACTIVATION", "DEACTIVATION", "ARREARS")


@locked
def create_app(request: Request, cloud: Cloud) -> Reply:
    """Create an application. Source: API reference, CreateApp."""
    name = Body(request.json).text("app_name", required=True, pattern=_NAME)
    assert name is not None
    app_id = cloud.applications.new_id(name)
    cloud.applications.add(cloud.world.add_application(app_id, name, request.received_at))
    return Reply(201, {"app_id": app_id})


@locked
def list_apps(request: Request, cloud: Cloud) -> Reply:
    """List a page of applications. Source: API reference, ListApps."""
    page, size = page_of(request)
    state = request.first("state")
    if state is not None and state not in _FILTERS:
        raise bad_value("state")
    fitting = [app for app in cloud.applications if state in (None, app.state)]
    rows = fitting[page * size : (page + 1) * size]
    tenant = cloud.options.iam_domain
    return Reply(200, {"count": len(fitting), "apps": [app.body(tenant) for app in rows]})


@locked
def show_app(request: Request, cloud: Cloud) -> Reply:
    """Show one application. Source: API reference, ShowApp."""
    app = cloud.applications.get(request.path_params["app_id"])
    return Reply(200, app.body(cloud.options.iam_domain))


@locked
def delete_app(request: Request, cloud: Cloud) -> Reply:
    """Delete an application that is disabled and records nothing. Source: API reference, DeleteApp.

    The real conditions are not published.
    """
    app = cloud.applications.get(request.path_params["app_id"])
    cloud.recorder.advance(request.received_at)
    if app.state == "ACTIVATION" or cloud.jobs.running_in(app.app_id):
        raise bad_value("the application must be disabled and have no running job")
    cloud.forget_application(app.app_id, request.received_at)
    return Reply(204)


@locked
def start_app(request: Request, cloud: Cloud) -> Reply:
    """Enable an application; one in arrears stays so. Source: API reference, StartApp."""
    app = cloud.applications.get(request.path_params["app_id"])
    if app.state == "ARREARS":
        raise app_disabled()
    return _switch(app.app_id, "ACTIVATION", request, cloud)


@locked
def stop_app(request: Request, cloud: Cloud) -> Reply:
    """Disable an application. Source: API reference, StopApp."""
    return _switch(request.path_params["app_id"], "DEACTIVATION", request, cloud)


def _switch(app_id: str, state: str, request: Request, cloud: Cloud) -> Reply:
    app = cloud.applications.set_state(app_id, state, request.received_at)
    cloud.world.set_application(app_id, state, request.received_at)
    return Reply(200, {"app_id": app_id, "state": app.state_body()})


ROUTES = [
    Route("POST", "/v2/apps", create_app, _CELL),
    Route("GET", "/v2/apps", list_apps, _CELL),
    Route("GET", "/v2/apps/{app_id}", show_app, _CELL),
    Route("DELETE", "/v2/apps/{app_id}", delete_app, _CELL),
    Route("POST", "/v2/apps/{app_id}/enable", start_app, _CELL),
    Route("POST", "/v2/apps/{app_id}/disable", stop_app, _CELL),
]
