"""Start the sandbox for a test, as a process or inside this one. No Django here."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from console.sandbox.app import Sandbox as _App
from console.sandbox.options import Options

__all__ = ["ControlError", "Sandbox", "start_in_process", "start_sandbox"]

_ROOT = Path(__file__).resolve().parents[2]
_START_SECONDS = 30


class ControlError(AssertionError):
    """A control request was refused; the message is the sandbox's."""


@dataclass
class Sandbox:
    """A running sandbox and everything a client needs to talk to it.

    app: the object itself when it runs inside this process, else None.
    """

    endpoint: str
    ak: str
    sk: str
    project_id: str
    iam_endpoint: str
    iam_domain: str
    iam_user: str
    iam_password: str
    _stop: Callable[[], None]
    app: _App | None = None

    def control(self, path: str, wish: Any = None, *, method: str = "") -> Any:
        """Ask the control prefix and return its JSON: GET without a wish, POST with one, or the given method."""
        body = None if wish is None else json.dumps(wish).encode()
        request = urllib.request.Request(
            f"{self.endpoint}/_control/{path}", body, method=method or ("GET" if body is None else "POST")
        )
        try:
            with _DIRECT.open(request, timeout=30) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as problem:
            raise ControlError(problem.read().decode()) from None

    def fail_next(
        self, kind: str, *, method: str = "", path: str = "", operation: str = "", **details: Any
    ) -> None:
        """Order a fault for the next matching request; details: times, status, code, message, seconds, size."""
        match = {"method": method, "path": path, "operation": operation}
        self.control("faults", {"kind": kind, "match": match, **details})

    def requests(self, **wanted: str) -> list[dict[str, Any]]:
        """Return the log of API requests, oldest first, where every wanted field has that value."""
        query = "&".join(f"{name}={value}" for name, value in wanted.items())
        return self.control(f"log?{query}")["requests"]

    @property
    def last_request_id(self) -> str:
        """Return the request id of the last API request."""
        return self.requests()[-1]["request_id"]

    def travel(self, seconds: float) -> None:
        """Move the world's time."""
        self.control("clock", {"travel_seconds": seconds})

    def stand_at(self, moment: float) -> None:
        """Let the world's time stand still at a moment, epoch seconds: what is seen then never changes."""
        self.control("clock", {"frozen": True, "at": moment})

    def reset(self, **wish: Any) -> None:
        """Begin again; wish: seed."""
        self.control("reset", wish)

    def stop(self) -> None:
        """Stop it."""
        self._stop()


# A proxy in the environment must not stand between a test and its own machine.
_DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def start_sandbox(**options: Any) -> Sandbox:
    """Start it as a process on a free port; options: the fields of Options, except port."""
    wanted = Options(port=0, **options)
    arguments = [sys.executable, "-m", "console.sandbox"]
    for name, value in vars(wanted).items():
        arguments += [f"--{name.replace('_', '-')}={','.join(value) if isinstance(value, tuple) else value}"]
    process = subprocess.Popen(arguments, cwd=_ROOT, stdout=subprocess.PIPE, text=True, env=os.environ.copy())
    output = process.stdout
    assert output is not None
    watch = threading.Timer(_START_SECONDS, process.kill)
    watch.start()
    endpoint, lines = "", []
    for line in output:
        lines.append(line)
        if line.startswith("endpoint"):
            endpoint = line.split()[-1]
        if line.strip() == "ready":
            break
    watch.cancel()
    if not lines or lines[-1].strip() != "ready":
        process.kill()
        process.wait()
        output.close()
        raise RuntimeError(f"the sandbox did not start: {''.join(lines)}")

    def stop() -> None:
        process.terminate()
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        output.close()

    return _handle(wanted, endpoint, stop)


def start_in_process(make_world: Callable[[int, str, float], Any] | None = None, **options: Any) -> Sandbox:
    """Start it in a thread of this process, which is quicker; make_world: a world of the test's own."""
    wanted = Options(port=0, **options)
    app = _App(wanted, make_world)
    app.start()
    sandbox = _handle(wanted, app.endpoint, app.stop)
    sandbox.app = app
    return sandbox


def _handle(options: Options, endpoint: str, stop: Callable[[], None]) -> Sandbox:
    return Sandbox(
        endpoint=endpoint,
        ak=options.ak,
        sk=options.sk,
        project_id=options.project_id,
        iam_endpoint=endpoint,
        iam_domain=options.iam_domain,
        iam_user=options.iam_user,
        iam_password=options.iam_password,
        _stop=stop,
    )
