"""Addresses below /c/<connection>/work/."""

from django.urls import path

from console.work import views

app_name = "work"
urlpatterns = [
    path("", views.run_list, name="list"),
    path("<uuid:run_id>/", views.run_detail, name="detail"),
    path("<uuid:run_id>/pause/", views.run_pause, name="pause"),
    path("<uuid:run_id>/resume/", views.run_resume, name="resume"),
    path("<uuid:run_id>/cancel/", views.run_cancel, name="cancel"),
]
