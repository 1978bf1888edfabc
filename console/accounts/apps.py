from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "console.accounts"
    label = "accounts"

    def ready(self) -> None:
        from console.accounts import actions, front, signals  # noqa: F401  (registers, connects the receivers)

        front.register()
