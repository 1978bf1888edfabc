from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class StorageConfig(AppConfig):
    name = "console.storage"
    label = "storage"

    def ready(self) -> None:
        from console.accounts.rights import Right
        from console.core.navigation import NavItem, Section, register
        from console.storage import actions  # noqa: F401  (registers what stands in the trail)
        from console.storage.services import authority  # noqa: F401  (registers how its changes are settled)

        register(
            NavItem(
                Section.CLOUD,
                _("Storage"),
                "storage:list",
                "database",
                Right.CONFIGURE,
                order=40,
                whole=True,
            )
        )
