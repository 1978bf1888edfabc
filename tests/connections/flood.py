"""A process of several threads that take permits and send as fast as they are let: python -m tests.connections.flood"""

import argparse
import dataclasses
import http.client
import json
import os
import signal
import sys
import threading
import time
from urllib.parse import urlsplit

import django


def main() -> None:
    parser = argparse.ArgumentParser()
    for name, kind in (("url", str), ("owner", str), ("limit", int), ("seconds", float)):
        parser.add_argument(f"--{name}", type=kind, required=True)
    parser.add_argument("--threads", type=int, default=4)
    parser.add_argument("--requests", type=int, default=5, help="of each thread")
    parser.add_argument("--lane", type=int, default=0)
    parser.add_argument(
        "--late", type=float, default=15.0, help="seconds after its start when a permit is given back"
    )
    parser.add_argument(
        "--wrong-by", type=float, default=0.0, help="seconds by which this host's clocks are wrong"
    )
    parser.add_argument("--hang", action="store_true", help="take one permit, say so, and never report")
    parser.add_argument(
        "--stop", action="store_true", help="stop between a grant and its sending, once; say so before"
    )
    wish = parser.parse_args()
    set_clocks(wish.wrong_by)
    django.setup()

    from django.db import connection

    results: list[dict[str, int]] = []
    if wish.hang:
        take(wish)
        print("holding", flush=True)
        time.sleep(600)

    def work() -> None:
        results.append(send_all(wish))
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(wish.threads)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print(json.dumps({name: sum(one[name] for one in results) for name in ("sent", "refused")}), flush=True)


def set_clocks(seconds: float) -> None:
    """Set the wall clock wrong, and where the store has a clock of its own, the clock since boot as well."""
    wall, since_boot = time.time, time.clock_gettime
    time.time = lambda: wall() + seconds
    if os.environ["DATABASE_URL"].startswith("postgres"):
        time.clock_gettime = lambda clock: since_boot(clock) + 1000 * seconds


_stopped = threading.Event()


def take(wish: argparse.Namespace):  # type: ignore[no-untyped-def]
    from console.connections.permits import StoredPermits
    from console.sparkrtc.catalogue.storage import LIST_BUCKETS
    from console.sparkrtc.operation import Quota
    from console.sparkrtc.permits import Lane

    def sleep(seconds: float) -> None:
        if wish.stop and not _stopped.is_set():
            _stopped.set()
            print("stopping", flush=True)
            # To this very thread: sent to the process, it may let it run on for a moment.
            signal.pthread_kill(threading.get_ident(), signal.SIGSTOP)
        time.sleep(seconds)

    operation = dataclasses.replace(LIST_BUCKETS, quota=Quota("obs", wish.limit, wish.seconds))
    permits = StoredPermits(wish.owner, late=wish.late, sleep=sleep)
    return permits.take(operation, lane=Lane(wish.lane), max_wait=60)


def send_all(wish: argparse.Namespace) -> dict[str, int]:
    wire = http.client.HTTPConnection(urlsplit(wish.url).netloc, timeout=10)
    sent = refused = 0
    for _ in range(wish.requests):
        permit = take(wish)
        wire.request("GET", "/", headers={"X-Lane": str(wish.lane)})
        answer = wire.getresponse()
        answer.read()
        sent += 1
        if answer.status == 429:
            refused += 1
            permit.refused(None)
        else:
            permit.answered()
    wire.close()
    return {"sent": sent, "refused": refused}


if __name__ == "__main__":
    sys.exit(main())
