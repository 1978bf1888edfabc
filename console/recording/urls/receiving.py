"""The address below /callbacks/ at which the cloud's notifications arrive. It names no connection: it is a secret."""

from django.urls import path

from console.recording.views.receiving import callback_receive

app_name = "callbacks"
urlpatterns = [path("recording/<str:public_id>", callback_receive, name="receive")]
