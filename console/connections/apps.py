from django.apps import AppConfig
from django.utils.translation import gettext_lazy


class ConnectionsConfig(AppConfig):
    name = "console.connections"
    label = "connections"

    def ready(self) -> None:
        from console.connections import actions, consumers, front  # noqa: F401  (registers what stands in the trail)

        front.register()
        consumers.register_tasks()
        consumers.name_task("connections.measure", gettext_lazy("measuring a limit"))
