from django.apps import AppConfig


class ConnectionsConfig(AppConfig):
    name = "console.connections"
    label = "connections"

    def ready(self) -> None:
        from console.connections import actions, consumers, front  # noqa: F401  (registers what stands in the trail)

        front.register()
        consumers.register_tasks()
