from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WorkConfig(AppConfig):
    name = "console.work"
    label = "work"

    def ready(self) -> None:
        from console.accounts.rights import Right
        from console.core.navigation import NavItem, Section, register
        from console.work import actions  # noqa: F401  (registers what stands in the trail)
        from console.work.ticks import Tick, register_tick

        # The ledger and the connections stand below this app and can't register their own.
        register_tick(Tick("audit.close_lost_attempts", 10, "console.audit.close_lost_attempts"))
        register_tick(Tick("audit.sign_heads", 300, "console.audit.heads.sign_heads"))
        register_tick(Tick("connections.measure", 2, "console.connections.measurements.hand_out"))
        register_tick(Tick("work.clear_sessions", 86_400, "console.work.housekeeping.clear_sessions"))
        register_tick(Tick("work.hand_out", 1, "console.work.tasks.hand_out"))
        register_tick(Tick("work.clear_runs", 86_400, "console.work.housekeeping.clear_runs"))
        register(NavItem(Section.RECORDS, _("Work"), "work:list", "list-check", Right.RUN_WORK, order=60))
