"""The way of a request: log, sign-in service or route; credentials, faults, quota, policy, handler."""

from __future__ import annotations

import json
import math
import sys
import threading
import time
import traceback
import uuid
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import unquote

from console.sandbox.cloud import Cloud
from console.sandbox.control import Control
from console.sandbox.errors import internal, malformed_body
from console.sandbox.faults import Fault
from console.sandbox.http_types import Refusal, Reply, Request, Route
from console.sandbox.journal import MASK, without_secrets
from console.sandbox.objects import get_object, is_signed_link
from console.sandbox.parsing import decode_json
from console.sandbox.routing import Router
from console.sandbox.transmission import Answer
from console.sandbox.wire import BadRequest, RawRequest

__all__ = ["Gateway"]

_IAM_OPERATIONS = {("POST", "/v3/auth/tokens"): "create_token", ("GET", "/v3/projects"): "list_projects"}


@dataclass
class _Visit:
    """One request on its way: what is known of it so far, for the log."""

    raw: RawRequest
    path: str
    query: tuple[tuple[str, str], ...]
    request_id: str
    operation: str = ""
    json: Any = None
    fault: Fault | None = None


class Gateway:
    """Turn requests into answers."""

    def __init__(self, cloud: Cloud, router: Router) -> None:
        self._cloud = cloud
        self._router = router
        self._control = Control(cloud, router)
        self.stopping = threading.Event()
        self._answering: set[int] = set()  # threads
        self._answered = -math.inf

    def quiet_seconds(self) -> float:
        """Return how long ago the cloud's last answer was ready, 0 while one is made. Control does not count."""
        return 0.0 if self._answering else time.monotonic() - self._answered

    def answer(self, raw: RawRequest) -> Answer:
        """Answer one request."""
        begin = time.thread_time()
        path, _, query_text = raw.target.partition("?")
        visit = _Visit(raw, path, _pairs(query_text), uuid.uuid4().hex)
        if path.startswith("/_control/"):
            return self._render(self._controlled(visit), "X-Request-Id", visit.request_id)
        thread = threading.get_ident()
        self._answering.add(thread)
        try:
            return self._answer(visit, begin)
        finally:
            self._answered = time.monotonic()
            self._answering.discard(thread)

    def _answer(self, visit: _Visit, begin: float) -> Answer:
        """Answer a request to the cloud. begin: the processor time at which it was begun."""
        raw, path = visit.raw, visit.path
        if is_signed_link(visit.query):
            return self._object(visit, begin)
        visit.json = _lenient_json(raw.body)
        try:
            reply = self._iam(visit) if path.startswith("/v3/") else self._service(visit)
        except Refusal as refusal:
            reply = _refused(refusal, visit.request_id)
        except Exception:  # a fault of the sandbox must not end the connection without an answer
            traceback.print_exc(file=sys.stderr)
            reply = _refused(internal(), visit.request_id)
        name = "X-Request-Id" if path.startswith("/v1/") else "X-request-Id"
        answer = self._render(reply, name, visit.request_id)
        self._note(visit, reply.status, time.thread_time() - begin)
        return self._spoil(answer, visit.fault)

    def _object(self, visit: _Visit, begin: float) -> Answer:
        """Give what lies in a bucket to whoever has a signed link: object storage, not the service."""
        raw, visit.operation = visit.raw, "get_object"
        self._meet_fault(visit, visit.path)
        early = _status_of(visit)
        if early is not None:
            answer = self._render(early, "x-obs-request-id", visit.request_id)
        else:
            answer = get_object(raw.method, visit.path, visit.query, raw.headers, self._cloud)
            more = {"Date": self._cloud.clock.http_date(), "x-obs-request-id": visit.request_id}
            answer = replace(answer, headers={**more, **answer.headers})
        self._note(visit, answer.status, time.thread_time() - begin)
        return self._spoil(answer, visit.fault)

    def _controlled(self, visit: _Visit) -> Reply:
        try:
            return self._control.answer(visit.raw, visit.path, dict(visit.query))
        except Exception:  # as below
            traceback.print_exc(file=sys.stderr)
            return Reply(500, {"error": "the sandbox failed; its output says how"})

    def unreadable(self, problem: BadRequest) -> Answer:
        """Answer a request that could not be read."""
        request_id = uuid.uuid4().hex
        refusal = Refusal(problem.status, "APIGW.0201", problem.message)
        return self._render(_refused(refusal, request_id), "X-Request-Id", request_id)

    def _iam(self, visit: _Visit) -> Reply:
        raw, cloud = visit.raw, self._cloud
        visit.operation = _IAM_OPERATIONS.get((raw.method, visit.path), "")
        if not visit.operation:
            self._router.find(raw.method, visit.path)
        self._meet_fault(visit, visit.path)
        if (early := _status_of(visit)) is not None:
            return early
        if visit.operation == "create_token":
            return cloud.iam.create_token(visit.json)
        cloud.gatekeeper.check_identity(raw.method, visit.path, visit.query, raw.headers, raw.body)
        return cloud.iam.list_projects(dict(visit.query).get("name"))

    def _service(self, visit: _Visit) -> Reply:
        raw, cloud = visit.raw, self._cloud
        route, given = self._router.find(raw.method, visit.path)
        visit.operation = route.operation
        cloud.gatekeeper.check(
            raw.method,
            visit.path,
            visit.query,
            raw.headers,
            raw.body,
            auth=route.auth,
            project_in_path=given.get("project_id"),
        )
        self._meet_fault(visit, route.path_template)
        if visit.fault is None or not visit.fault.before_quota:
            self._spend(route, raw.arrived)
        if (early := _status_of(visit)) is not None:
            return early
        cloud.gatekeeper.allow(route.operation)
        request = Request(
            method=raw.method,
            path=unquote(visit.path),
            path_params=given,
            query=visit.query,
            headers=raw.headers,
            json=_strict_json(raw),
            received_at=raw.arrived,
        )
        return route.handler(request, cloud)

    def _spend(self, route: Route, arrived: float) -> None:
        try:
            self._cloud.quotas.take(route.cell, arrived, category=route.category, operation=route.operation)
        except Refusal:
            self._cloud.journal.count(route.cell, route.operation, "refused")
            raise
        self._cloud.journal.count(route.cell, route.operation, "accepted")

    def _meet_fault(self, visit: _Visit, template: str) -> None:
        path = unquote(visit.path)
        visit.fault = self._cloud.faults.take(visit.raw.method, path, template, visit.operation)

    def _spoil(self, answer: Answer, fault: Fault | None) -> Answer:
        if fault is None or fault.kind == "status":
            return answer
        if fault.kind == "delay":
            self.stopping.wait(fault.seconds)
            return answer
        if fault.kind == "garbage":
            return Answer(200, answer.headers, b'{"count": 1, "apps": [{"app_\x00\xff\xfe<html>')
        if fault.kind in ("cut", "lost_reply"):
            return Answer(answer.status, manner="none")
        if fault.kind == "half":
            return Answer(answer.status, answer.headers, answer.body, "half")
        if fault.kind == "drip":
            return Answer(answer.status, answer.headers, answer.body, "drip", seconds=fault.seconds)
        return Answer(answer.status, answer.headers, answer.body, "oversize", size=fault.size)

    def _render(self, reply: Reply, id_header: str, request_id: str) -> Answer:
        headers = {
            "Date": self._cloud.clock.http_date(),
            "Server": "api-gateway",
            id_header: request_id,
            **reply.headers,
        }
        written = reply.written
        if written is None:
            if reply.body is None:
                return Answer(reply.status, headers)
            text = json.dumps(reply.body, ensure_ascii=False, separators=(",", ":"))
            written = text.encode("utf-8", "replace")
        headers["Content-Type"] = "application/json"
        return Answer(reply.status, headers, written)

    def _note(self, visit: _Visit, status: int, seconds: float) -> None:
        raw = visit.raw
        headers, body = without_secrets(raw.headers, visit.json, len(raw.body))
        self._cloud.journal.note(
            {
                "method": raw.method,
                "path": unquote(visit.path),
                "query": [[name, MASK if name == "Signature" else value] for name, value in visit.query],
                "headers": headers,
                "body": body,
                "status": status,
                "operation": visit.operation,
                "request_id": visit.request_id,
                "arrived": raw.arrived,
                "work_ms": round(seconds * 1000, 3),
                "fault": visit.fault.kind if visit.fault else "",
            }
        )


def _pairs(query_text: str) -> tuple[tuple[str, str], ...]:
    """Decode the query. A plus sign stays one: the contract writes a space as %20, never as a plus."""
    halves = (part.partition("=") for part in query_text.split("&") if part)
    return tuple((unquote(name), unquote(value)) for name, _, value in halves)


def _status_of(visit: _Visit) -> Reply | None:
    """Return the reply of a fault that lets nothing happen; a cut has no effect either."""
    fault = visit.fault
    if fault is None or fault.kind not in ("status", "cut"):
        return None
    return _refused(Refusal(fault.status, fault.code, fault.message), visit.request_id)


def _refused(refusal: Refusal, request_id: str) -> Reply:
    body = {"error_code": refusal.code, "error_msg": refusal.message}
    if refusal.code.startswith("APIGW."):
        body["request_id"] = request_id
    return Reply(refusal.status, body)


def _lenient_json(body: bytes) -> Any:
    if not body:
        return None
    try:
        return decode_json(body)
    except ValueError:
        return f"({len(body)} bytes that are not JSON)"


def _strict_json(raw: RawRequest) -> Any:
    """Parse the body of a request for a route. Raises the refusal RTC.00001002."""
    if not raw.body:
        return None
    if not raw.headers.get("content-type", "").lower().startswith("application/json"):
        raise malformed_body()
    try:
        return decode_json(raw.body)
    except ValueError:
        raise malformed_body() from None
