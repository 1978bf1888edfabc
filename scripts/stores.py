"""Throw-away PostgreSQL and Redis servers on free loopback ports, for tests and benchmarks."""

import contextlib
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

__all__ = ["postgresql", "redis_server"]


@contextlib.contextmanager
def postgresql() -> Iterator[str]:
    """Run a PostgreSQL server in a new folder; yield its DATABASE_URL; remove it all afterwards."""
    programs = _newest("/usr/lib/postgresql/*/bin")
    folder = Path(tempfile.mkdtemp(prefix="console-pg-"))
    user = _not_root(folder)
    port = _free_port()
    try:
        _run(
            user,
            [
                programs / "initdb",
                "-D",
                folder / "data",
                "-U",
                "console",
                "--auth=trust",
                "--no-sync",
                "-E",
                "UTF8",
            ],
        )
        options = f"-c listen_addresses=127.0.0.1 -p {port} -k {folder} -c fsync=off -c max_connections=200"
        _run(
            user,
            [programs / "pg_ctl", "-D", folder / "data", "-w", "-l", folder / "log", "-o", options, "start"],
        )
        try:
            yield f"postgres://console@127.0.0.1:{port}/postgres"
        finally:
            _run(user, [programs / "pg_ctl", "-D", folder / "data", "-m", "immediate", "stop"])
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def redis_server() -> Iterator[str]:
    """Run a Redis server without persistence; yield its REDIS_URL."""
    port = _free_port()
    server = subprocess.Popen(
        ["redis-server", "--bind", "127.0.0.1", "--port", str(port), "--save", "", "--appendonly", "no"],
        stdout=subprocess.DEVNULL,
    )
    try:
        _wait_for_port(port)
        yield f"redis://127.0.0.1:{port}/0"
    finally:
        server.terminate()
        server.wait(10)


def _not_root(folder: Path) -> str | None:
    """PostgreSQL refuses to run as root: name the account to use, and give it the folder."""
    if os.geteuid() != 0:
        return None
    account = pwd.getpwnam("postgres")
    os.chown(folder, account.pw_uid, account.pw_gid)
    return account.pw_name


def _run(user: str | None, command: list[str | Path]) -> None:
    words = [str(word) for word in command]
    if user:
        words = ["setpriv", "--reuid", user, "--regid", user, "--init-groups", *words]
    # Output goes to a file, not a pipe: the server that pg_ctl leaves behind would keep a pipe open.
    with tempfile.TemporaryFile() as output:
        done = subprocess.run(words, cwd="/tmp", stdout=output, stderr=output, check=False)  # noqa: S108
        if done.returncode != 0:
            output.seek(0)
            raise RuntimeError(f"{words} failed:\n{output.read().decode(errors='replace')}")


def _newest(pattern: str) -> Path:
    found = sorted(Path("/").glob(pattern.lstrip("/")), key=lambda path: int(path.parent.name))
    if not found:
        raise RuntimeError("PostgreSQL's server programs are not installed (package postgresql).")
    return found[-1]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for_port(port: int) -> None:
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise RuntimeError(f"nothing answers on port {port}")
