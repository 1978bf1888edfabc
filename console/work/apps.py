from django.apps import AppConfig


class WorkConfig(AppConfig):
    name = "console.work"
    label = "work"
