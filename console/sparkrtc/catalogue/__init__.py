"""The cloud's API as data: all 42 operations, by name."""

from __future__ import annotations

from types import ModuleType

from console.sparkrtc.catalogue import analytics, applications, recording, rooms, storage
from console.sparkrtc.operation import Operation

__all__ = ["OPERATIONS"]


def _operations(*modules: ModuleType) -> dict[str, Operation]:
    constants = (getattr(module, name) for module in modules for name in module.__all__)
    return {constant.name: constant for constant in constants if isinstance(constant, Operation)}


OPERATIONS: dict[str, Operation] = _operations(applications, recording, rooms, storage, analytics)
