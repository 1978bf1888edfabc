"""Sizes as people read them."""

import pytest
from django.utils.translation import override

from console.storage.templatetags.storage_tags import kb


@pytest.mark.parametrize(
    ("size", "shown"),
    [
        (None, "–"),
        (0, "0 KB"),
        (999, "999 KB"),
        (1000, "1.0 MB"),
        (12_901, "12.6 MB"),
        (179_000, "175 MB"),
        (1_048_576, "1.0 GB"),
        (3 * 1024**3, "3.0 TB"),
        (5_000 * 1024**3, "5000 TB"),
    ],
)
def test_sizes(size: int | None, shown: str) -> None:
    with override("en"):
        assert kb(size) == shown
