"""What every test may ask for."""

import os
import signal
from collections.abc import AsyncIterator, Iterator

import pytest

from console.client.client import Client
from tests.cloud import Cloud, running_cloud


def pytest_xdist_auto_num_workers() -> int:
    """Return how many workers `--numprocesses auto` means: most tests wait half of their time."""
    return 2 * (os.cpu_count() or 1)


def pytest_configure() -> None:
    """Hear interrupts: a shell turns them off for what runs in its background, children too."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session")
def shared_cloud() -> Iterator[Cloud]:
    """Run one emulated cloud for the whole session."""
    with running_cloud() as cloud:
        yield cloud


@pytest.fixture
def cloud(shared_cloud: Cloud) -> Iterator[Cloud]:
    """Give the emulated cloud, fresh: no faults, no requests received, no changes."""
    shared_cloud.reset()
    yield shared_cloud
    shared_cloud.reset()


@pytest.fixture
async def client(cloud: Cloud) -> AsyncIterator[Client]:
    """Give a client that is logged in to the emulated cloud with its access key."""
    async with Client(cloud.profile()) as made:
        yield made
