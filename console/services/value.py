"""Values that the cloud writes in more than one way.

Times come as ISO 8601 with or without milliseconds, as `2020-04-10 06:45:14`, and as a number of
milliseconds since 1970; switches as true, 1, "true" or "1". Each is read into one form here. What
cannot be read is refused where the form is documented, and kept as it is where it is not.
"""

from datetime import UTC, datetime, timedelta
from typing import Annotated, Final, TypeAlias

from pydantic import BeforeValidator

from console.text import Json, json_text

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_YEAR_AND_DASH: Final = 5
"""Characters of the year and the sign after it, with which every written time begins."""

_SECONDS_BELOW: Final = 100_000_000_000
"""A number of milliseconds below this lies before March 1973; it is a number of seconds."""


def instant(value: object) -> datetime | None:
    """Return the aware time that `value` says; times without a zone are UTC.

    Raises:
        ValueError: it says none, or one outside the years 1 to 9999.
    """
    match value:
        case None | datetime():
            return value
        case bool():
            raise ValueError("a time is documented, not a boolean")
        case int() | float():
            return _from_epoch(value)
        case str() if value[:_YEAR_AND_DASH].strip("0123456789") != "-":
            # Python's reader takes a bare row of digits for a date; it is none here.
            raise ValueError("a time as ISO 8601 is documented")
        case str():
            try:
                read = datetime.fromisoformat(value)
                return read.replace(tzinfo=UTC) if read.tzinfo is None else read.astimezone(UTC)
            except OverflowError as error:
                raise ValueError("a time outside the years 1 to 9999") from error
        case _:
            raise ValueError("a time is documented")


def _from_epoch(value: float) -> datetime:
    try:
        seconds = value if abs(value) < _SECONDS_BELOW else value / 1000
        return _EPOCH + timedelta(seconds=seconds)
    except (OverflowError, ValueError) as error:
        raise ValueError("a time outside the years 1 to 9999") from error


def instant_or_text(value: object) -> object:
    """Return the time that `value` says, or `value` itself where it cannot be read as one."""
    try:
        return instant(value)
    except ValueError:
        return value


_SWITCHES: Final[dict[str, bool]] = {"0": False, "1": True, "false": False, "true": True}


def switch(value: object) -> object:
    """Return True or False for the known ways to write them, and anything else as it is."""
    if isinstance(value, bool | int | str):
        return _SWITCHES.get(str(value).strip().lower(), value)
    return value


def as_text(value: Json) -> Json:
    """Return text as it is, and a number, list or object as its JSON text."""
    return value if value is None or isinstance(value, str) else json_text(value)


Instant: TypeAlias = Annotated[datetime | None, BeforeValidator(instant)]
"""A time whose form is documented; another form is refused."""

LooseInstant: TypeAlias = Annotated[
    datetime | int | float | str | None, BeforeValidator(instant_or_text)
]
"""A time whose form is not confirmed; what cannot be read is kept as it is."""

Switch: TypeAlias = Annotated[bool | int | str | None, BeforeValidator(switch)]
"""A switch that is written in more than one way; an unknown value is kept as it is."""

LooseText: TypeAlias = Annotated[str | None, BeforeValidator(as_text)]
"""Text whose content is not documented; a structure in its place is kept as JSON."""
