"""Addresses of automatic recording."""

from django.urls import path

from console.recording.views import automatic

urlpatterns = [
    path("automatic/", automatic.automatic_list, name="automatic"),
    path("automatic/<str:app_id>/", automatic.automatic_change, name="automatic_change"),
]
