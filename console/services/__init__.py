"""The services: what each accepts, what it returns, and its calls. One module for each group.

`LISTINGS` is the registry: a new listing is one line here, and its module beside.
"""

from typing import Final, NamedTuple


class Entry(NamedTuple):
    """One listing, described well enough to be offered before its module is loaded.

    Attributes:
        module: the module in this package that holds it.
        constant: its name there.
        summary: what it lists, in a few words.
        key: the key that opens its screen; empty for a listing that has no screen of its own.
        name: the screen's name.
    """

    module: str
    constant: str
    summary: str
    key: str = ""
    name: str = ""


LISTINGS: Final = {
    "blocked": Entry("blocked_notifications", "LISTING", "who was not notified", "1", "Blocked"),
    "pools": Entry("desktop_pools", "POOLS", "desktop pools", "2", "Pools"),
    "checks": Entry(
        "check_notifications", "LISTING", "who is notified of check events", "3", "Checks"
    ),
    "notices": Entry(
        "notice_configurations", "LISTING", "notices on resources that end", "4", "Notices"
    ),
    "reviews": Entry("review_messages", "LISTING", "messages of the review centre", "5", "Reviews"),
    "desktops": Entry("desktops", "DESKTOPS", "desktops of a pool"),
    "connected": Entry("desktops", "CONNECTED", "desktops and who is connected now"),
    "pool-users": Entry("desktops", "AUTHORIZED", "users and groups a pool is for"),
    "job-desktops": Entry("jobs", "SUB_JOBS", "what a job did to each desktop"),
    "instances": Entry("review_messages", "INSTANCES", "DataArts Studio instances"),
    "workspaces": Entry("review_messages", "WORKSPACES", "workspaces of a DataArts instance"),
    "projects": Entry("projects", "LISTING", "IAM projects this credential may use"),
    "domains": Entry("projects", "DOMAINS", "accounts this credential may use"),
}
"""Every listing by the name people type."""
