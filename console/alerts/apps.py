from typing import Any

from django.apps import AppConfig
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _


class AlertsConfig(AppConfig):
    name = "console.alerts"
    label = "alerts"

    def ready(self) -> None:
        from console.accounts.rights import Right
        from console.alerts import actions, checks, overview_panel  # noqa: F401  (what stands in the trail; checks)
        from console.alerts.exporting import message_metrics
        from console.alerts.services import channels, mailing
        from console.alerts.signals import minutes, quotas, reads, recordings
        from console.connections.resealing import register_sealed
        from console.core import metrics
        from console.core.mail import register_carrier
        from console.core.navigation import NavItem, Section, register
        from console.work.ticks import Tick, register_tick

        for module in (minutes, quotas, reads, recordings):
            module.register()
        register_tick(Tick("alerts.look", 60, "console.alerts.tasks.look"))
        register_tick(Tick("alerts.deliver", 5, "console.alerts.tasks.deliver"))
        register_tick(Tick("alerts.tidy", 86_400, "console.alerts.tasks.tidy"))
        register(
            NavItem(Section.INSIGHTS, _("Alerts"), "alerts:incidents", "bell", Right.SEE_INSIGHTS, order=20),
            NavItem(
                Section.SETTINGS,
                _("E-mail"),
                "mail:server",
                "mail",
                Right.MANAGE,
                needs_connection=False,
                order=30,
                shown=_owns_everything,
            ),
        )
        overview_panel.register()
        register_sealed("alert channels", channels.reseal_channels)
        register_sealed("mail server", mailing.reseal_mail)
        register_carrier(mailing.carry, mailing.is_set)
        metrics.register("alerts", message_metrics)


def _owns_everything(request: HttpRequest) -> bool:
    from console.accounts.reach import manages_everything

    user: Any = request.user
    return manages_everything(user)
