"""Addresses of recording templates."""

from django.urls import path

from console.recording.views.template_delete import template_delete
from console.recording.views.template_detail import template_detail
from console.recording.views.template_edit import template_edit, template_new
from console.recording.views.template_list import template_list

urlpatterns = [
    path("templates/", template_list, name="templates"),
    path("templates/<str:app_id>/new/", template_new, name="template_new"),
    path("templates/<str:app_id>/<str:template_id>/", template_detail, name="template"),
    path("templates/<str:app_id>/<str:template_id>/edit/", template_edit, name="template_edit"),
    path("templates/<str:app_id>/<str:template_id>/delete/", template_delete, name="template_delete"),
]
