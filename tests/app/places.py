"""Where each parameter and each field of the five operations is on the screens: the README's table.

The places are read from what the screens are made of; which parameters and fields there are,
`test_places.py` knows from the official SDK. `python -m tests.app.places` writes the table anew.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib import import_module
from pathlib import Path
from typing import Final, get_args

from console.app.fields import fields_of
from console.app.widgets.course_table import CourseRecord, State
from console.client.operation import Operation
from console.services import LISTINGS, desktop_notifications, jobs
from console.services.check_notifications import EVENTS
from console.services.column import column
from console.services.jobs import Job
from console.services.listing import AnyListing, named
from console.services.model import Record, wire_name

README: Final = Path(__file__).parents[2] / "README.md"
BEGIN: Final = "<!-- places: written by `python -m tests.app.places` -->"
END: Final = "<!-- end of places -->"

FORM: Final = "the filter form, `f`"
OWN: Final = f"{FORM}, applied to the loaded rows by the console itself"
PAGING: Final = "the keys `n` `p` `<` `>` `g`"
CONTEXT: Final = "the top line; set by `console login`"
PROFILE: Final = "the profile; set by `console login`"
ITSELF: Final = "sent by itself"
STATUS: Final = "the line above the keys"
ROWS: Final = "the rows of the table"
EACH: Final = "a column, and in the record, `enter`"
BESIDE: Final = "at the end of the record"

TARGET: Final = "the first line of the compose pane, and the dialog that confirms"
TEXT: Final = "the text of the compose pane, and the dialog that confirms"
COURSE: Final = "above what became of it: in the pane, and on *Sent*, `6` `d`"
ASKED: Final = "asked again and again by itself, and by `console job ID`"
DESKTOPS: Final = "the desktops below that"
JOB: Final = "`console job ID`"
WHOLE: Final = "`console job ID -o json`"
WHOLE_DESKTOP: Final = f"{WHOLE}, of each desktop"

_KEYS: Final[Mapping[str, Mapping[str, str]]] = {
    "blocked": {"query_type": "t"},
    "reviews": {"workspace": "W", "dlm_type": "t"},
}
"""Keys that set a parameter too."""

_OF_EVERY_CALL: Final[Mapping[str, str]] = {
    "X-Auth-Token": PROFILE,
    "Authorization": PROFILE,
    "X-Sdk-Date": ITSELF,
    "X-Project-Id": ITSELF,
    "Content-Type": ITSELF,
}
"""Headers that say who calls and how, not what is asked."""


@dataclass(frozen=True)
class Places:
    """Where the parameters and fields of a listing are, by the names that the cloud gives them.

    Attributes:
        name: the listing's name.
    """

    name: str

    @property
    def listing(self) -> AnyListing:
        """The listing."""
        return named(self.name)

    @property
    def heading(self) -> str:
        """What the screen is called, and its key."""
        entry = LISTINGS[self.name]
        return f"**{entry.name}**, `{entry.key}`"

    @property
    def operation(self) -> Operation:
        """The operation."""
        return self.listing.operation

    @cached_property
    def parameters(self) -> dict[str, tuple[str, str]]:
        """The place of each parameter, and what it is called there."""
        listing = self.listing
        found = {name: (place, "") for name, place in _OF_EVERY_CALL.items()}
        if "{project_id}" in listing.operation.path:
            found["project_id"] = CONTEXT, "project"
        if not listing.unwrap:
            found["offset"] = PAGING, ""
        for each in fields_of(listing):
            wire = wire_name(each.name, listing.query.model_fields[each.name])
            key = _KEYS.get(self.name, {}).get(each.name)
            found[wire] = FORM, each.title + (f" (also `{key}`)" if key else "")
        return found

    @cached_property
    def own(self) -> list[str]:
        """What the form has beside the parameters, which the console applies by itself."""
        screen = import_module(f"console.app.screens.{LISTINGS[self.name].module}").SCREEN
        return [each.title for each in screen.LOCAL]

    @cached_property
    def fields(self) -> dict[str, tuple[str, str]]:
        """The place of each field of the answer, dotted, and what it is called there."""
        listing = self.listing
        found: dict[str, tuple[str, str]] = {}
        if listing.total:
            found[listing.total] = STATUS, "of how many"
        row = f"{listing.rows}." if listing.rows else ""
        if listing.rows:
            found[listing.rows] = ROWS, ""
        if self.name == "checks":
            found["result"] = ROWS, ""
            found |= {f"result.{event}": (ROWS, title) for event, title in EVENTS.items()}
            row = "result.*."
        found |= {
            f"{row}{name}": (EACH, title)
            for name, title in _fields_in(listing.record)
            if not (self.name == "checks" and name in {"scope", "event"})
        }
        return found | dict.fromkeys(listing.beside, (BESIDE, ""))


@dataclass(frozen=True)
class SendPlaces:
    """Where the parameters and fields of an operation are that sends, or follows what was sent.

    Attributes:
        heading: what it is called, and its keys.
        operation: the operation.
        parameters: the place of each parameter, and what it is called there.
        fields: the place of each field of the answer, dotted, and what it is called there.
    """

    heading: str
    operation: Operation
    parameters: Mapping[str, tuple[str, str]]
    fields: Mapping[str, tuple[str, str]]


_WHO_AND_WHERE: Final = {"X-Auth-Token": (PROFILE, ""), "project_id": (CONTEXT, "project")}


def _message(heading: str, operation: Operation, **targets: str) -> SendPlaces:
    """Return the places of an operation that sends; `targets` is what takes its targets."""
    to = {name: (TARGET, title) for name, title in targets.items()}
    text = {"notifications": (TEXT, "")}
    return SendPlaces(heading, operation, _WHO_AND_WHERE | to | text, {"job_id": (COURSE, "job")})


def _course(name: str) -> tuple[str, str]:
    return DESKTOPS, column(CourseRecord, name).title


def _of_job(*names: str) -> dict[str, tuple[str, str]]:
    return {name: (JOB, column(Job, name).title) for name in names}


def _rest(before: str, names: str) -> dict[str, tuple[str, str]]:
    return {f"{before}.{name}": (WHOLE_DESKTOP, "") for name in names.split()}


SENDS: Final[Mapping[str, SendPlaces]] = {
    "pool": _message(
        "**Message** to pools, `m` on Pools, or `ctrl+n`",
        desktop_notifications.SEND_TO_POOL,
        pool_id="To: the pool, the marked ones, or by name, `ctrl+t`",
    ),
    "desktops": _message(
        "**Message** to single desktops, `d` on Pools, then `m`",
        desktop_notifications.SEND_TO_DESKTOPS,
        desktop_ids="To: the desktop, or the marked ones",
    ),
    "job": SendPlaces(
        "**What became of it**",
        jobs.SHOW_JOB,
        _WHO_AND_WHERE | {"job_id": (ASKED, "")},
        {
            "id": (COURSE, "job"),
            "status": (COURSE, ""),
            "sub_jobs_total": (COURSE, "of how many"),
            "sub_jobs": (DESKTOPS, ""),
            "sub_jobs.status": (DESKTOPS, State.title),
            "sub_jobs.entities": (DESKTOPS, ""),
            "sub_jobs.entities.desktop_name": _course("name"),
            "sub_jobs.entities.user_name": _course("user"),
            "sub_jobs.fail_reason": _course("reason"),
            "sub_jobs.error_code": _course("reason"),
        }
        | _of_job("begin_time", "end_time", "job_error_code", "fail_reason")
        | {"job_type": (WHOLE, "")}
        | _rest("sub_jobs.entities", "desktop_id product_id ip_address")
        | _rest("sub_jobs", "id job_type job_id project_id process begin_time end_time")
        | _rest("sub_jobs", "host attach_user entity ip_address"),
    ),
}
"""The operations that send, and the one that follows what was sent."""


def places_of(name: str) -> Places | SendPlaces:
    """Return the places of a listing, or of one of `SENDS`."""
    return SENDS.get(name) or Places(name)


def _fields_in(record: type[Record], before: str = "") -> Iterator[tuple[str, str]]:
    for name, field in record.model_fields.items():
        wire = f"{before}{wire_name(name, field)}"
        yield wire, field.title or name
        for inner in (field.annotation, *get_args(field.annotation)):
            if isinstance(inner, type) and issubclass(inner, Record):
                yield from _fields_in(inner, f"{wire}.")


def _grouped(placed: Mapping[str, tuple[str, str]], names: Sequence[str]) -> Iterator[str]:
    """Yield a line for each place, with all that is there; a name stands without what holds it."""
    groups: dict[str, list[str]] = {}
    for name in names:
        place, title = placed[name]
        short = name.rpartition(".")[2]
        groups.setdefault(place, []).append(f"`{short}` {title}".strip())
    for place, said in groups.items():
        yield f"| {place} | {' · '.join(said)} |"


def table(documented: Mapping[str, tuple[list[str], list[str]]]) -> str:
    """Return the README's table.

    Args:
        documented: the parameters and the fields of each, by its name.
    """
    lines: list[str] = []
    for name, (parameters, fields) in documented.items():
        places = places_of(name)
        lines += [f"| {places.heading} | {places.operation.name} |", "|---|---|"]
        lines += _grouped(places.parameters, parameters)
        if isinstance(places, Places) and places.own:
            lines.append(f"| {OWN} | {' · '.join(places.own)} |")
        lines += [*_grouped(places.fields, fields), ""]
    return "\n".join(lines)


def write() -> None:
    """Write the README's table anew."""
    from tests.app.test_places import EVERY, documented  # noqa: PLC0415 - it reads this module

    text = README.read_text(encoding="utf-8")
    made = table({name: documented(name) for name in EVERY})
    before, _, rest = text.partition(BEGIN)
    after = rest.partition(END)[2]
    README.write_text(f"{before}{BEGIN}\n\n{made}\n{END}{after}", encoding="utf-8")


if __name__ == "__main__":
    write()
