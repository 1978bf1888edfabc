from django.apps import AppConfig


class RoomsConfig(AppConfig):
    name = "console.rooms"
    label = "rooms"
