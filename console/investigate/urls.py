"""Addresses below /c/<connection>/investigate/."""

from django.urls import path

from console.investigate import views

app_name = "investigate"
_CALL = "calls/<str:app_id>/<str:room_id>/"
_USER = "users/<str:app_id>/<str:user_id>/"
urlpatterns = [
    path("", views.find_call, name="find"),
    path("everywhere/", views.search_wide, name="search"),
    path("rules/", views.rule_hits, name="rule_hits"),
    path("limits/", views.verdict_limits, name="limits"),
    path("verdicts/<int:record_id>/mark/", views.verdict_mark, name="mark"),
    path("pins/<int:investigation_id>/", views.pin, name="pin"),
    path("kept/", views.kept_list, name="kept"),
    path("kept/policy/", views.locker_policy, name="policy"),
    path("kept/<int:kept_id>/", views.kept_detail, name="kept_call"),
    path("kept/<int:kept_id>/state/", views.kept_state, name="keeping"),
    path("kept/<int:kept_id>/download/", views.kept_bundle, name="bundle"),
    path("kept/<int:kept_id>/delete/", views.kept_forget, name="forget"),
    path("watched/<int:watched_id>/end/", views.user_unwatch, name="unwatch"),
    path(_CALL, views.call_detail, name="call"),
    path(f"{_CALL}again/", views.verdict_again, name="again"),
    path(f"{_CALL}keep/", views.call_keep, name="keep"),
    path(f"{_CALL}attendance/", views.call_attendance, name="attendance"),
    path(f"{_CALL}notes/", views.note_write, name="note"),
    path(f"{_CALL}notes/<int:note_id>/delete/", views.note_delete, name="note_delete"),
    path(f"{_CALL}reply/", views.call_reply, name="reply"),
    path(_USER, views.user_detail, name="user"),
    path(f"{_USER}watch/", views.user_watch, name="watch"),
]
