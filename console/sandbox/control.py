"""The control prefix /_control/: unsigned, for this machine only. readme.md has the table."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Mapping
from typing import Any

from console.sandbox.cloud import Cloud
from console.sandbox.description import describe, list_causes
from console.sandbox.http_types import Reply
from console.sandbox.options import REGIONS
from console.sandbox.parsing import Fields, decode_json
from console.sandbox.quotas import CELLS, SCOPES, VIEWS
from console.sandbox.routing import Router
from console.sandbox.state.buckets import CONDITIONS
from console.sandbox.wire import RawRequest

__all__ = ["Control"]

_FARTHEST = 20 * 366 * 86_400.0
_EARLIEST = 1_704_067_200.0  # 2024
_MOST_OBJECTS = 1_000_000
_DAY = 86_400
_Action = Callable[[Any, Mapping[str, str]], Any]


class Control:
    """Let a test or a person look behind the curtain and pull the strings."""

    def __init__(self, cloud: Cloud, router: Router) -> None:
        self._cloud = cloud
        self._router = router
        self._actions: dict[tuple[str, str], _Action] = {
            ("GET", "health"): self._health,
            ("GET", "log"): self._log,
            ("DELETE", "log"): self._forget_log,
            ("GET", "counts"): self._counts,
            ("GET", "world"): self._world,
            ("GET", "causes"): self._causes,
            ("GET", "faults"): self._faults,
            ("POST", "faults"): self._order_fault,
            ("DELETE", "faults"): self._clear_faults,
            ("GET", "quota"): self._quota,
            ("POST", "quota"): self._set_quota,
            ("POST", "quota/eat"): self._eat_quota,
            ("GET", "clock"): self._clock,
            ("POST", "clock"): self._set_clock,
            ("POST", "permissions"): self._set_permissions,
            ("POST", "tokens/forget"): self._forget_tokens,
            ("POST", "applications"): self._set_application,
            ("POST", "jobs/fail"): self._fail_job,
            ("POST", "buckets/fill"): self._fill_bucket,
            ("POST", "buckets/condition"): self._set_condition,
            ("POST", "buckets/listing"): self._set_listing,
            ("GET", "notifications"): self._notifications,
            ("POST", "reset"): self._reset,
        }

    @property
    def names(self) -> list[str]:
        """Return what can be asked for: "GET health" and so on."""
        return [f"{method} {name}" for method, name in self._actions]

    def answer(self, raw: RawRequest, path: str, query: Mapping[str, str]) -> Reply:
        """Answer a control request: 200, 400 with a sentence, 403 from elsewhere, 404."""
        # A page in a browser on this machine could post here too; it would send Origin.
        if not _is_loopback(raw.peer) or "origin" in raw.headers:
            return Reply(403, {"error": "control is for programs on this machine"})
        action = self._actions.get((raw.method, path.removeprefix("/_control/")))
        if action is None:
            return Reply(404, {"error": f"unknown; there are: {', '.join(self.names)}"})
        try:
            return Reply(200, action(decode_json(raw.body) if raw.body else {}, query))
        except ValueError as problem:
            return Reply(400, {"error": str(problem)})

    def _health(self, wish: Any, query: Mapping[str, str]) -> Any:
        return {
            "status": "ok",
            "seed": self._cloud.seed,
            "operations": len(self._router.routes),
        }

    def _log(self, wish: Any, query: Mapping[str, str]) -> Any:
        wanted = {name: value for name, value in query.items() if name != "limit"}
        entries = self._cloud.journal.entries(**wanted)
        return {"requests": entries[-int(query["limit"]) :] if "limit" in query else entries}

    def _forget_log(self, wish: Any, query: Mapping[str, str]) -> Any:
        self._cloud.journal.forget()
        return {}

    def _counts(self, wish: Any, query: Mapping[str, str]) -> Any:
        return self._cloud.journal.counts()

    def _world(self, wish: Any, query: Mapping[str, str]) -> Any:
        return describe(self._cloud)

    def _causes(self, wish: Any, query: Mapping[str, str]) -> Any:
        now = self._cloud.clock()
        since, until = _moment(query, "since", now - _DAY), _moment(query, "until", now)
        return list_causes(self._cloud, since, until, query.get("app_id", ""))

    def _faults(self, wish: Any, query: Mapping[str, str]) -> Any:
        return {"faults": self._cloud.faults.waiting()}

    def _order_fault(self, wish: Any, query: Mapping[str, str]) -> Any:
        return vars(self._cloud.faults.order(wish))

    def _clear_faults(self, wish: Any, query: Mapping[str, str]) -> Any:
        self._cloud.faults.clear()
        return {}

    def _quota(self, wish: Any, query: Mapping[str, str]) -> Any:
        quotas = self._cloud.quotas
        mode = "strict" if quotas.strict else "off"
        return {
            "mode": mode,
            "scope": quotas.scope,
            "views": list(quotas.views),
            "cells": quotas.state(self._cloud.clock()),
        }

    def _set_quota(self, wish: Any, query: Mapping[str, str]) -> Any:
        fields, quotas = Fields(wish), self._cloud.quotas
        mode = fields.text("mode", "strict" if quotas.strict else "off")
        views = fields.texts("views") or list(quotas.views)
        limits = {
            cell: Fields(fields.table("limits", {})).whole(cell, 0, low=0)
            for cell in fields.table("limits", {})
        }
        scope = fields.text("scope", quotas.scope)
        known = mode in ("strict", "off") and scope in SCOPES
        if not known or not set(views) <= set(VIEWS) or not set(limits) <= set(CELLS):
            raise ValueError(
                f"mode: strict or off; scope: {', '.join(SCOPES)}; views: {', '.join(VIEWS)}; "
                f"limits: {', '.join(CELLS)}"
            )
        quotas.strict, quotas.views = mode == "strict", tuple(views)
        quotas.divide(scope)
        for cell, limit in limits.items():
            quotas.limit(cell, limit)
        return self._quota(wish, query)

    def _eat_quota(self, wish: Any, query: Mapping[str, str]) -> Any:
        fields = Fields(wish)
        cell = fields.text("cell", "")
        if cell not in CELLS:
            raise ValueError(f"cell must be one of {', '.join(CELLS)}")
        self._cloud.quotas.eat(cell, fields.whole("count", 1, low=1, high=10_000), self._cloud.clock())
        return self._quota(wish, query)

    def _clock(self, wish: Any, query: Mapping[str, str]) -> Any:
        clock = self._cloud.clock
        return {
            "world": clock(),
            "gateway": clock.gateway(),
            "skew_seconds": clock.skew,
            "travelled_seconds": clock.travelled,
            "frozen": clock.frozen,
        }

    def _set_clock(self, wish: Any, query: Mapping[str, str]) -> Any:
        fields, clock = Fields(wish), self._cloud.clock
        skew = fields.number("skew_seconds", clock.skew)
        travel = fields.number("travel_seconds", 0.0, low=-_FARTHEST, high=_FARTHEST)
        clock.freeze(fields.flag("frozen", clock.frozen))
        clock.skew = skew
        if "at" in fields.values:
            travel += fields.number("at", 0.0, low=_EARLIEST, high=_EARLIEST + _FARTHEST) - clock()
        if travel:
            self._cloud.travel(travel)
        return self._clock(wish, query)

    def _set_permissions(self, wish: Any, query: Mapping[str, str]) -> Any:
        self._cloud.gatekeeper.deny(Fields(wish).texts("deny"))
        return {"denied": self._cloud.gatekeeper.denied}

    def _forget_tokens(self, wish: Any, query: Mapping[str, str]) -> Any:
        self._cloud.iam.forget()
        return {}

    def _set_application(self, wish: Any, query: Mapping[str, str]) -> Any:
        fields = Fields(wish)
        self._cloud.set_application_state(fields.text("app_id", ""), fields.text("state", ""))
        return {}

    def _fail_job(self, wish: Any, query: Mapping[str, str]) -> Any:
        self._cloud.fail_job(Fields(wish).text("job_id", ""))
        return {}

    def _fill_bucket(self, wish: Any, query: Mapping[str, str]) -> Any:
        fields, cloud = Fields(wish), self._cloud
        count = fields.whole("count", 100_000, low=0, high=_MOST_OBJECTS)
        with cloud.lock:
            cloud.buckets.fill(
                fields.text("bucket", ""), fields.text("location", REGIONS[0]), count, cloud.clock()
            )
        return {}

    def _set_condition(self, wish: Any, query: Mapping[str, str]) -> Any:
        fields, cloud = Fields(wish), self._cloud
        condition = fields.text("condition", "")
        bucket = cloud.buckets.find(fields.text("bucket", ""), fields.text("location", REGIONS[0]))
        if bucket is None or condition not in CONDITIONS:
            raise ValueError(
                f"bucket: one that there is; condition: one of {', '.join(map(repr, CONDITIONS))}"
            )
        with cloud.lock:
            bucket.condition = condition
        return {}

    def _set_listing(self, wish: Any, query: Mapping[str, str]) -> Any:
        fields, listing = Fields(wish), self._cloud.buckets.listing
        listing.most = fields.whole("most", listing.most, low=0)
        listing.shallow = fields.flag("shallow", listing.shallow)
        return vars(listing)

    def _notifications(self, wish: Any, query: Mapping[str, str]) -> Any:
        return {"notifications": self._cloud.notifier.history()}

    def _reset(self, wish: Any, query: Mapping[str, str]) -> Any:
        self._cloud.reset(Fields(wish).whole("seed", self._cloud.seed, low=0))
        return self._health(wish, query)


def _moment(query: Mapping[str, str], name: str, default: float) -> float:
    try:
        moment = float(query.get(name, default))
    except ValueError:
        moment = float("nan")
    if not _EARLIEST <= moment <= _EARLIEST + _FARTHEST:
        raise ValueError(f"{name}: epoch seconds")
    return moment


def _is_loopback(peer: str) -> bool:
    try:
        address = ipaddress.ip_address(peer.partition("%")[0])
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None)
    return (mapped or address).is_loopback
