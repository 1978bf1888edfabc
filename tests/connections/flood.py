"""A process of several threads that take permits and send as fast as they are let: python -m tests.connections.flood"""

import argparse
import dataclasses
import http.client
import json
import threading
import time
from urllib.parse import urlsplit

import django


def main() -> None:
    parser = argparse.ArgumentParser()
    for name, kind in (("url", str), ("owner", str), ("limit", int), ("seconds", float)):
        parser.add_argument(f"--{name}", type=kind, required=True)
    parser.add_argument("--threads", type=int, default=4)
    parser.add_argument("--lasting", type=float, default=2.0)
    parser.add_argument("--lane", type=int, default=0)
    parser.add_argument("--hang", action="store_true", help="take one permit, say so, and never report")
    wish = parser.parse_args()
    django.setup()

    from django.db import connection

    queries = _Count()
    results: list[dict[str, float]] = []
    if wish.hang:
        _take(wish)
        print("holding", flush=True)
        time.sleep(600)

    def work() -> None:
        with connection.execute_wrapper(queries):
            results.append(_send_until_the_end(wish))
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(wish.threads)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    total = {name: sum(result[name] for result in results) for name in ("sent", "refused")}
    print(json.dumps({**total, "queries": queries.count, "transactions": queries.transactions}), flush=True)


class _Count:
    def __init__(self) -> None:
        self.count = self.transactions = 0

    def __call__(self, execute, sql, params, many, context):  # type: ignore[no-untyped-def]
        self.count += 1
        alone = not context["connection"].in_atomic_block and not sql.startswith("BEGIN")
        self.transactions += alone or (sql.startswith("SELECT") and '"connections_bucket"."owner" =' in sql)
        return execute(sql, params, many, context)


def _take(wish: argparse.Namespace):  # type: ignore[no-untyped-def]
    from console.connections.permits import StoredPermits
    from console.sparkrtc.catalogue.storage import LIST_BUCKETS
    from console.sparkrtc.operation import Quota
    from console.sparkrtc.permits import Lane

    operation = dataclasses.replace(LIST_BUCKETS, quota=Quota("obs", wish.limit, wish.seconds))
    return StoredPermits(wish.owner).take(operation, lane=Lane(wish.lane), max_wait=wish.lasting + 30)


def _send_until_the_end(wish: argparse.Namespace) -> dict[str, float]:
    end = time.monotonic() + wish.lasting
    wire = http.client.HTTPConnection(urlsplit(wish.url).netloc, timeout=10)
    sent = refused = 0
    while time.monotonic() < end:
        permit = _take(wish)
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
    main()
