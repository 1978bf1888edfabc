"""Addresses below /c/<connection>/recording/. Each module has those of one noun."""

from django.urls import path

from console.recording.urls import automatic, callbacks, jobs, layouts, ledger, templates
from console.recording.views.home import home

app_name = "recording"
urlpatterns = [
    path("", home, name="home"),
    *jobs.urlpatterns,
    *layouts.urlpatterns,
    *automatic.urlpatterns,
    *callbacks.urlpatterns,
    *templates.urlpatterns,
    *ledger.urlpatterns,
]
