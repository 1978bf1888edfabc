"""How many examples a property is tried with.

`make test` tries the same ones every time, so that what fails was broken by a change. `make search` looks for new ones,
SEARCH times as many: what it finds becomes an @example of its test.
"""

import os
from typing import Any

from hypothesis import settings

SEARCH = int(os.environ.get("SEARCH", "0"))

# The machine that runs the tests may be busy; what is slow is not wrong.
settings.register_profile("the same", deadline=None, derandomize=True)
settings.register_profile("search", deadline=None, max_examples=100 * max(SEARCH, 1), print_blob=True)
settings.load_profile("search" if SEARCH else "the same")


def tried(examples: int, **more: Any) -> settings:
    """Return the settings of a property that is dear to try, or needs other than the usual hundred examples."""
    return settings(max_examples=examples * max(SEARCH, 1), **more)
