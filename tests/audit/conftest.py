"""What the audit tests share."""

import pytest
from django.utils.translation import gettext_lazy as _

from console.audit import Action, actions
from tests.ledger_cleaning import ledger_can_be_flushed  # noqa: F401


@pytest.fixture(autouse=True)
def an_action(monkeypatch: pytest.MonkeyPatch) -> None:
    """An action that only these tests know."""
    monkeypatch.setattr(actions, "_actions", dict(actions._actions))
    actions.register(Action("test.thing.do", _("Do a thing")))
