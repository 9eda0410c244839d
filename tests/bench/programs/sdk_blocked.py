"""What an operator would write with the official SDK: 1,000 blocked notifications as JSON."""

import json
import os

from huaweicloudsdkcore.auth.credentials import BasicCredentials
from huaweicloudsdkworkspace.v2 import ListNotificationRecordsRequest, WorkspaceClient


def client() -> WorkspaceClient:
    """Return a client that is led by the same variables as ours."""
    credentials = BasicCredentials(
        os.environ["HUAWEICLOUD_SDK_AK"],
        os.environ["HUAWEICLOUD_SDK_SK"],
        os.environ["HUAWEICLOUD_SDK_PROJECT_ID"],
    )
    builder = WorkspaceClient.new_builder().with_credentials(credentials)
    return builder.with_endpoint(os.environ["CONSOLE_ENDPOINT"]).build()


def main() -> None:
    """Write the first 1,000 rows."""
    request = ListNotificationRecordsRequest(query_type="DESKTOP", limit=1000)
    response = client().list_notification_records(request)
    rows = [row.to_dict() for row in response.notification_records]
    print(json.dumps(rows, ensure_ascii=False))  # noqa: T201 - what an operator would write


if __name__ == "__main__":
    main()
