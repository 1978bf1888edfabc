"""Builds requests out of the samples, with changes."""

from __future__ import annotations

from typing import Any

import pytest

from console.sparkrtc.catalogue import OPERATIONS
from console.sparkrtc.errors import InvalidParameters
from console.sparkrtc.outgoing import Outgoing, make_request
from tests.sparkrtc.doubles import NOW, PROJECT
from tests.sparkrtc.samples import SAMPLES


def build(name: str, **params: Any) -> Outgoing:
    return make_request(OPERATIONS[name], params, project_id=PROJECT, now=NOW)


def changed(name: str, **changes: Any) -> Outgoing:
    return build(name, **{**SAMPLES[name].params, **changes})


def problems(name: str, **changes: Any) -> dict[str, str]:
    with pytest.raises(InvalidParameters) as caught:
        changed(name, **changes)
    return {path: str(problem) for path, problem in caught.value.problems.items()}
