"""A large sandbox as a process, and a client that signs its requests and keeps its connection."""

from __future__ import annotations

import hashlib
import hmac
import http.client
import json
import subprocess
import sys
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any
from urllib.parse import quote

__all__ = ["Place", "Server", "places"]

ROOT = Path(__file__).resolve().parents[2]
SCHEME = "SDK-HMAC-SHA256"


@dataclass(frozen=True)
class Place:
    """An application, an open room of it, and somebody in there. project_id: the account's."""

    project_id: str
    app_id: str
    room_id: str
    user_id: str


def places(seed: int) -> list[Place]:
    """Return a place per application, from a sandbox of its own: those that are measured have not been asked yet."""
    with Server(seed) as scout:
        return scout.places()


class Server:
    """A sandbox of its own, started on entering and stopped on leaving.

    start_seconds: from the command to "ready".
    """

    def __init__(self, seed: int) -> None:
        self._command = [
            *(sys.executable, "-m", "console.sandbox", "--port", "0", "--scale", "large"),
            *("--seed", str(seed), "--quota", "off"),
        ]

    def __enter__(self) -> Server:
        begin = time.perf_counter()
        self._process = subprocess.Popen(self._command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
        assert self._process.stdout is not None
        said: dict[str, str] = {}
        for line in self._process.stdout:
            if line.strip() == "ready":
                break
            said[line[:14].strip()] = line[14:].split()[0]
        self.start_seconds = time.perf_counter() - begin
        self._ak, self._sk, self.project_id = said["access key"], said["secret key"], said["project id"]
        self._connection = http.client.HTTPConnection(said["endpoint"].removeprefix("http://"), timeout=60)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._connection.close()
        self._process.terminate()
        self._process.wait(timeout=20)
        assert self._process.stdout is not None
        self._process.stdout.close()

    def get(self, path: str, query: Iterable[tuple[str, str]]) -> tuple[float, float]:
        """Ask, and return the milliseconds it worked and the milliseconds that passed here."""
        begin = time.perf_counter()
        self._ask("GET", path, sorted(query))
        passed = time.perf_counter() - begin
        entry = self.control("log?limit=1")["requests"][-1]
        return entry["work_ms"], passed * 1000

    def places(self) -> list[Place]:
        """Return a place per application, in the room that opened last."""
        return [
            Place(self.project_id, app["app_id"], room["room_id"], room["participants"][0]["user_id"])
            for app in self.control("world")["applications"]
            for room in app["open_rooms"][-1:]
        ]

    def remove(self, place: Place) -> None:
        """Remove the person of a place from the room."""
        path = f"/v2/apps/{place.app_id}/rooms/{place.room_id}/batch-remove-users"
        self._ask("POST", path, [], json.dumps({"user_ids": [place.user_id]}))

    def control(self, path: str, wish: Any = None) -> Any:
        """Ask the control prefix: GET without a wish, POST with one."""
        body = None if wish is None else json.dumps(wish)
        self._connection.request("GET" if wish is None else "POST", f"/_control/{path}", body)
        return json.loads(self._connection.getresponse().read())

    def megabytes(self) -> float:
        """Return the most memory it has taken so far."""
        for line in Path(f"/proc/{self._process.pid}/status").read_text().splitlines():
            if line.startswith("VmHWM"):
                return int(line.split()[1]) / 1024
        return 0.0

    def _ask(self, method: str, path: str, query: list[tuple[str, str]], body: str = "") -> None:
        target, headers = self._signed(method, path, query, body)
        self._connection.request(method, target, body or None, headers)
        answer = self._connection.getresponse()
        said = answer.read()
        if not 200 <= answer.status < 300:
            raise SystemExit(f"{target}: {answer.status} {said.decode()}")

    def _signed(
        self, method: str, path: str, query: list[tuple[str, str]], body: str
    ) -> tuple[str, dict[str, str]]:
        date = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime())
        pairs = "&".join(f"{_encode(name)}={_encode(value)}" for name, value in query)
        signed = {"host": f"{self._connection.host}:{self._connection.port}", "x-project-id": self.project_id}
        signed |= {"x-sdk-date": date}
        names = ";".join(signed)
        canonical = "\n".join(
            (method, f"{path}/", pairs, "".join(f"{name}:{value}\n" for name, value in signed.items()), names)
        )
        canonical += f"\n{hashlib.sha256(body.encode()).hexdigest()}"
        text = f"{SCHEME}\n{date}\n{hashlib.sha256(canonical.encode()).hexdigest()}"
        signature = hmac.new(self._sk.encode(), text.encode(), hashlib.sha256).hexdigest()
        authorization = f"{SCHEME} Access={self._ak}, SignedHeaders={names}, Signature={signature}"
        return f"{path}?{pairs}" if pairs else path, {
            **signed,
            "Authorization": authorization,
            "Content-Type": "application/json",
        }


def _encode(text: str) -> str:
    return quote(text, safe="~")
