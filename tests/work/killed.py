"""A worker's process that is killed while it performs an item: started by test_runs_killed.py.

python -m tests.work.killed <kind> <file to touch when the item has begun>
"""

import os
import sys
import time
from pathlib import Path


def perform(item_id: int) -> None:
    Path(sys.argv[2]).touch()
    time.sleep(60)  # never as long: the test kills this process


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    import django
    from django.conf import settings

    settings.DATABASES["default"]["NAME"] = os.environ["KILLED_DATABASE"]
    django.setup()
    from console.work.kinds import Kind, register_kind
    from console.work.runs import hand_out, work_on

    register_kind(Kind(sys.argv[1], "Things", "__main__.perform", sys.argv[1] == "test.read"))
    hand_out(start=work_on)


if __name__ == "__main__":
    main()
