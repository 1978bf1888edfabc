"""A process that is killed while the cloud answers: started by test_killed.py, with the place and the people to hit.

python -m tests.rooms.killed <application> <room> <user> …
"""

import os
import sys

import time_machine


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    # The sandbox lives at the test's moment, and signatures must not be of another time.
    time_machine.travel(float(os.environ["KILLED_AT"]), tick=True).start()
    import django
    from django.conf import settings

    settings.DATABASES["default"]["NAME"] = os.environ["KILLED_DATABASE"]
    django.setup()
    from console.accounts.models import User
    from console.connections.models import Connection
    from console.rooms.services.moderation import remove_participants

    app_id, room_id, *user_ids = sys.argv[1:]
    remove_participants(
        Connection.objects.get(slug="demo"),
        app_id,
        room_id,
        user_ids,
        actor=User.objects.get(username="mona"),
        reason="about to die",
    )


if __name__ == "__main__":
    main()
