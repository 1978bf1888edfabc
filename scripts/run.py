#!/usr/bin/env python3
"""Run the console on this machine to try it: sandbox, worker and web together, with demo people.

  run.py           start everything; Ctrl-C stops everything
  run.py --reset   forget the demo: database, logs and recorded actions (the set-up stays)

PORT (8000) is the web's port, SANDBOX_PORT (8801) the sandbox's. Data lie under var/.
"""

import contextlib
import ctypes
import fcntl
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PYTHON = ROOT / ".venv" / "bin" / "python"
VAR = ROOT / "var"
LOGS = VAR / "log"
PID_FILE = VAR / "run.pid"
LOCK = VAR / "run.lock"  # held while the console runs: whoever asks for it need not believe an old number
PROJECT = "0f5c2a7b9d3e4f60a1b2c3d4e5f60718"
ACCESS_KEY = "AKDEMO0SPARKRTC00001"
PASSWORD = os.environ.get("DEMO_PASSWORD", "sparkrtc-demo")


def main() -> None:
    if sys.argv[1:] == ["--reset"]:
        reset()
        return
    web_port, sandbox_port = _port("PORT", 8000), _port("SANDBOX_PORT", 8801)
    with _alone("Stop it (Ctrl-C where `make run` runs). Two consoles need two copies of the project."):
        _free("PORT", web_port, sandbox_port)
        _free("SANDBOX_PORT", sandbox_port, web_port)
        _run(web_port, sandbox_port)


def _run(web_port: int, sandbox_port: int) -> None:
    LOGS.mkdir(parents=True, exist_ok=True)
    os.environ.update(CONSOLE_MODE="local", CONSOLE_VAR_DIR=str(VAR), PYTHONUNBUFFERED="1")
    os.environ.setdefault("WORKER_PROCESSES", "2")
    os.environ.setdefault("CONSOLE_URL", f"http://127.0.0.1:{web_port}")  # for the links in messages
    secret = _sandbox_secret()
    _database(f"http://127.0.0.1:{sandbox_port}", secret)
    PID_FILE.write_text(str(os.getpid()))
    company = Company()
    try:
        company.start("sandbox", [PYTHON, "-m", "console.sandbox", "--port", str(sandbox_port),
                                  "--ak", ACCESS_KEY, "--sk", secret, "--project-id", PROJECT,
                                  "--generation", str(int(time.time()))])  # fmt: skip
        company.start("worker", [PYTHON, "manage.py", "worker"])
        company.start("web", [PYTHON, "-m", "gunicorn", "-c", "python:console.web", "console.wsgi",
                              "--bind", f"127.0.0.1:{web_port}"])  # fmt: skip
        company.wait_for("sandbox", f"http://127.0.0.1:{sandbox_port}/_control/health")
        company.wait_for("web", f"http://127.0.0.1:{web_port}/readyz")
        # The sandbox tells of its recordings; it forgets where to when it stops. Nobody need wait for that.
        company.start_aside("callbacks", [PYTHON, "manage.py", "demo_callbacks", "--patience", "180",
                                          "--base-url", f"http://127.0.0.1:{web_port}"])  # fmt: skip
        _tell(web_port, sandbox_port)
        company.watch()
    except KeyboardInterrupt:
        print("\nStopping …", flush=True)
    finally:
        company.stop()
        PID_FILE.unlink(missing_ok=True)


class Company:
    """The processes that make up the console; one falls, all stop."""

    def __init__(self) -> None:
        self.members: dict[str, subprocess.Popen[bytes]] = {}
        self.asides: list[subprocess.Popen[bytes]] = []
        signal.signal(signal.SIGINT, _as_ctrl_c)  # also where a shell started us with it ignored
        signal.signal(signal.SIGTERM, _as_ctrl_c)
        signal.signal(signal.SIGHUP, _as_ctrl_c)

    def start(self, name: str, command: list[str | Path]) -> None:
        self.members[name] = self._open(name, command)

    def start_aside(self, name: str, command: list[str | Path]) -> None:
        """Start something that ends by itself, and that the console can do without."""
        self.asides.append(self._open(name, command))

    def _open(self, name: str, command: list[str | Path]) -> "subprocess.Popen[bytes]":
        with (LOGS / f"{name}.log").open("wb") as log:
            return subprocess.Popen(
                [str(word) for word in command],
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # Ctrl-C reaches us alone; we stop the others in good order
                preexec_fn=_end_with_parent,
            )

    def wait_for(self, name: str, address: str) -> None:
        """Wait until the address answers 200; give up after a minute or when the process ends."""
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            self._all_alive()
            try:
                with urllib.request.urlopen(address, timeout=5):
                    return
            except (urllib.error.URLError, OSError):
                time.sleep(0.1)
        self._report(name, "did not answer within a minute")

    def watch(self) -> None:
        while True:
            self._all_alive()
            time.sleep(0.5)

    def _all_alive(self) -> None:
        for name, process in self.members.items():
            if process.poll() is not None:
                self._report(name, f"ended with exit code {process.returncode}")

    def _report(self, name: str, what: str) -> None:
        log = LOGS / f"{name}.log"
        last = "\n".join(log.read_text(errors="replace").splitlines()[-15:])
        fail(f"The {name} {what}. Its last words:\n\n{last}\n", f"Its whole log: {log.relative_to(ROOT)}")

    def stop(self) -> None:
        """Ask everyone to stop; after ten seconds end whoever is left, with their children.

        Who asks again is not heard: nobody may be left behind.
        """
        for again in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(again, signal.SIG_IGN)
        everyone = [*self.members.values(), *self.asides]
        for process in everyone:
            if process.poll() is None:
                process.terminate()
        deadline = time.monotonic() + 10
        for process in everyone:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(max(0.1, deadline - time.monotonic()))
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)


def reset() -> None:
    with _alone("Stop it (Ctrl-C where `make run` runs), then reset."):
        for path in [*VAR.glob("console.sqlite3*"), VAR / "stamps" / "database", PID_FILE]:
            path.unlink(missing_ok=True)
        shutil.rmtree(LOGS, ignore_errors=True)
    print("The demo starts over at the next `make run`.")


def _database(endpoint: str, secret: str) -> None:
    """Bring the database up to date, with the cache's table, the demo's people and connection."""
    stamp = VAR / "stamps" / "database"
    wanted = "\n".join([endpoint, PASSWORD, *sorted(str(p) for p in ROOT.glob("console/*/migrations/*.py"))])
    if stamp.exists() and stamp.read_text() == wanted and (VAR / "console.sqlite3").exists():
        return
    print("  database      migrating, demo people and connection", flush=True)
    _manage("migrate", "--verbosity", "0")
    _manage("createcachetable")
    _manage(
        "demo_connection", "--endpoint", endpoint, "--project-id", PROJECT, "--ak", ACCESS_KEY, DEMO_SK=secret
    )
    _manage("demo_people", "--password", PASSWORD)
    stamp.parent.mkdir(parents=True, exist_ok=True)
    stamp.write_text(wanted)


def _manage(*words: str, **extra: str) -> None:
    done = subprocess.run(
        [str(PYTHON), "manage.py", *words],
        cwd=ROOT,
        env={**os.environ, **extra},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        print(done.stdout[-2000:], done.stderr[-4000:], sep="\n", file=sys.stderr)
        fail(
            f"`manage.py {words[0]}` failed.",
            "If the database is from an older try, `make demo-reset` starts over.",
        )


def _sandbox_secret() -> str:
    """The sandbox's secret key, made once for this machine: not even a demo's secret stands in the code."""
    path = VAR / "sandbox-secret"
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(30))
    return path.read_text()


def _port(name: str, default: int) -> int:
    text = os.environ.get(name, str(default))
    if not text.isdigit() or not 1 <= int(text) <= 65535:
        fail(f"{name} is {text!r}.", f"Give a port between 1 and 65535: make run {name}={default}")
    return int(text)


def _free(name: str, port: int, other: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except PermissionError:
            fail(f"Port {port} needs root.", f"Choose one above 1023: make run {name}={port + 8000}")
        except OSError:
            fail(
                f"Port {port} is taken: another program uses it.",
                f"Stop that one, or choose another: make run {name}={_next_free(port, other)}",
            )


def _next_free(port: int, other: int) -> int:
    for candidate in range(port + 1, 65536):
        if candidate == other:
            continue
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", candidate))
            return candidate
    return port


@contextlib.contextmanager
def _alone(advice: str) -> Iterator[None]:
    """Hold this project's lock: two consoles on one database would each lead the demo to its own sandbox."""
    VAR.mkdir(exist_ok=True)
    with LOCK.open("a") as held:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            fail("The console of this folder is running.", advice)
        yield


def _as_ctrl_c(_signal: int, _frame: object) -> None:
    raise KeyboardInterrupt


def _end_with_parent() -> None:
    """Linux: should we be killed outright, the kernel stops the others."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGTERM)


def _tell(web_port: int, sandbox_port: int) -> None:
    roles = ["support", "lead", "moderator", "admin", "auditor", "owner"]
    print(f"""
  SparkRTC Console   http://127.0.0.1:{web_port}/
  sandbox cloud      http://127.0.0.1:{sandbox_port}/   (stands in for Huawei Cloud)

  Sign in as {", ".join(roles)}
  with the password  {PASSWORD}

  Logs: {LOGS.relative_to(ROOT)}/   Ctrl-C stops everything.
""", flush=True)  # fmt: skip


def fail(what: str, advice: str) -> None:
    print(f"\n{what}\n{advice}", file=sys.stderr)
    raise SystemExit(1)


if __name__ == "__main__":
    main()
