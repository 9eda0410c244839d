"""What the tests of `console send` share: what the cloud received, and what the journal has."""

import json
from collections.abc import Callable
from typing import Any, TypeAlias

from console.outbox.journal import Journal
from console.outbox.send import Send
from tests.cli.place import Place
from tests.cloud import Cloud, Ran

Here: TypeAlias = Callable[..., Ran]
"""Runs a command in this process, which is quicker."""

WELL = "HR-Shared"
"""A pool whose desktops all run."""


def posts(cloud: Cloud) -> list[dict[str, Any]]:
    """Return the requests that would change something."""
    return [each for each in cloud.requests() if each["method"] != "GET"]


def texts(cloud: Cloud) -> list[str]:
    """Return the texts that were sent."""
    return [json.loads(each["body"])["notifications"] for each in posts(cloud)]


def journalled(place: Place) -> list[Send]:
    """Return what the journal has, the oldest first."""
    with Journal(place.state / "outbox.sqlite3") as journal:
        return journal.sends()[::-1]


def drafts(place: Place) -> list[str]:
    """Return the texts of the drafts that the journal has."""
    with Journal(place.state / "outbox.sqlite3") as journal:
        return [each.text for each in journal.drafts()]
