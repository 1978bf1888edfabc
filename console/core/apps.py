from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "console.core"
    label = "core"

    def ready(self) -> None:
        from console.core import checks, front_end, readiness  # noqa: F401  (registers the system checks)
        from console.core.sayings import register_sayings
        from console.sparkrtc.messages import TEXTS

        readiness.register()
        register_sayings(TEXTS.values())
