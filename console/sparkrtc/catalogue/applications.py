"""The application operations. Source: API Reference, Application Management."""

from __future__ import annotations

from console.sparkrtc.catalogue.shared import APPLICATION, NAME
from console.sparkrtc.operation import Effect, Operation, Param, in_body, in_query, text, whole
from console.sparkrtc.quotas import APP_CONFIG
from console.sparkrtc.replies import Application, ApplicationChange, Applications, CreatedApplication

__all__ = [
    "CREATE_APPLICATION",
    "DELETE_APPLICATION",
    "DISABLE_APPLICATION",
    "ENABLE_APPLICATION",
    "GET_APPLICATION",
    "LIST_APPLICATIONS",
]

CREATE_APPLICATION = Operation(
    name="applications.application.create",
    method="POST",
    path="/v2/apps",
    quota=APP_CONFIG,
    effect=Effect.CREATES,
    # The reference asks for UTF-8 only; length and characters are those of the cloud's own console.
    params=(Param("app_name", in_body, text, required=True, pattern=NAME),),
    reply=CreatedApplication,
    success=(201,),
    source="API Reference, CreateApp",
    notes=(
        "Two applications of an account cannot share a name.",
        "An account has 20 applications unless its quota was raised.",
        "Only the id comes back; get the application for the rest.",
    ),
)

LIST_APPLICATIONS = Operation(
    name="applications.application.list",
    method="GET",
    path="/v2/apps",
    quota=APP_CONFIG,
    effect=Effect.READS,
    params=(
        Param("state", in_query, text, choices=("ACTIVATION", "DEACTIVATION", "ARREARS")),
        Param("offset", in_query, whole, low=0, unit="pages", default=0),
        Param("limit", in_query, whole, low=1, high=100, unit="applications", default=100),
    ),
    reply=Applications,
    success=(200,),
    source="API Reference, ListApps",
    notes=(
        "offset is a page number, not a row.",
        "DELETED is a state, but not a filter.",
        "Every row carries the application's key.",
    ),
)

GET_APPLICATION = Operation(
    name="applications.application.get",
    method="GET",
    path="/v2/apps/{app_id}",
    quota=APP_CONFIG,
    effect=Effect.READS,
    params=(APPLICATION,),
    reply=Application,
    success=(200,),
    source="API Reference, ShowApp",
    notes=("The answer carries the application's key and the callbacks' keys.",),
)

DELETE_APPLICATION = Operation(
    name="applications.application.delete",
    method="DELETE",
    path="/v2/apps/{app_id}",
    quota=APP_CONFIG,
    effect=Effect.DELETES,
    params=(APPLICATION,),
    reply=None,
    success=(204,),
    source="API Reference, DeleteApp",
    notes=(
        "May be refused with 400 because conditions are not met; the conditions are not published.",
        "Nothing documented brings it back.",
    ),
)

ENABLE_APPLICATION = Operation(
    name="applications.application.enable",
    method="POST",
    path="/v2/apps/{app_id}/enable",
    quota=APP_CONFIG,
    effect=Effect.CHANGES,
    params=(APPLICATION,),
    reply=ApplicationChange,
    success=(200,),
    source="API Reference, StartApp",
    notes=("What happens to one that is enabled already is not documented.",),
)

DISABLE_APPLICATION = Operation(
    name="applications.application.disable",
    method="POST",
    path="/v2/apps/{app_id}/disable",
    quota=APP_CONFIG,
    effect=Effect.CHANGES,
    params=(APPLICATION,),
    reply=ApplicationChange,
    success=(200,),
    source="API Reference, StopApp",
    notes=(
        "No room can be created or joined any more; who is in a room stays there.",
        "Mixing and recording stop being available.",
    ),
)
