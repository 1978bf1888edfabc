"""Addresses of the ledger."""

from django.urls import path

from console.recording.views.ledger import ledger

urlpatterns = [path("ledger/", ledger, name="ledger")]
