"""Ids that look like the cloud's and are the same after every start with the same seed."""

from __future__ import annotations

import hashlib
from collections import Counter

__all__ = ["Ids"]


class Ids:
    """Hand out hex ids, a series per kind.

    generation: makes other series of the same seed; for a sandbox that forgets while others remember its ids.
    """

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self.generation = ""
        self._used: Counter[str] = Counter()

    def next(self, kind: str, length: int = 32) -> str:
        """Return the next id of a kind: length lower-case hex digits."""
        self._used[kind] += 1
        series = f"{kind}/{self.generation}" if self.generation else kind
        return self.named(f"{series}/{self._used[kind]}", length)

    def named(self, name: str, length: int = 32) -> str:
        """Return the id that always belongs to this name."""
        return hashlib.sha256(f"{self._seed}/{name}".encode()).hexdigest()[:length]
