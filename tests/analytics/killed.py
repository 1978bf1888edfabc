"""A worker that collects until it is killed: started by test_killed.py.

python -m tests.analytics.killed <seconds since 1970>
"""

import os
import sys

import time_machine


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    time_machine.travel(float(sys.argv[1]), tick=False).start()
    import django
    from django.conf import settings

    settings.DATABASES["default"]["NAME"] = os.environ["KILLED_DATABASE"]
    settings.COLLECT_SHARE = 100
    django.setup()
    from console.analytics.collecting.applications import projects
    from console.analytics.collecting.going import collect

    print("ready", flush=True)
    for project in projects():
        collect(project, seconds=3600)
    print("done", flush=True)


if __name__ == "__main__":
    main()
