"""Page through every blocked notification with the official SDK, reading each row once."""

import json
import sys
import time

from huaweicloudsdkworkspace.v2 import ListNotificationRecordsRequest

from tests.bench.programs.sdk_blocked import client

_PAGE = 1000


def main() -> None:
    """Read all pages and report the time of the paging alone."""
    sdk = client()
    began, worked = time.perf_counter(), time.process_time()
    rows, failed, total = 0, 0, 1
    while rows < total:
        request = ListNotificationRecordsRequest(query_type="DESKTOP", limit=_PAGE, offset=rows)
        response = sdk.list_notification_records(request)
        total = response.total_count
        if not response.notification_records:
            break
        for row in response.notification_records:
            rows += 1
            failed += row.result == "FAIL"
    report = {
        "seconds": time.perf_counter() - began,
        "work": time.process_time() - worked,
        "rows": rows,
        "failed": failed,
    }
    sys.stdout.write(json.dumps(report))


if __name__ == "__main__":
    main()
