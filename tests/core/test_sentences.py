"""The cloud library's sentences, said in the viewer's language."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.utils import translation

from console.core.sentences import complaint, said
from console.sparkrtc.catalogue import OPERATIONS
from console.sparkrtc.messages import Problem

LIMITED = Problem("range", {"field": "record_cycle", "low": 60, "high": 43_200, "unit": "seconds"})


def _units(params: Any) -> Iterator[str]:
    for param in params:
        if param.unit:
            yield param.unit
        yield from _units(getattr(param.kind, "fields", ()))


@pytest.mark.parametrize("unit", sorted({unit for one in OPERATIONS.values() for unit in _units(one.params)}))
def test_every_unit_of_a_limit_is_said_in_chinese(unit: str) -> None:
    with translation.override("zh-hans"):
        words = said(Problem("range", {"field": "", "low": 1, "high": 2, "unit": unit}))
    assert unit not in words


def test_a_complaint_is_a_whole_sentence() -> None:
    assert complaint(LIMITED) == "record_cycle must be 60 to 43200 seconds."
    with translation.override("zh-hans"):
        assert complaint(LIMITED).endswith("秒之间。")
