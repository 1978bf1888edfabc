from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class InvestigateConfig(AppConfig):
    name = "console.investigate"
    label = "investigate"

    def ready(self) -> None:
        from console.accounts.rights import Right
        from console.connections.consumers import name_task
        from console.connections.observing import observe
        from console.connections.raw import keep_raw
        from console.core.navigation import NavItem, Section, register
        from console.core.search import register_provider
        from console.investigate import actions, beside_rooms, limits, palette  # noqa: F401  (for what they register)
        from console.investigate.services import keeping, remembering, searching
        from console.rooms import extras
        from console.sparkrtc.catalogue.analytics import (
            GET_ABNORMAL_EVENTS,
            GET_CLIENT_EVENTS,
            GET_CLIENT_QOS,
        )
        from console.sparkrtc.catalogue.rooms import LIST_PARTICIPANTS, LIST_ROOMS
        from console.work.kinds import Kind, register_kind
        from console.work.ticks import Tick, register_tick

        keep_raw(LIST_PARTICIPANTS, GET_CLIENT_QOS, GET_ABNORMAL_EVENTS, GET_CLIENT_EVENTS)
        register(
            NavItem(
                Section.LIVE, _("Investigate"), "investigate:find", "report-search", Right.SEE_ROOMS, order=10
            )
        )
        register_provider(palette.provide, order=10)
        extras.register_room_links(beside_rooms.room_links)
        extras.register_person_links(beside_rooms.person_links)
        observe(LIST_PARTICIPANTS, remembering.remember_participants)
        observe(LIST_ROOMS, remembering.remember_rooms)
        register_kind(
            Kind(
                searching.KIND,
                _("Search everywhere"),
                "console.investigate.tasks.search_one",
                repeatable=True,
                cost={LIST_PARTICIPANTS: 1},
                url=palette.results_url,
            )
        )
        register_kind(
            Kind(
                keeping.KIND,
                _("Keep calls"),
                "console.investigate.tasks.keep_one",
                repeatable=True,
                cost={GET_CLIENT_QOS: 4},
            )
        )
        register_tick(Tick("investigate.keep_due", 30, "console.investigate.tasks.keep_due"))
        name_task("investigate.look_after_watched", _("looking after watched people"))
        register_tick(
            Tick("investigate.look_after_watched", 600, "console.investigate.tasks.look_after_watched")
        )
        register_tick(Tick("investigate.forget_old", 86_400, "console.investigate.tasks.forget_old"))
