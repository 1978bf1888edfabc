"""Reasons: chosen, written, or both; and what the trail keeps of them."""

import uuid
from typing import ClassVar

import pytest

from console.accounts.reasons import ReasonForm


class _Form(ReasonForm):
    reasons: ClassVar[dict[str, str]] = {"misuse": "Misused"}


def _filled(preset: str, words: str) -> _Form:
    return _Form({"form_id": str(uuid.uuid4()), "preset": preset, "words": words})


@pytest.mark.parametrize(
    ("preset", "words", "kept"),
    [
        ("misuse", "", "Misused"),
        ("misuse", "twice", "Misused: twice"),
        ("own", "a drill", "a drill"),
        ("", "a drill", "a drill"),
    ],
)
def test_a_reason_that_was_given_is_taken(preset: str, words: str, kept: str) -> None:
    form = _filled(preset, words)
    assert form.is_valid()
    assert form.reason == kept
    assert form.cleaned_data["preset"] == (preset or "own")


@pytest.mark.parametrize(
    ("preset", "words", "field", "said"),
    [
        ("", "", "preset", "Say why."),
        ("", "  ", "preset", "Say why."),
        ("", "w" * 401, "words", "at most 400"),
        ("own", "", "words", "Write the reason here."),
        ("nonsense", "a drill", "preset", "not one of the available choices"),
    ],
)
def test_what_is_no_reason_is_said_at_its_field(preset: str, words: str, field: str, said: str) -> None:
    form = _filled(preset, words)
    assert not form.is_valid()
    assert list(form.errors) == [field]
    assert said in str(form.errors[field])
