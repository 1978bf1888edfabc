"""Every address of the console. What belongs to a connection lives under /c/<its short name>/."""

from django.urls import include, path

urlpatterns = [
    path("", include("console.core.urls")),
    path("", include("console.accounts.urls")),
    path("", include("console.connections.urls")),
    path("audit/", include("console.audit.urls")),
    path("c/<slug:connection>/rooms/", include("console.rooms.urls")),
]

handler400 = "console.core.errors.bad_request"
handler403 = "console.core.errors.not_allowed"
handler404 = "console.core.errors.not_found"
handler500 = "console.core.errors.server_error"
