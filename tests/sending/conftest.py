"""What the tests of sending may ask for."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from console.outbox.journal import Journal


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    """Give a journal that nothing is in."""
    with Journal(tmp_path / "outbox.sqlite3") as made:
        yield made
