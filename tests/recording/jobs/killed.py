"""A process that is killed while the cloud answers: started by test_killed.py, with what to record.

python -m tests.recording.jobs.killed <application> <room> <template>
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
    from console.recording.services.starting import start_mix_job

    app_id, room_id, rule_id = sys.argv[1:]
    start_mix_job(
        Connection.objects.get(slug="demo"),
        app_id,
        room_id,
        {
            "encode_template": "1280x720_15_2260",
            "max_idle_time": 60,
            "layout_template": "nine_grids_view",
        },
        rule_id,
        actor=User.objects.get(username="mona"),
        reason="about to die",
    )


if __name__ == "__main__":
    main()
