"""The address that a screen on a wall opens: /screen/<connection>/."""

from django.urls import path

from console.analytics.views.screens import screen_wall

urlpatterns = [path("<slug:connection>/", screen_wall, name="screen")]
