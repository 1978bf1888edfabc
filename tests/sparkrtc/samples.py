"""One call of every operation, as we make it and as the vendor's SDK makes it, with an answer to it."""

from __future__ import annotations

from tests.sparkrtc.sample import APP, APP_KEY, AUTH_KEY, Sample
from tests.sparkrtc.samples_calls import CALLS
from tests.sparkrtc.samples_configuration import CONFIGURATION

__all__ = ["APP", "APP_KEY", "AUTH_KEY", "SAMPLES", "Sample"]

SAMPLES: dict[str, Sample] = {**CONFIGURATION, **CALLS}
