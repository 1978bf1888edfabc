from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AnalyticsConfig(AppConfig):
    name = "console.analytics"
    label = "analytics"

    def ready(self) -> None:
        from console.accounts.rights import Right
        from console.analytics import (  # actions: what stands in the trail
            actions,  # noqa: F401
            beside_applications,
            recordings_panel,
            rooms_panel,
        )
        from console.analytics.collecting.pace import TICK_SECONDS
        from console.analytics.services.crowds import stored_people
        from console.applications.crowds import register_count
        from console.connections.consumers import name_task
        from console.core.navigation import NavItem, Section, register
        from console.work.ticks import Tick, register_tick

        register(
            NavItem(
                Section.INSIGHTS,
                _("Insights"),
                "analytics:insights",
                "chart-histogram",
                Right.SEE_INSIGHTS,
                order=10,
            ),
            NavItem(
                Section.LIVE, _("Overview"), "overview:wall", "layout-dashboard", Right.SEE_ROOMS, order=10
            ),
        )
        register_tick(Tick("analytics.collect", TICK_SECONDS, "console.analytics.tasks.look_around"))
        register_tick(Tick("analytics.forget", 86_400, "console.analytics.tasks.forget_old"))
        register_tick(Tick("analytics.reports", 60, "console.analytics.tasks.send_reports"))
        recordings_panel.register()
        beside_applications.register()
        rooms_panel.register()
        register_count("stored", stored_people)
        name_task("analytics.collect", _("collecting statistics"))
