"""The published request limits. Source: API Reference, Constraints, API throttling."""

from __future__ import annotations

from console.sparkrtc.operation import Quota

__all__ = ["ANALYTICS", "APP_CONFIG", "JOBS", "OBS", "QUOTAS", "ROOMS"]

# The published table merges its limit cells over several categories and does not say whether a cell is one
# budget or a limit per operation. The strict reading is taken: one budget per cell and account.
APP_CONFIG = Quota("app_config", limit=60, seconds=60)
JOBS = Quota("jobs", limit=10, seconds=1)
ROOMS = Quota("rooms", limit=60, seconds=60)
OBS = Quota("obs", limit=2, seconds=1)
ANALYTICS = Quota("analytics", limit=30, seconds=60)

QUOTAS: dict[str, Quota] = {quota.name: quota for quota in (APP_CONFIG, JOBS, ROOMS, OBS, ANALYTICS)}
