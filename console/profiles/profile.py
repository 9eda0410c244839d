"""A profile: everything needed to talk to one project of one account."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from console.profiles.credential import Credential

DEFAULT_REGION = "cn-north-4"
"""One of the two regions that have all four services."""

DEFAULT_SECONDS = 60.0
"""How long one read may take, with its retries."""


@dataclass(frozen=True, slots=True)
class Profile:
    """A named way into the cloud.

    Attributes:
        name: how people call it; `environment` is the one made of environment variables.
        credential: what proves who is calling.
        region: the region's id, such as `cn-north-4`.
        project_id: the IAM project of the region; looked up by region where empty.
        domain_id: the account's id; looked up where empty.
        workspace: the DataArts Studio workspace's id.
        check_project_id: the CodeArts project's id (not an IAM project).
        endpoint: one address for every service, instead of the region's.
        endpoints: addresses for single services, by service name; they win over `endpoint`.
        ca_file: certificates to trust instead of the system's.
        total_seconds: how long one read may take, with its retries; seconds.
        colour: how the screens mark it; empty for no mark.
        read_only: whether every call that changes something is refused.
        production: whether a send asks for more than a key.
        expires_at: when a temporary credential ends, aware; None where it does not, or nobody said.
    """

    name: str
    credential: Credential
    region: str = DEFAULT_REGION
    project_id: str = ""
    domain_id: str = ""
    workspace: str = ""
    check_project_id: str = ""
    endpoint: str = ""
    endpoints: Mapping[str, str] = field(default_factory=dict)
    ca_file: str = ""
    total_seconds: float = DEFAULT_SECONDS
    colour: str = ""
    read_only: bool = False
    production: bool = False
    expires_at: datetime | None = None
