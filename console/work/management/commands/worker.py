"""Run a worker: the background processes and the beat that gives them work on time."""

import time
from typing import Any

import structlog
from django.core.management.base import BaseCommand, CommandError
from django.db import Error, close_old_connections
from django_q.cluster import Cluster

from console.work.ticks import beat

log = structlog.get_logger(__name__)


class Command(BaseCommand):
    help = "Run a worker until it is told to stop (SIGTERM or Ctrl-C). Any number may run, on any number of hosts."

    def handle(self, *args: Any, **options: Any) -> None:
        cluster = Cluster()
        cluster.start()  # forks, and takes over SIGTERM and SIGINT
        self.stdout.write("The worker runs. Ctrl-C stops it.")
        while not cluster.has_stopped:
            if cluster.sentinel is None or not cluster.sentinel.is_alive():
                raise CommandError("The background processes ended unasked; start the worker again.")
            started = time.monotonic()
            _beat_safely()
            time.sleep(max(0.05, 1.0 - (time.monotonic() - started)))


def _beat_safely() -> None:
    """A database that is away for a while must not end the worker."""
    try:
        close_old_connections()
        beat()
    except Error as problem:
        log.warning("no beat: the database does not answer", problem=str(problem))
