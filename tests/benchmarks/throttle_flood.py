"""A process whose threads send as fast as a limiter lets them; for the throttle's benchmark. Prints JSON at the end.

    python throttle_flood.py LIMITER --url … --store … --limit N --seconds T --lasting 30 [--lane 3] [--clicks S]

LIMITER: ours, or one of the peers. store: what they share: an owner of quotas for ours, a file, or a Redis URL.
clicks: one thread that wants a permit every S seconds or so, and remembers how long it waited.
"""

from __future__ import annotations

import argparse
import json
import random
import threading
import time
from collections.abc import Callable
from typing import Any

import requests

Release = Callable[[int], None]
Acquire = Callable[[], Release]


def ours(wish: argparse.Namespace) -> Acquire:
    import dataclasses

    import django

    django.setup()
    from console.connections import buckets, permits
    from console.sparkrtc.catalogue.storage import LIST_BUCKETS
    from console.sparkrtc.operation import Quota
    from console.sparkrtc.permits import Lane

    exchange = buckets.BucketStore.exchange

    def counted(*args: Any) -> Any:
        wish.transactions += 1
        return exchange(*args)

    buckets.BucketStore.exchange = counted  # type: ignore[method-assign]
    operation = dataclasses.replace(LIST_BUCKETS, quota=Quota("obs", wish.limit, wish.seconds))
    taker, lane = permits.StoredPermits(wish.store), Lane(wish.lane)

    def acquire() -> Release:
        permit = taker.take(operation, lane=lane, max_wait=3600)
        begun = time.monotonic()

        def release(status: int) -> None:
            if status == 429:
                permit.refused(None)
            else:
                permit.answered(time.monotonic() - begun)

        return release

    return acquire


def pyrate(wish: argparse.Namespace, bucket: Any) -> Acquire:
    from pyrate_limiter import Limiter

    limiter = Limiter(bucket)

    def acquire() -> Release:
        while not limiter.try_acquire("quota", blocking=True):
            pass
        return lambda status: None

    return acquire


def rates(wish: argparse.Namespace) -> list[Any]:
    from pyrate_limiter import Rate

    return [Rate(wish.limit, int(wish.seconds * 1000))]


def pyrate_memory(wish: argparse.Namespace) -> Acquire:
    from pyrate_limiter import InMemoryBucket

    return pyrate(wish, InMemoryBucket(rates(wish)))


def pyrate_sqlite(wish: argparse.Namespace) -> Acquire:
    from pyrate_limiter import SQLiteBucket

    return pyrate(wish, SQLiteBucket.init_from_file(rates(wish), db_path=wish.store, use_file_lock=True))


def pyrate_redis(wish: argparse.Namespace) -> Acquire:
    from pyrate_limiter import RedisBucket
    from redis import Redis

    return pyrate(wish, RedisBucket.init(rates(wish), Redis.from_url(wish.store), "quota"))


def limits(wish: argparse.Namespace, strategy: str) -> Acquire:
    from limits import RateLimitItemPerSecond, strategies
    from limits.storage import storage_from_string

    limiter = getattr(strategies, strategy)(storage_from_string(wish.store))
    item = RateLimitItemPerSecond(wish.limit, int(wish.seconds))

    def acquire() -> Release:
        while not limiter.hit(item, "quota"):
            time.sleep(max(limiter.get_window_stats(item, "quota").reset_time - time.time(), 0.001))
        return lambda status: None

    return acquire


def limits_fixed(wish: argparse.Namespace) -> Acquire:
    return limits(wish, "FixedWindowRateLimiter")


def limits_moving(wish: argparse.Namespace) -> Acquire:
    return limits(wish, "MovingWindowRateLimiter")


def pacing(wish: argparse.Namespace) -> Acquire:
    """Each process has its share of the quota, and sends evenly."""
    step, lock = wish.seconds / wish.limit * wish.processes, threading.Lock()
    due = time.monotonic()

    def acquire() -> Release:
        nonlocal due
        with lock:
            due = max(due, time.monotonic()) + step
            start = due - step
        time.sleep(max(start - time.monotonic(), 0.0))
        return lambda status: None

    return acquire


def requests_ratelimiter(wish: argparse.Namespace) -> requests.Session:
    """It waits inside of send(), and counts a 429 by itself. It knows seconds and minutes, nothing between."""
    from pyrate_limiter import SQLiteBucket
    from requests_ratelimiter import LimiterSession

    rate = wish.limit / wish.seconds
    return LimiterSession(
        **({"per_second": rate} if wish.seconds <= 1 else {"per_minute": rate * 60}),
        bucket_class=SQLiteBucket,
        bucket_kwargs={"db_path": wish.store, "use_file_lock": True},
        bucket_name="quota",
        per_host=False,
    )


LIMITERS: dict[str, Callable[[argparse.Namespace], Acquire]] = {
    "ours": ours,
    "pyrate-memory": pyrate_memory,
    "pyrate-sqlite": pyrate_sqlite,
    "pyrate-redis": pyrate_redis,
    "limits-fixed": limits_fixed,
    "limits-moving": limits_moving,
    "pacing": pacing,
}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("limiter", choices=[*LIMITERS, "requests-ratelimiter"])
    for name, kind in (("url", str), ("store", str), ("limit", int), ("seconds", float), ("lasting", float)):
        parser.add_argument(f"--{name}", type=kind, required=True)
    for name in ("threads", "processes"):
        parser.add_argument(f"--{name}", type=int, default=4)
    parser.add_argument("--lane", type=int, default=0)
    parser.add_argument("--clicks", type=float, default=0.0)
    wish = parser.parse_args()
    wish.transactions = 0
    session_of = requests_ratelimiter if wish.limiter == "requests-ratelimiter" else None
    shared = session_of(wish) if session_of else None
    acquire = LIMITERS[wish.limiter](wish) if shared is None else None
    print("ready", flush=True)
    input()
    end = time.monotonic() + wish.lasting
    found: dict[str, list[float]] = {"latency": [], "waited": [], "cpu": []}

    def send_on() -> None:
        chance, session, costs = random.Random(), shared or requests.Session(), []
        while (now := time.monotonic()) < end:
            if wish.clicks:
                time.sleep(chance.uniform(0.5, 1.5) * wish.clicks)
                now = time.monotonic()
            cpu, release = time.thread_time(), acquire() if acquire else None
            cpu = time.thread_time() - cpu
            waited = time.monotonic()
            answer = session.get(wish.url, timeout=30)
            done, used = time.monotonic(), time.thread_time()
            if release:
                release(answer.status_code)
            found["waited"].append((waited if release else done) - now)  # requests-ratelimiter waits inside
            found["latency"] += [done - waited] if release else []
            costs.append(cpu + time.thread_time() - used)
        found["cpu"] += costs[1:]  # the first one opens the thread's connection to the store

    threads = [threading.Thread(target=send_on) for _ in range(wish.threads)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print(json.dumps({**found, "transactions": wish.transactions}), flush=True)


if __name__ == "__main__":
    main()
