from django.apps import AppConfig


class ConnectionsConfig(AppConfig):
    name = "console.connections"
    label = "connections"

    def ready(self) -> None:
        from console.connections import actions, front  # noqa: F401  (registers what stands in the trail)

        front.register()
