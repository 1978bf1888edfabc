"""What is missing at start is said, with the way to mend it; what is right is not complained about."""

from typing import Any

import pytest

from console.core.checks import settings_are_complete


def ids() -> list[str | None]:
    return [finding.id for finding in settings_are_complete()]


def test_the_tests_own_settings_are_complete():
    assert ids() == []


@pytest.mark.parametrize(
    ("name", "value", "id_"),
    [
        ("MODE", "staging", "console.E001"),
        ("SECRET_KEY", "short", "console.E002"),
        ("SECRET_KEY", "", "console.E002"),
        ("SEALING_KEYS", [], "console.E003"),
        ("SEALING_KEYS", ["not a key"], "console.E003"),
        ("ALLOWED_HOSTS", [], "console.E004"),
        ("AUDIT_SIGNING_KEY", "", "console.E005"),
        ("AUDIT_SIGNING_KEY", "c2hvcnQ=", "console.E005"),
        ("AUDIT_SIGNING_KEY", "ä", "console.E005"),
        ("METRICS_ALLOWED", ["127.0.0.0/8", "monitoring.example.com"], "console.E006"),
        ("METRICS_ALLOWED", [""], "console.E006"),
    ],
)
def test_what_is_missing_is_named_with_a_hint(settings: Any, name: str, value: object, id_: str):
    setattr(settings, name, value)
    assert ids() == [id_]
    assert settings_are_complete()[0].hint
