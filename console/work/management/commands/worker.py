"""Run a worker: the background processes and the beat that gives them work on time."""

import signal
import threading
import time
from typing import Any

import structlog
from django.core.management.base import BaseCommand, CommandError
from django.db import Error, close_old_connections
from django_q.cluster import Cluster

from console.work.ticks import beat

log = structlog.get_logger(__name__)

_LAST_WORDS_SECONDS = 2.0


class Command(BaseCommand):
    help = "Run a worker until it is told to stop (SIGTERM or Ctrl-C). Any number may run, on any number of hosts."

    def handle(self, *args: Any, **options: Any) -> None:
        cluster = Cluster()
        cluster.start()
        stop = threading.Event()
        for wish in (signal.SIGTERM, signal.SIGINT):
            signal.signal(wish, lambda *_: stop.set())
        self.stdout.write("The worker runs. Ctrl-C stops it.")
        while not stop.is_set():
            if not _alive(cluster) and not stop.wait(0.5):
                raise CommandError("The background processes ended unasked; start the worker again.")
            started = time.monotonic()
            _beat_safely()
            stop.wait(max(0.05, 1.0 - (time.monotonic() - started)))
        _stop(cluster)


def _alive(cluster: Cluster) -> bool:
    return cluster.sentinel is not None and cluster.sentinel.is_alive()


def _stop(cluster: Cluster) -> None:
    """Let the background processes finish what they do, up to the longest task's time.

    Whoever signals the whole group (systemd does) ends the sentinel too, and telling a dead one to stop waits for ever:
    so that is done beside, and given up once the sentinel is gone.
    """
    telling = threading.Thread(target=cluster.stop, daemon=True)
    telling.start()
    while telling.is_alive() and _alive(cluster):
        telling.join(0.1)
    telling.join(_LAST_WORDS_SECONDS)


def _beat_safely() -> None:
    """A database that is away for a while must not end the worker."""
    try:
        close_old_connections()
        beat()
    except Error as problem:
        log.warning("no beat: the database does not answer", problem=str(problem))
