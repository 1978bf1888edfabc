"""Addresses below /c/<connection>/analytics/."""

from django.urls import path

from console.analytics.views import annotations, changes, events, insights, moved, reports, saved, spreads

app_name = "analytics"
urlpatterns = [
    path("", insights.insights, name="insights"),
    path("csv/", insights.insights_csv, name="csv"),
    path("table/", insights.insights_table, name="table"),
    path("moved/", moved.moved, name="moved"),
    path("online/", spreads.spreads, name="spreads"),
    path("events/", events.events, name="events"),
    path("changes/", changes.changes_of_the_past, name="changes"),
    path("annotations/", annotations.annotation_list, name="annotations"),
    path("annotations/new/", annotations.annotation_new, name="annotation_new"),
    path("annotations/<int:annotation_id>/", annotations.annotation_change, name="annotation"),
    path("annotations/<int:annotation_id>/delete/", annotations.annotation_delete, name="annotation_delete"),
    path("views/save/", saved.view_save, name="view_save"),
    path("views/<int:view_id>/delete/", saved.view_delete, name="view_delete"),
    path("reports/", reports.report_list, name="reports"),
    path("reports/new/", reports.report_new, name="report_new"),
    path("reports/<int:report_id>/", reports.report_change, name="report"),
    path("reports/<int:report_id>/preview/", reports.report_preview, name="report_preview"),
    path("reports/<int:report_id>/delete/", reports.report_delete, name="report_delete"),
    path("reports/letters/<int:letter_id>/again/", reports.letter_again, name="letter_again"),
]
