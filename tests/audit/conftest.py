"""What the audit tests share."""

from pathlib import Path

import pytest
from django.conf import settings
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
