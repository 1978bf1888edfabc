"""What the audit tests share."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection as database
from django.utils.translation import gettext_lazy as _

from console.audit import Action, actions
from tests.ledger_cleaning import ledger_can_be_flushed  # noqa: F401


@pytest.fixture(autouse=True)
def an_action(monkeypatch: pytest.MonkeyPatch) -> None:
    """An action that only these tests know."""
    monkeypatch.setattr(actions, "_actions", dict(actions._actions))
    actions.register(Action("test.thing.do", _("Do a thing")))


@pytest.fixture(scope="session", autouse=True)
def static_folder() -> None:
    """WhiteNoise warns when the folder of collected files is missing, and here warnings are errors."""
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)


@pytest.fixture
def drop_a_trigger(db: None) -> Callable[[], str]:
    """Return a function that makes one trigger harmless in a way that keeps its name, and returns that name."""

    def drop() -> str:
        with database.cursor() as cursor:
            if database.vendor == "postgresql":
                name = "audit_head_no_change"
                cursor.execute(f"ALTER TABLE audit_signedhead DISABLE TRIGGER {name}")
            else:
                name = "audit_head_no_update"
                cursor.execute(f"DROP TRIGGER {name}")
                cursor.execute(
                    f"CREATE TRIGGER {name} BEFORE UPDATE ON audit_signedhead WHEN 0 BEGIN SELECT 1; END"
                )
        return name

    return drop
