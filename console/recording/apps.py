from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RecordingConfig(AppConfig):
    name = "console.recording"
    label = "recording"

    def ready(self) -> None:
        from console.accounts.rights import Right
        from console.core.navigation import NavItem, Section, register

        register(NavItem(Section.CLOUD, _("Recording"), "recording:home", "video", Right.SEE_ROOMS, order=40))
        _add_jobs()
        _add_layouts()
        _add_automatic()
        _add_callbacks()
        _add_templates()
        _add_ledger()


def _add_jobs() -> None:
    from console.accounts.rights import Right
    from console.connections.consumers import name_task
    from console.core.search import register_provider
    from console.recording import searching
    from console.recording.actions import jobs  # noqa: F401  (registers what stands in the trail)
    from console.recording.services import traces
    from console.recording.services.jobs import count_running
    from console.recording.tabs import Tab, register_tab
    from console.recording.views import beside_applications, beside_rooms
    from console.recording.views.parts import jobs_url
    from console.rooms import extras
    from console.work.ticks import Tick, register_tick

    register_tab(Tab("recording:jobs", _("Jobs"), Right.SEE_ROOMS, order=10))
    register_tick(Tick("recording.look_at_jobs", 3, "console.recording.tasks.look_at_jobs"))
    name_task("recording.look_at_jobs", _("looking at recording jobs"))
    name_task("recording.keep_ledgers", _("keeping the ledger of recordings"))
    traces.register_source(traces.FILE, traces.in_bucket)
    extras.register_room_links(beside_rooms.room_links)
    extras.register_person_links(beside_rooms.person_links)
    extras.register_recordings(count_running, jobs_url)
    beside_applications.register()
    register_provider(searching.provide)


def _add_layouts() -> None:
    from console.accounts.rights import Right
    from console.recording.actions import layouts  # noqa: F401  (registers what stands in the trail)
    from console.recording.tabs import Tab, register_tab

    register_tab(Tab("recording:layouts", _("Layouts"), Right.MODERATE, order=20))


def _add_automatic() -> None:
    from console.accounts.rights import Right
    from console.recording.actions import automatic as _actions  # noqa: F401  (registers what stands in the trail)
    from console.recording.services import automatic
    from console.recording.tabs import Tab, register_tab

    automatic.register()
    register_tab(Tab("recording:automatic", _("Automatic recording"), Right.SEE_ROOMS, order=40))


def _add_callbacks() -> None:
    from console.accounts.rights import Right
    from console.connections.resealing import register_sealed
    from console.recording.actions import callbacks as _actions  # noqa: F401  (registers what stands in the trail)
    from console.recording.services import callback_settings, receivers, traces
    from console.recording.services.callback_traces import in_inbox
    from console.recording.tabs import Tab, register_tab
    from console.recording.views import application_panels, beside_storage
    from console.storage import uses
    from console.work.ticks import Tick, register_tick

    callback_settings.register()
    register_sealed("callbacks", receivers.reseal_keys)
    traces.register_source(traces.CALLBACK, in_inbox)
    register_tab(Tab("recording:callbacks", _("Callbacks"), Right.CONFIGURE, order=50))
    register_tab(Tab("recording:inbox", _("Inbox"), Right.CONFIGURE, order=60))
    register_tick(Tick("recording.tidy_inbox", 3600, "console.recording.callback_tasks.tidy"))
    uses.register_mentioner("notifications", beside_storage.mentions)
    application_panels.register()


def _add_templates() -> None:
    from console.accounts.rights import Right
    from console.recording.actions import templates  # noqa: F401  (registers what stands in the trail)
    from console.recording.services import template_changes  # noqa: F401  (registers how changes are settled)
    from console.recording.tabs import Tab, register_tab
    from console.recording.views import beside_buckets, template_panel
    from console.storage import uses

    register_tab(Tab("recording:templates", _("Templates"), Right.CONFIGURE, order=30))
    uses.register_user("recording.templates", beside_buckets.templates_in_buckets)
    uses.register_mentioner("recording", beside_buckets.mentions)
    template_panel.register()


def _add_ledger() -> None:
    from console.accounts.rights import Right
    from console.recording.tabs import Tab, register_tab
    from console.recording.views import beside_ledger
    from console.work.ticks import Tick, register_tick

    register_tab(Tab("recording:ledger", _("Ledger"), Right.MODERATE, order=15))
    register_tick(Tick("recording.keep_ledgers", 300, "console.recording.ledger_tasks.keep_ledgers"))
    beside_ledger.register()
