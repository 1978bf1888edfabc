from django.apps import AppConfig


class WorkConfig(AppConfig):
    name = "console.work"
    label = "work"

    def ready(self) -> None:
        from console.work.ticks import Tick, register_tick

        # The ledger stands below this app and can't register its own.
        register_tick(Tick("audit.close_lost_attempts", 10, "console.audit.close_lost_attempts"))
        register_tick(Tick("audit.sign_heads", 300, "console.audit.heads.sign_heads"))
        register_tick(Tick("work.clear_sessions", 86_400, "console.work.housekeeping.clear_sessions"))
