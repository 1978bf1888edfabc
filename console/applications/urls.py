"""Addresses below /c/<connection>/applications/."""

from django.urls import path

from console.applications import views

app_name = "applications"
urlpatterns = [
    path("", views.application_list, name="list"),
    path("csv/", views.applications_csv, name="csv"),
    path("new/", views.application_create, name="create"),
    path("changes/<uuid:change_id>/", views.change_progress, name="change"),
    path("<str:app_id>/", views.application_detail, name="detail"),
    path("<str:app_id>/enable/", views.application_enable, name="enable"),
    path("<str:app_id>/disable/", views.application_disable, name="disable"),
    path("<str:app_id>/delete/", views.application_delete, name="delete"),
    path("<str:app_id>/key/", views.application_key, name="key"),
    path("<str:app_id>/access/", views.application_access, name="access"),
]
