"""The sandbox as a process: what it prints, how it ends, a taken port."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.sandbox.caller import Caller, fetch_token
from tests.sandbox.harness import start_sandbox

ROOT = Path(__file__).resolve().parents[2]
COMMAND = [sys.executable, "-m", "console.sandbox"]


def test_it_serves_with_the_credentials_it_was_given() -> None:
    sandbox = start_sandbox(ak="AKMINE", project_id="p" * 32, iam_password="another one", quota="off")
    try:
        call = Caller(sandbox, {"X-Auth-Token": fetch_token(sandbox)})
        assert call("GET", "/v2/apps").json["count"] >= 2
        assert sandbox.control("quota")["mode"] == "off"
    finally:
        sandbox.stop()


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM])
def test_it_stops_cleanly(sign: signal.Signals) -> None:
    with subprocess.Popen(
        [*COMMAND, "--port", "0"], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        lines = iter(process.stdout.readline, "")
        printed = [next(lines).strip()]
        while printed[-1] != "ready":
            printed.append(next(lines).strip())
        process.send_signal(sign)
        _, complaints = process.communicate(timeout=20)
    assert process.returncode == 0
    assert complaints == ""
    assert printed[0].startswith("endpoint")
    assert any("AKDEMO0SPARKRTC00001" in line for line in printed)


def test_a_taken_port_gets_a_message_that_says_what_to_do() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = subprocess.run(
            [*COMMAND, "--port", str(port)], cwd=ROOT, capture_output=True, text=True, timeout=60
        )
    assert done.returncode == 1
    assert f"127.0.0.1:{port} is in use" in done.stderr
    assert "--port" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("port", ["-1", "65536", "many"])
def test_a_port_that_is_none_is_explained(port: str) -> None:
    done = subprocess.run([*COMMAND, f"--port={port}"], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert done.returncode == 2
    assert "argument --port" in done.stderr


def test_it_imports_nothing_of_ours() -> None:
    foreign = [
        (path.relative_to(ROOT).as_posix(), line.strip())
        for path in (ROOT / "console" / "sandbox").rglob("*.py")
        for line in path.read_text().splitlines()
        if line.lstrip().startswith(("from console", "import console"))
        and not line.lstrip().startswith(("from console.sandbox", "import console.sandbox"))
    ]
    assert foreign == []
