"""What every test of the outbox may ask for."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from console.outbox.journal import Journal
from tests.outbox.making import Clock


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the journal is; its folder is not there yet."""
    return tmp_path / "state" / "outbox.sqlite3"


@pytest.fixture
def clock() -> Clock:
    """Give a clock that stands."""
    return Clock()


@pytest.fixture
def journal(path: Path, clock: Clock) -> Iterator[Journal]:
    """Give a journal that is empty."""
    with Journal(path, clock) as made:
        yield made
