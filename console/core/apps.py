from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CoreConfig(AppConfig):
    name = "console.core"
    label = "core"

    def ready(self) -> None:
        from console.core import checks, front_end, readiness  # noqa: F401  (registers the system checks)
        from console.core.navigation import NavItem, Section, register
        from console.core.sayings import register_sayings
        from console.sparkrtc.messages import TEXTS

        readiness.register()
        register(
            NavItem(
                Section.SETTINGS,
                _("Preferences"),
                "core:preferences",
                "settings",
                needs_connection=False,
                order=90,
                words=_("language theme zone"),
                in_rail=False,
            ),
            NavItem(
                Section.SETTINGS,
                _("Keyboard shortcuts"),
                "core:keys",
                "keyboard",
                needs_connection=False,
                order=91,
                words=_("keys help"),
                in_rail=False,
            ),
        )
        register_sayings(TEXTS.values())
