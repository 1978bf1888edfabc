from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ApplicationsConfig(AppConfig):
    name = "console.applications"
    label = "applications"

    def ready(self) -> None:
        from console.accounts.rights import Right
        from console.applications import actions, searching  # noqa: F401  (actions registers what stands in the trail)
        from console.applications.services import lifecycle, listing  # noqa: F401  (registers how its changes are settled)
        from console.connections.consumers import name_task
        from console.core import shell
        from console.core.navigation import NavItem, Section, register
        from console.core.search import register_provider
        from console.work.ticks import Tick, register_tick

        register(
            NavItem(Section.CLOUD, _("Applications"), "applications:list", "apps", Right.SEE_ROOMS, order=10)
        )
        register_provider(searching.provide)
        shell.provide("applications", listing.remembered_names)
        register_tick(Tick("applications.look_around", 1, "console.applications.tasks.look_around"))
        name_task("applications.look", _("looking what became of a change"))
