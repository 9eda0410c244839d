"""What the client's tests may ask for."""

from collections.abc import Iterator

import pytest

from tests.cloud import Cloud, running_cloud


@pytest.fixture(scope="module")
def brief_cloud() -> Iterator[Cloud]:
    """Run a cloud whose tokens live for a second."""
    with running_cloud("--token-lifetime", "1", "--records", "5000", "--throttle", "0") as cloud:
        yield cloud
