from django.urls import path

from console.connections import quota_settings_views, quota_views, views

app_name = "connections"
_ONE = "settings/connections/<slug:connection>/"
urlpatterns = [
    path("settings/connections/", views.connection_list, name="list"),
    path("settings/connections/new/", views.connection_create, name="create"),
    path(_ONE, views.connection_detail, name="detail"),
    path(f"{_ONE}change/", views.connection_change, name="change"),
    path(f"{_ONE}test/", views.connection_test, name="test"),
    path(f"{_ONE}off/", views.connection_switch_off, name="switch_off"),
    path(f"{_ONE}on/", views.connection_switch_on, name="switch_on"),
    path(f"{_ONE}delete/", views.connection_delete, name="delete"),
    path(f"{_ONE}quotas/", quota_settings_views.quota_rules, name="quota_rules"),
    path(f"{_ONE}quotas/<slug:quota>/", quota_settings_views.quota_change, name="quota_change"),
    path(f"{_ONE}quotas/<slug:quota>/publish/", quota_settings_views.quota_publish, name="quota_publish"),
    path(f"{_ONE}quotas/<slug:quota>/measure/", quota_settings_views.quota_measure, name="quota_measure"),
    path(f"{_ONE}quotas/<slug:quota>/apply/", quota_settings_views.quota_apply, name="quota_apply"),
    path("c/<slug:connection>/", views.connection_home, name="home"),
    path("c/<slug:connection>/quota/", quota_views.quota, name="quota"),
    path("c/<slug:connection>/quota/meter/", quota_views.meter, name="meter"),
]
