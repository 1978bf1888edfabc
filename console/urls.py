"""Every address of the console. What belongs to a connection lives under /c/<its short name>/."""

from django.urls import include, path

urlpatterns = [
    path("", include("console.core.urls")),
    path("", include("console.accounts.urls")),
    path("", include("console.connections.urls")),
    path("", include("console.alerts.mail_urls")),
    path("audit/", include("console.audit.urls")),
    path("c/<slug:connection>/work/", include("console.work.urls")),
    path("c/<slug:connection>/applications/", include("console.applications.urls")),
    path("c/<slug:connection>/rooms/", include("console.rooms.urls")),
    path("c/<slug:connection>/storage/", include("console.storage.urls")),
    path("c/<slug:connection>/recording/", include("console.recording.urls")),
    path("callbacks/", include("console.recording.urls.receiving")),
    path("c/<slug:connection>/overview/", include("console.analytics.overview_urls")),
    path("screen/", include("console.analytics.screen_urls")),
    path("c/<slug:connection>/analytics/", include("console.analytics.urls")),
    path("c/<slug:connection>/investigate/", include("console.investigate.urls")),
    path("c/<slug:connection>/alerts/", include("console.alerts.urls")),
]

handler400 = "console.core.errors.bad_request"
handler403 = "console.core.errors.not_allowed"
handler404 = "console.core.errors.not_found"
handler500 = "console.core.errors.server_error"
