"""The programs that are compared on a terminal."""

from typing import Final

from tests.bench.process import CONSOLE, program
from tests.bench.terminal import Program
from tests.cloud import Cloud

RECORDS: Final = 100_000
"""How many records the cloud has: a hundred pages of a thousand."""

OURS, WHOLE, STOCK, HELLO = "console", "console, whole frames", "DataTable app", "Textual hello"

_SERVICES: Final = r"1 Blocked .*\n.*2 Pools .*\n.*3 Checks .*\n.*4 Notices .*\n.*5 Reviews "
_ANSWERED: Final = r"[1-5] (Blocked|Pools|Checks|Notices|Reviews) +[a-z]+ +\d"
COMPLETE: Final = "5 of 5 services answered"
"""What the console shows when all that it asks for at its start is there."""


LOADED: Final = r"rows 1-1,?000 of 100,?000"
ALL_LOADED: Final = "all 100,?000 rows"
"""What console and DataTable app show when the first page is there, and when all rows are."""


def demo() -> Program:
    """Return `console demo`, which starts an emulated cloud of its own."""
    return Program("console demo", (CONSOLE, "demo"), {}, _SERVICES, _ANSWERED)


def ours(cloud: Cloud, *, whole: bool = False) -> Program:
    """Return the console on a cloud that is running.

    Its first data is the first of the five services to have a figure beside it.

    Args:
        cloud: where it leads.
        whole: whether all that is painted is sent, as Textual's own driver does.
    """
    frames = {"CONSOLE_WHOLE_FRAMES": "on"} if whole else {}
    environ = {**cloud.environ(), **frames}
    return Program(WHOLE if whole else OURS, (CONSOLE,), environ, _SERVICES, _ANSWERED)


def hello() -> Program:
    """Return the smallest application of Textual."""
    return Program(HELLO, program("hello"), {}, "Hello, World!")


def stock(cloud: Cloud) -> Program:
    """Return Textual's own table over the same data."""
    environ = {**cloud.environ(), "TOKEN": _token(cloud)}
    first = "Blocked notifications(.|\n)*Time +Channel"
    return Program(STOCK, program("stock_table"), environ, first, LOADED)


def _token(cloud: Cloud) -> str:
    facts = cloud.facts
    user = {
        "name": facts["user_name"],
        "password": facts["password"],
        "domain": {"name": facts["domain_name"]},
    }
    body = {
        "auth": {
            "identity": {"methods": ["password"], "password": {"user": user}},
            "scope": {"project": {"id": facts["project_id"]}},
        }
    }
    answer = cloud.control.post("/v3/auth/tokens", json=body)
    answer.raise_for_status()
    return str(answer.headers["X-Subject-Token"])
