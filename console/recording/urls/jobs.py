"""Addresses of jobs."""

from django.urls import path

from console.recording.views.job_adopt import job_adopt
from console.recording.views.job_change import job_layout, job_stop, job_template
from console.recording.views.job_detail import job_detail, job_search
from console.recording.views.job_give_up import job_give_up
from console.recording.views.job_list import job_list, jobs_csv
from console.recording.views.job_start import job_start

urlpatterns = [
    path("jobs/", job_list, name="jobs"),
    path("jobs/csv/", jobs_csv, name="jobs_csv"),
    path("jobs/start/", job_start, name="job_start"),
    path("jobs/adopt/", job_adopt, name="job_adopt"),
    path("jobs/<uuid:recording_id>/", job_detail, name="job"),
    path("jobs/<uuid:recording_id>/layout/", job_layout, name="job_layout"),
    path("jobs/<uuid:recording_id>/template/", job_template, name="job_template"),
    path("jobs/<uuid:recording_id>/stop/", job_stop, name="job_stop"),
    path("jobs/<uuid:recording_id>/search/", job_search, name="job_search"),
    path("jobs/<uuid:recording_id>/give-up/", job_give_up, name="job_give_up"),
]
