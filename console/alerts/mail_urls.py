"""Addresses of the mail server, which belongs to no connection."""

from django.urls import path

from console.alerts.views import mail

app_name = "mail"
urlpatterns = [
    path("settings/mail/", mail.mail_server, name="server"),
    path("settings/mail/test/", mail.mail_test, name="test"),
]
