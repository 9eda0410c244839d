"""What blocked notifications say, apart from when: a few thousand rows, rendered once.

Source: Workspace API reference, ListNotificationRecords, fields of `NotificationRecordInfo`.
"""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING

from console.emulator.data import names
from console.emulator.data.estate import Estate
from console.emulator.data.identifiers import Identifiers
from console.emulator.operations import json_bytes

if TYPE_CHECKING:
    from collections.abc import Sequence
    from random import Random

    from console.emulator.cloud import Cloud

DESKTOP_TEMPLATES, POOL_TEMPLATES = 6144, 2048
NOISY_ONE_IN, NOISY_SHARE = 400, 0.3
INCIDENT_SHARE = 0.85
# Only FAIL is documented; the other two stand for values a client does not know.
RESULTS, RESULT_WEIGHTS = ("FAIL", "BLOCKED", "REVIEWING"), (970, 25, 5)

Row = dict[str, str]


class Templates:
    """Rows without their time, each rendered up to where its time goes."""

    def __init__(self, rows: list[Row], crowd_field: str) -> None:
        self._sources = rows
        self._crowd_field = crowd_field
        self.rows = [json_bytes(row)[:-1] + b',"operate_time":"' for row in rows]

    def block(self, random: Random, size: int) -> array[int]:
        """Draw templates for `size` places; a few noisy ones are drawn often."""
        everything = range(len(self._sources))
        noisy = random.sample(everything, len(everything) // NOISY_ONE_IN)
        return _mixed(random, size, noisy, NOISY_SHARE, everything)

    def incident_block(self, random: Random, size: int) -> array[int]:
        """Draw templates that are mostly about one thing: an incident."""
        centre = random.choice(self._sources)[self._crowd_field]
        crowd = [
            number for number, row in enumerate(self._sources) if row[self._crowd_field] == centre
        ]
        return _mixed(random, size, crowd, INCIDENT_SHARE, range(len(self._sources)))

    def fitting(self, wanted: tuple[tuple[str, str], ...]) -> bytes:
        """Tell for each template whether it fits a filter, 1 or 0.

        A type must be equal; a name must contain what is asked for. How names match is not
        documented for ListNotificationRecords; other lists of Workspace match them so.
        """
        return bytes(
            all(
                row.get(name) == value if name == "type" else value in row.get(name, "")
                for name, value in wanted
            )
            for row in self._sources
        )


def _mixed(
    random: Random, size: int, few: Sequence[int], share: float, everything: Sequence[int]
) -> array[int]:
    """Draw from two sets at once, the first with a share of its own."""
    repeats = round(len(everything) * share / (1 - share) / len(few))
    return array("H", random.choices([*few] * repeats + [*everything], k=size))


def desktop_templates(cloud: Cloud) -> Templates:
    """Make the rows about desktops: they name no pool."""
    estate = cloud.fixed(Estate)
    random = Identifiers(cloud.options.seed).random("desktop templates")
    owned = [desktop for desktop in estate.desktops if desktop.users]
    rows = []
    for _ in range(DESKTOP_TEMPLATES):
        desktop = random.choice(owned)
        rows.append(
            _row(cloud, random, random.choice(desktop.users), {"desktop_name": desktop.name})
        )
    return Templates(rows, "error_message")


def pool_templates(cloud: Cloud) -> Templates:
    """Make the rows about pools: they name no desktop."""
    estate = cloud.fixed(Estate)
    random = Identifiers(cloud.options.seed).random("pool templates")
    weights = [1 / (1 + random.random() * 15) for _ in estate.pools]
    rows = []
    for _ in range(POOL_TEMPLATES):
        pool = random.choices(estate.pools, weights)[0]
        user = random.choice(estate.user_names)
        rows.append(_row(cloud, random, user, {"desktop_pool_name": pool.name}))
    return Templates(rows, "desktop_pool_name")


def _row(cloud: Cloud, random: Random, user: str, about: Row) -> Row:
    # The example of the page shows a project other than the one asked for, so some rows do too.
    elsewhere = random.random() < 0.02
    identity = cloud.identity
    projects = [project.id for project in identity.projects.values()]
    return {
        "project_id": projects[-1] if elsewhere else identity.main_project.id,
        "type": random.choices(("EMAIL", "SMS"), (55, 45))[0],
        "user_name": user,
        **about,
        "result": random.choices(RESULTS, RESULT_WEIGHTS)[0],
        "error_message": random.choices(names.REASONS, names.REASON_WEIGHTS)[0],
    }
