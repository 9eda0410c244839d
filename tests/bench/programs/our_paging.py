"""Page through every blocked notification with our client, reading each row once."""

import asyncio
import json
import os
import sys
import time

from console.client.client import Client
from console.profiles import environment
from console.services.blocked_notifications import LISTING, BlockedNotificationQuery


async def main() -> None:
    """Read all pages and report the time of the paging alone."""
    async with Client(environment.profile(os.environ)) as client:
        began, worked = time.perf_counter(), time.process_time()
        rows = failed = 0
        async for page in LISTING.pages(client, BlockedNotificationQuery(query_type="DESKTOP")):
            for row in page.rows:
                rows += 1
                failed += row["result"] == "FAIL"
        report = {
            "seconds": time.perf_counter() - began,
            "work": time.process_time() - worked,
            "rows": rows,
            "failed": failed,
        }
    sys.stdout.write(json.dumps(report))


if __name__ == "__main__":
    asyncio.run(main())
