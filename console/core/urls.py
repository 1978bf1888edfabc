"""Addresses of the frame itself."""

from django.urls import path

from console.core import views

__all__ = ["app_name", "urlpatterns"]

app_name = "core"
urlpatterns = [
    path("", views.home, name="home"),
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
    path("metrics", views.metrics, name="metrics"),
    path("search/", views.search_box, name="search"),
    path("keys/", views.keys, name="keys"),
    path("preferences/", views.preferences, name="preferences"),
]
