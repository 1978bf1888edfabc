"""Addresses below /c/<connection>/storage/."""

from django.urls import path

from console.storage import views

app_name = "storage"
urlpatterns = [
    path("", views.bucket_list, name="list"),
    path("<str:location>/<str:bucket>/", views.folder, name="folder"),
    path("<str:location>/<str:bucket>/authorize/", views.bucket_authorize, name="authorize"),
    path("<str:location>/<str:bucket>/withdraw/", views.bucket_withdraw, name="withdraw"),
    path("<str:location>/<str:bucket>/object/", views.object_detail, name="object"),
    path("<str:location>/<str:bucket>/open/", views.object_open, name="open"),
    path("<str:location>/<str:bucket>/download/", views.object_download, name="download"),
    path(
        "<str:location>/<str:bucket>/media/<str:ticket>/<path:name>",
        views.object_media,
        name="media",
    ),
]
