"""What a sample call is made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

APP = "5e1f0a9bc2d34f6e8a7b9c0d1e2f3a4b"
RULE = "6a0b1c2d3e4f5a6b7c8d9e0f"
MIX_JOB = "a1b2c3d4e5f60718293a4b5c6d7e8f90"
SINGLE_JOB = "0f1e2d3c4b5a69788796a5b4c3d2e1f0"
PROJECT_OF_BUCKET = "11112222333344445555666677778888"
APP_KEY = "app-key-sample-not-real-00000001"
AUTH_KEY = "auth-key-sample-not-real-0000001"
APP_PATH = {"app_id": APP}


@dataclass(frozen=True)
class Sample:
    """params: as our client takes them. sdk: class of the request and its fields, `body` as on the wire."""

    params: Mapping[str, Any]
    sdk: str
    fields: Mapping[str, Any]
    answer: Any
    status: int = 200
    version: str = "v2"
    body: Any = field(default=None)
