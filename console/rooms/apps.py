from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RoomsConfig(AppConfig):
    name = "console.rooms"
    label = "rooms"

    def ready(self) -> None:
        from console.accounts.rights import Right
        from console.connections.consumers import name_task
        from console.core.navigation import NavItem, Section, register
        from console.core.search import register_provider
        from console.rooms import actions, for_applications, searching  # noqa: F401  (actions: what stands in the trail)
        from console.work.ticks import Tick, register_tick

        words = _("remove dismiss people participants")
        register(
            NavItem(
                Section.LIVE, _("Rooms"), "rooms:list", "users-group", Right.SEE_ROOMS, order=20, words=words
            ),
            NavItem(
                Section.LIVE,
                _("Find a participant"),
                "rooms:find",
                "user-search",
                Right.SEE_ROOMS,
                order=90,
                words=_("people users"),
                in_rail=False,
            ),
        )
        register_provider(searching.provide)
        register_provider(searching.guess, order=90)
        for_applications.register()
        register_tick(Tick("rooms.look_around", 1, "console.rooms.tasks.look_around"))
        name_task("rooms.look", _("looking who has left and who came back"))
