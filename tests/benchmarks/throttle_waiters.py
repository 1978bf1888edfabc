"""Two hundred threads that wait for a permit of an owner's quota; for the throttle's benchmark."""

import contextlib
import dataclasses
import sys
import threading
import time

import django


def main() -> None:
    django.setup()
    from console.connections.permits import StoredPermits
    from console.sparkrtc.catalogue.storage import LIST_BUCKETS
    from console.sparkrtc.errors import QuotaExhausted
    from console.sparkrtc.operation import Quota
    from console.sparkrtc.permits import Lane

    operation = dataclasses.replace(LIST_BUCKETS, quota=Quota("obs", 1, 20.0))
    permits = StoredPermits(sys.argv[1])
    permits.take(operation, lane=Lane.CLICK, max_wait=1).answered()

    def wait() -> None:
        with contextlib.suppress(QuotaExhausted):
            permits.take(operation, lane=Lane.BACKGROUND, max_wait=10_000).unused()

    threads = [threading.Thread(target=wait, daemon=True) for _ in range(200)]
    for thread in threads:
        thread.start()
    time.sleep(2)
    cpu, begin = time.process_time(), time.monotonic()
    time.sleep(10)
    used, passed = time.process_time() - cpu, time.monotonic() - begin
    alive = sum(thread.is_alive() for thread in threads)
    print(f"{alive} threads that wait: {1000 * used:.1f} ms of CPU in {passed:.0f} s ({used / passed:.3%})")


if __name__ == "__main__":
    main()
