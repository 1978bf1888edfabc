from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "console.audit"
    label = "audit"

    def ready(self) -> None:
        from console.audit import actions, front

        actions.register(actions.EXPORT)
        actions.register(actions.VERIFY)
        front.register()
        front.register_own_words()
