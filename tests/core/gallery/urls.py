"""The console's addresses, and the gallery's."""

from django.urls import include, path

from console.core.errors import bad_request, not_allowed, not_found, server_error
from tests.core.gallery import views

handler400, handler403, handler404, handler500 = bad_request, not_allowed, not_found, server_error

urlpatterns = [
    path("gallery/", views.gallery, name="gallery"),
    path("gallery/empty/", views.states, name="gallery_states"),
    path("gallery/charts/", views.charts, name="gallery_charts"),
    path("gallery/panel/", views.panel, name="gallery_panel"),
    path("gallery/dialog/", views.dialog, name="gallery_dialog"),
    path("gallery/trouble/<str:kind>/", views.trouble, name="gallery_trouble"),
    path("gallery/broken/", views.broken, name="gallery_broken"),
    path("", include("console.urls")),
]
