"""Addresses below /c/<connection>/rooms/."""

from django.urls import path

from console.rooms import views

app_name = "rooms"
urlpatterns = [
    path("", views.room_list, name="list"),
    path("find/", views.find_participant, name="find"),
    path("open/", views.open_room, name="open"),
    path("actions/<uuid:action_id>/", views.action_progress, name="action"),
    path("<str:app_id>/<str:room_id>/", views.room_detail, name="detail"),
    path("<str:app_id>/<str:room_id>/remove/", views.room_remove, name="remove"),
    path("<str:app_id>/<str:room_id>/dismiss/", views.room_dismiss, name="dismiss"),
]
