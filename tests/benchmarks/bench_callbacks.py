"""A thousand notifications in ten seconds, at a receiver served by several processes. Run by hand:

    .venv/bin/python tests/benchmarks/bench_callbacks.py [--count 1000] [--seconds 10] [--processes 2] [--database URL]

Each is signed, sent at its own moment over a connection of its own, and every tenth is sent twice at once; a tenth more
are signed wrongly. Afterwards the database is asked: every one must be stored exactly once, repeats counted, nothing
refused that was right. The exit code is 1 when that does not hold; the times are for whoever looks.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import secrets
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))
KEY = "0123456789abcdef0123456789abcdef"
SENDERS = 64

_MAKE = """
from console.connections.models import Connection
from console.recording.services import receivers
from console.sparkrtc.secret import Secret
connection = Connection.objects.create(slug="bench", name="Bench", endpoint="http://127.0.0.1:9", project_id="p")
receiver = receivers.receiver_of(connection, "app-1")
address = receivers.new_address(receiver)
receivers.adopt_address(receiver, address.pk)
receivers.adopt_key(receiver, receivers.keep_key(receiver, Secret("{key}")).pk)
print(address.public_id)
"""
_COUNT = """
import json
from django.db.models import Sum
from console.recording.models import CallbackDelivery, DroppedDeliveries
rows = CallbackDelivery.objects.filter(verdict="verified")
print(json.dumps([rows.count(), rows.values("job_id").distinct().count(), rows.aggregate(n=Sum("repeats"))["n"] or 0,
    CallbackDelivery.objects.filter(verdict="refused").count(),
    DroppedDeliveries.objects.aggregate(n=Sum("count"))["n"] or 0]))
"""


def _manage(env: dict[str, str], *command: str) -> str:
    done = subprocess.run(
        [sys.executable, "manage.py", *command], cwd=ROOT, env=env, check=True, capture_output=True, text=True
    )
    return done.stdout.strip().splitlines()[-1] if done.stdout.strip() else ""


def _sent(number: int, *, right: bool) -> tuple[bytes, dict[str, str]]:
    from console.sparkrtc.notifications import sign_notification
    from console.sparkrtc.secret import Secret

    told = {"job_id": f"job-{number}" if right else f"wrong-{number}", "event_type": "RECORD_FILE_COMPLETE",
            "app_id": "app-1", "room_id": "bench", "stream_name": f"m_job-{number}_bench",
            "obs_bucket": "bench", "obs_object": f"bench/{number}.mp4"}  # fmt: skip
    body = json.dumps(told).encode()
    rand, stamp = secrets.token_hex(8), str(int(time.time()))
    signature = sign_notification(Secret(KEY if right else "f" * 32), rand, stamp, body)
    headers = {"Content-Type": "application/json", "X-Rtc-Rand": rand, "X-Rtc-Timestamp": stamp}
    return body, {**headers, "X-Rtc-Signature": signature}


def _post(port: int, public_id: str, at: float, number: int, right: bool) -> tuple[int, float]:
    body, headers = _sent(number, right=right)
    time.sleep(max(at - time.monotonic(), 0.0))
    began = time.perf_counter()
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request("POST", f"/callbacks/recording/{public_id}", body, headers)
        answer = connection.getresponse()
        answer.read()
        return answer.status, time.perf_counter() - began
    except OSError:
        return 0, time.perf_counter() - began
    finally:
        connection.close()


def _flood(port: int, public_id: str, options: argparse.Namespace) -> list[tuple[bool, int, float]]:
    """Send everything at its moment; return for each whether it was right, its status and the seconds that it took."""
    begin = time.monotonic() + 1.0
    plan = [(begin + options.seconds * number / options.count, number) for number in range(options.count)]
    jobs = [(at, number, True) for at, number in plan]
    jobs += [(at, number, True) for at, number in plan if number % 10 == 0]
    jobs += [(at, number, False) for at, number in plan if number % 10 == 5]
    with ThreadPoolExecutor(SENDERS) as pool:
        told = [
            (right, pool.submit(_post, port, public_id, at, number, right))
            for at, number, right in sorted(jobs)
        ]
        return [(right, *one.result()) for right, one in told]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _serve(env: dict[str, str], port: int, processes: int) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "gunicorn", "-c", "python:console.web", "console.wsgi"]
    server = subprocess.Popen(
        [*command, "--bind", f"127.0.0.1:{port}", "--workers", str(processes)],
        cwd=ROOT, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
    )  # fmt: skip
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("GET", "/healthz")
            connection.getresponse().read()
            return server
        except OSError:
            time.sleep(0.2)
    raise SystemExit("the server did not start")


def run(options: argparse.Namespace) -> bool:
    """Serve, flood, count, print; say whether everything is stored once."""
    with tempfile.TemporaryDirectory(prefix="bench-callbacks-") as folder:
        env = {**os.environ, "CONSOLE_MODE": "local", "CONSOLE_VAR_DIR": folder, "LOG_LEVEL": "ERROR"}
        if options.database:
            env["DATABASE_URL"] = options.database
        _manage(env, "migrate", "--verbosity", "0")
        if options.database:
            _manage(env, "flush", "--no-input")
        _manage(env, "createcachetable")
        public_id = _manage(env, "shell", "-c", _MAKE.format(key=KEY))
        port = _free_port()
        server = _serve(env, port, options.processes)
        try:
            told = _flood(port, public_id, options)
        finally:
            os.killpg(server.pid, signal.SIGTERM)
            server.wait(30)
        return report(told, json.loads(_manage(env, "shell", "-c", _COUNT)), options)


def report(told: list[tuple[bool, int, float]], counted: list[int], options: argparse.Namespace) -> bool:
    """Print the figures beside what they must be."""
    stored, jobs, repeats, refused, dropped = counted
    twice, wrong = len(range(0, options.count, 10)), len(range(5, options.count, 10))
    times = sorted(took * 1000 for right, _status, took in told if right)
    good = sum(status == 200 for right, status, _took in told if right)
    turned = sum(status == 403 for right, status, _took in told if not right)
    lines: list[tuple[str, Any, Any]] = [
        ("answered 200", good, options.count + twice),
        ("stored", stored, options.count),
        ("different ones among them", jobs, options.count),
        ("counted as repeats", repeats, twice),
        ("wrong ones turned away", turned, wrong),
        ("wrong ones kept or counted", refused + dropped, wrong),
    ]
    for name, found, goal in lines:
        print(f"  {name:34}{found:>12}   {goal}")
    print(f"  {'answer, median':34}{statistics.median(times):>9.1f} ms")
    print(f"  {'answer, p99':34}{times[int(0.99 * len(times))]:>9.1f} ms")
    print(f"  {'answer, worst':34}{times[-1]:>9.1f} ms")
    return all(found == goal for _name, found, goal in lines)


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument(
        "--database", default="", help="postgres://… instead of a fresh SQLite file; it is emptied"
    )
    options = parser.parse_args()
    print(f"{options.count} notifications in {options.seconds:g} s, {options.processes} processes")
    return 0 if run(options) else 1


if __name__ == "__main__":
    sys.exit(main())
