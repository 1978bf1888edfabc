"""Addresses below /c/<connection>/overview/."""

from django.urls import path

from console.analytics.views import screens
from console.analytics.views.overview import overview_page

app_name = "overview"
urlpatterns = [
    path("", overview_page, name="wall"),
    path("screens/", screens.screen_list, name="screens"),
    path("screens/new/", screens.screen_new, name="screen_new"),
    path("screens/<int:screen_id>/revoke/", screens.screen_revoke, name="screen_revoke"),
]
