"""Addresses of saved layouts."""

from django.urls import path

from console.recording.views.layout_pages import layout_create, layout_delete, layout_detail, layout_list

urlpatterns = [
    path("layouts/", layout_list, name="layouts"),
    path("layouts/new/", layout_create, name="layout_new"),
    path("layouts/<int:layout_id>/", layout_detail, name="layout"),
    path("layouts/<int:layout_id>/delete/", layout_delete, name="layout_delete"),
]
