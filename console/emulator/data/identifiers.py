"""Ids that look as the cloud's do and follow from a seed and a label."""

from __future__ import annotations

import hashlib
import random
from uuid import UUID


class Identifiers:
    """Derives ids and random sources; the same seed and label give the same."""

    def __init__(self, seed: int) -> None:
        self._seed = seed

    def hexadecimal(self, label: str, length: int = 32) -> str:
        """Return hex digits, as project and user ids have; at most 64."""
        return hashlib.sha256(f"{self._seed} {label}".encode()).hexdigest()[:length]

    def uuid(self, label: str) -> str:
        """Return a version 4 UUID, as pool and desktop ids are."""
        return str(UUID(self.hexadecimal(label), version=4))

    def random(self, label: str) -> random.Random:
        """Return a random source of its own, so that one table cannot shift another."""
        return random.Random(f"{self._seed} {label}")  # noqa: S311 - data, no secret
