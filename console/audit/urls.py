"""The addresses of the trail, below /audit/."""

from django.urls import path

from console.audit import views

app_name = "audit"
urlpatterns = [
    path("", views.trail_list, name="list"),
    path("export/", views.trail_export, name="export"),
    path("verify/", views.trail_verify, name="verify"),
    path("verify/statement.json", views.trail_statement, name="statement"),
    path("verify/verify_export.py", views.trail_verifier, name="verifier"),
    path("<uuid:entry_id>/", views.trail_detail, name="detail"),
]
