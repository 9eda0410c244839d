"""What tests of the screens begin with."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.app.flow import Flow, flow
from tests.cloud import Cloud, running_cloud


@pytest.fixture
async def console(cloud: Cloud, tmp_path: Path) -> AsyncIterator[Flow]:
    """Give the application on the screen of pools, loaded, on 80 columns and 24 lines."""
    async with flow(cloud, tmp_path) as made:
        await made.press("2")
        yield made


@pytest.fixture
async def blocked(cloud: Cloud, tmp_path: Path) -> AsyncIterator[Flow]:
    """Give the application on the screen of blocked notifications, loaded."""
    async with flow(cloud, tmp_path) as made:
        await made.press("1")
        yield made


@pytest.fixture(scope="module")
def other_cloud() -> Iterator[Cloud]:
    """Run another cloud, with fewer records."""
    with running_cloud("--records", "60") as cloud:
        yield cloud
