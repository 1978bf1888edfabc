"""What the tests of several processes run: `python -m tests.audit.processes append|die …`."""

import os
import signal
import sys

import django

from console import audit

_HOW = {"kill": signal.SIGKILL, "interrupt": signal.SIGINT}


def main() -> None:
    signal.signal(
        signal.SIGINT, signal.default_int_handler
    )  # a shell may have started the tests with it ignored
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    django.setup()
    audit.register(audit.Action("test.thing.do", "Do a thing"))
    work, argument = sys.argv[1:]
    print("ready", flush=True)
    sys.stdin.readline()
    {"append": append, "die": die}[work](argument)


def append(count: str) -> None:
    for number in range(int(count)):
        with audit.attempt(
            "test.thing.do",
            actor=None,
            connection=None,
            target=audit.Target("room", f"{os.getpid()}-{number}"),
        ):
            pass


def die(how: str) -> None:
    """End as abruptly as a process can, where it hurts most: after the change, before the outcome."""
    with audit.attempt(
        "test.thing.do", actor=None, connection=None, target=audit.Target("room", "r"), limit=1
    ):
        print("changed", flush=True)
        os.kill(os.getpid(), _HOW[how])
        sys.stdin.readline()


if __name__ == "__main__":
    main()
