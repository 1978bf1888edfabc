"""Pages of applications: each reads its input, asks one service, and renders."""

from console.applications.views.detail import application_detail
from console.applications.views.keys import application_access, application_key
from console.applications.views.lifecycle import (
    application_create,
    application_delete,
    application_disable,
    application_enable,
)
from console.applications.views.listing import application_list, applications_csv
from console.applications.views.progress import change_progress

__all__ = [
    "application_access",
    "application_create",
    "application_delete",
    "application_detail",
    "application_disable",
    "application_enable",
    "application_key",
    "application_list",
    "applications_csv",
    "change_progress",
]
