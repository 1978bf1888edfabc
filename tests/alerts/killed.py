"""A worker that is killed while a webhook answers: started by test_delivering.py."""

import os


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    import django
    from django.conf import settings

    settings.DATABASES["default"]["NAME"] = os.environ["KILLED_DATABASE"]
    django.setup()
    from console.alerts.services.delivering import send_due

    send_due()


if __name__ == "__main__":
    main()
