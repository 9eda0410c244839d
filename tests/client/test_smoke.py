"""The least that must work."""

from console.client.client import Client
from console.services.blocked_notifications import LISTING, BlockedNotificationQuery
from tests.cloud import Cloud, console


async def test_every_blocked_notification_is_read_once(client: Client) -> None:
    pages = LISTING.pages(client, BlockedNotificationQuery(query_type="DESKTOP"))
    rows = [row async for page in pages for row in page.rows]
    assert len(rows) == pages.total == 18_344
    assert not pages.incomplete


def test_a_command_writes_rows(cloud: Cloud) -> None:
    ran = console(
        "blocked",
        "--query-type",
        "DESKTOP",
        "--limit",
        "3",
        "-o",
        "ndjson",
        environ=cloud.environ(),
    )
    assert ran.code == 0
    assert len(ran.out.splitlines()) == 3
