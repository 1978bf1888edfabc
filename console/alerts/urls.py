"""Addresses below /c/<connection>/alerts/."""

from django.urls import path

from console.alerts.views import channels, deliveries, incidents, rules

app_name = "alerts"
urlpatterns = [
    path("", incidents.incident_list, name="incidents"),
    path("<int:incident_id>/", incidents.incident_detail, name="incident"),
    path("<int:incident_id>/act/", incidents.incident_act, name="act"),
    path("rules/", rules.rule_list, name="rules"),
    path("rules/new/", rules.rule_create, name="rule_new"),
    path("rules/<int:rule_id>/", rules.rule_change, name="rule"),
    path("rules/<int:rule_id>/delete/", rules.rule_delete, name="rule_delete"),
    path("channels/", channels.channel_list, name="channels"),
    path("channels/new/<slug:medium>/", channels.channel_create, name="channel_new"),
    path("channels/<int:channel_id>/", channels.channel_change, name="channel"),
    path("channels/<int:channel_id>/test/", channels.channel_test, name="channel_test"),
    path("channels/<int:channel_id>/key/", channels.channel_key, name="channel_key"),
    path("channels/<int:channel_id>/delete/", channels.channel_delete, name="channel_delete"),
    path("messages/", deliveries.message_list, name="messages"),
    path("messages/<int:message_id>/", deliveries.message_detail, name="message"),
    path("messages/<int:message_id>/replay/", deliveries.message_replay, name="replay"),
]
