"""Addresses of callbacks and of the inbox."""

from django.urls import path

from console.recording.views import callback_keys, callbacks, inbox

urlpatterns = [
    path("callbacks/", callbacks.callback_list, name="callbacks"),
    path("callbacks/<str:app_id>/", callbacks.callback_detail, name="callback"),
    path("callbacks/<str:app_id>/set/", callbacks.callback_set, name="callback_set"),
    path("callbacks/<str:app_id>/own/", callbacks.callback_own, name="callback_own"),
    path("callbacks/<str:app_id>/key/", callback_keys.callback_key, name="callback_key"),
    path("callbacks/<str:app_id>/learn/", callback_keys.callback_learn, name="callback_learn"),
    path("callbacks/<str:app_id>/sample/", callback_keys.callback_sample, name="callback_sample"),
    path("inbox/", inbox.inbox, name="inbox"),
    path("inbox/<int:delivery_id>/", inbox.delivery_detail, name="delivery"),
]
