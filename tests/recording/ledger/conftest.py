"""Jobs whose files come or do not, and the ledger kept as the background keeps it."""

import pytest

from console.recording.services import ledger_filling, ledger_keeping, ledger_sending
from console.sparkrtc.permits import Lane
from tests.recording.jobs.conftest import _nothing_from_before, mix, place, single, time_passes  # noqa: F401
from tests.rooms.conftest import calls, no_cloud, use_up  # noqa: F401


@pytest.fixture(autouse=True)
def _no_spacing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Requests of background work follow each other at once; that they are spaced is tested elsewhere."""
    for module in (ledger_filling, ledger_keeping, ledger_sending):
        monkeypatch.setattr(module, "_LANE", Lane.ALERT)
