"""Columns of a record: which there are, what each is called, and its values as text.

A column is a path of field names joined by dots, such as `product.cpu`; a field that no model knows
yet is a column too, so that what the cloud adds can be seen at once.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, tzinfo
from functools import cache, lru_cache
from operator import attrgetter
from time import time
from types import NoneType
from typing import Protocol, cast, get_args, get_origin

from pydantic.fields import FieldInfo

from console.client.paging import Row
from console.errors import Problem, QueryError
from console.services.model import Record, extra, labels, wire_name
from console.text import Json, cell

MISSING = "-"
"""What stands for a value that is missing or null; an empty text stays empty."""

NONE = "none"
"""What stands for a text that could hold names, and holds none."""

_COMMA = re.compile(r",(?=\S)")

_FEW_EACH = ({str}, {str, NoneType}, {bool}, {bool, NoneType}, {int}, {int, NoneType})
"""Types of values of which a column often holds few: each is made text once. True equals 1, so
they do not go together."""


class Titled(Protocol):
    """What has a header: a column of a record, or one that a screen computes."""

    @property
    def title(self) -> str:
        """The header."""

    @property
    def is_time(self) -> bool:
        """Whether its values are times, so that the header names the zone."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column.

    Attributes:
        path: the names of the fields that lead to the value, as Python writes them.
        wire: the same as the cloud writes them.
        title: the header.
        is_time: whether its values are times, so that the header names the zone.
        fixed: whether a part of a value says nothing: times, ids, words of the cloud's own.
        labels: what documented values mean.
        names: whether a text is several names; the cloud writes no blank after a comma.
    """

    path: tuple[str, ...]
    wire: tuple[str, ...]
    title: str
    is_time: bool = False
    fixed: bool = False
    labels: Mapping[str, str] = field(default_factory=dict)
    names: bool = False

    @property
    def name(self) -> str:
        """The column's name, as people type it."""
        return ".".join(self.path)

    def of(self, record: Record) -> object:
        """Return the column's value in a record; None where it is missing."""
        value: object = record
        for name, wire in zip(self.path, self.wire, strict=True):
            value = _inside(value, name, wire)
        return value

    def text(self, record: Record, zone: tzinfo | None) -> str:
        """Return the column's value in a record as people read it; times in `zone`."""
        return self._read(self.of(record), zone)

    def values(self, records: Sequence[Record]) -> list[object]:
        """Return what `of` does for each of many records, faster."""
        name = self.path[0]
        models = {type(record) for record in records}
        if len(self.path) == 1 and all(name in model.model_fields for model in models):
            return list(map(attrgetter(name), records))
        return list(map(self.of, records))

    def texts(self, records: Sequence[Record], zone: tzinfo | None) -> list[str]:
        """Return what `text` does for each of many records, faster."""
        values = self.values(records)
        kinds = set(map(type, values))
        if not self.labels and not self.names and kinds <= {str, NoneType}:
            words = cast("list[str | None]", values)
            return [MISSING if word is None else word for word in words]
        if kinds in _FEW_EACH:
            known = {value: self._read(value, zone) for value in set(values)}
            return list(map(known.__getitem__, values))
        return [self._read(value, zone) for value in values]

    def _read(self, value: object, zone: tzinfo | None) -> str:
        if self.names and isinstance(value, str):
            return _COMMA.sub(", ", value) if value.strip() else NONE
        return (self.labels and self.labels.get(str(value))) or shown(value, zone)

    def raw(self, row: Row) -> Json:
        """Return the column's value in a row, as the cloud wrote it."""
        value: Json = row
        for name in self.wire:
            value = _raw_inside(value, name)
        return value


def _inside(value: object, name: str, wire: str) -> object:
    if isinstance(value, list):
        return [_inside(each, name, wire) for each in value]
    if not isinstance(value, Record):
        return None
    if name in _names(type(value)):
        return getattr(value, name)
    return (value.model_extra or {}).get(wire)


@cache
def _names(model: type[Record]) -> frozenset[str]:
    """Return the names of a record's fields; pydantic takes its time to say them."""
    return frozenset(model.model_fields)


def _raw_inside(value: Json, name: str) -> Json:
    if isinstance(value, list):
        return [_raw_inside(each, name) for each in value]
    return value.get(name) if isinstance(value, dict) else None


def _model_in(annotation: object) -> type[Record] | None:
    """Return the record that a field holds, itself or in a list; None for values."""
    if isinstance(annotation, type) and issubclass(annotation, Record):
        return annotation
    if get_origin(annotation) is dict:
        return None
    found = (_model_in(each) for each in get_args(annotation))
    return next((each for each in found if each), None)


def _holds_time(annotation: object) -> bool:
    return annotation is datetime or any(_holds_time(each) for each in get_args(annotation))


def column(record: type[Record], name: str) -> Column:
    """Return the column called `name`, in Python's words or the cloud's.

    Raises:
        QueryError: a name leads into a field that holds no fields.
    """
    path: list[str] = []
    wire: list[str] = []
    last: FieldInfo | None = None
    model: type[Record] | None = record
    for part in name.split("."):
        if model is None:
            raise QueryError([Problem("columns", f"{name} leads nowhere")])
        key = _key(model, part)
        last = model.model_fields.get(key)
        path.append(key)
        wire.append(wire_name(key, last) if last else key)
        model = _model_in(last.annotation) if last else None
    if last is None:
        return Column(tuple(path), tuple(wire), cell(path[-1]))
    is_time = _holds_time(last.annotation)
    is_id = path[-1] == "id" or path[-1].endswith("_id")
    return Column(
        tuple(path),
        tuple(wire),
        last.title or path[-1],
        is_time=is_time,
        fixed=is_time or is_id or bool(extra(last, "choices")),
        labels=labels(last, short=True),
        names=bool(extra(last, "names")),
    )


def _key(model: type[Record], part: str) -> str:
    """Return the field that `part` names, in Python's words or the cloud's; or `part` itself."""
    if part in model.model_fields:
        return part
    by_wire = {wire_name(key, field): key for key, field in model.model_fields.items()}
    return by_wire.get(part, part)


def known(record: type[Record], name: str) -> bool:
    """Tell whether a column's names are fields of the record, as far as its models reach."""
    return not _unknown(record, name)


def nearest(record: type[Record], name: str) -> str:
    """Return the known column whose name is most like `name`; empty where none is."""
    return next(iter(_unknown(record, name)), "")


def _unknown(record: type[Record], name: str) -> list[str]:
    """Return nothing for a known column; else the column that may be meant, or an empty name."""
    model: type[Record] | None = record
    before = ""
    for part in name.split("."):
        if model is None:
            break
        key = _key(model, part)
        if key not in model.model_fields:
            from difflib import get_close_matches  # noqa: PLC0415 - for a name that is wrong

            like = get_close_matches(key, model.model_fields, n=1)
            return [before + like[0] if like else ""]
        model = _model_in(model.model_fields[key].annotation)
        before += f"{key}."
    return []


def in_zone(time: datetime, zone: tzinfo | None) -> datetime:
    """Return `time` in a zone, None for this machine's; in UTC at the edges of the calendar."""
    try:
        return time.astimezone(zone)
    except (OverflowError, ValueError):
        return time.astimezone(UTC)


def shown(value: object, zone: tzinfo | None) -> str:
    """Return a value as people read it.

    Args:
        value: what a column gives for a record.
        zone: the zone to show times in; None for this machine's.
    """
    match value:
        case None:
            text = MISSING
        case str():
            text = value
        case bool():
            text = "yes" if value else "no"
        case datetime():
            text = _time(in_zone(value, zone), zone)
        case int() | float():
            text = str(value)
        case list():
            text = ", ".join(shown(each, zone) for each in value)
        case Record():
            text = ", ".join(
                f"{name} {shown(each, zone)}" for name, each in value if each is not None
            )
        case dict():
            text = ", ".join(f"{name} {shown(each, zone)}" for name, each in value.items())
        case _:
            text = str(value)
    return text


def _time(written: datetime, zone: tzinfo | None) -> str:
    """Return a time; with its offset where that differs from the one that the header names."""
    text = written.isoformat(" ", "seconds")[:_SECONDS]  # as strftime, but with four digits a year
    usual = _usual_offset(zone, int(time()) // _MINUTE)
    return text if written.utcoffset() == usual else f"{text} {written:%z}"


_MINUTE = 60
_SECONDS = len("2026-11-20 08:00:00")


@lru_cache(maxsize=8)
def _usual_offset(zone: tzinfo | None, minute: int) -> timedelta | None:
    """Return the offset of a zone in a minute since 1970; a table asks for it in every cell."""
    return datetime.fromtimestamp(minute * _MINUTE, UTC).astimezone(zone).utcoffset()


def exported(value: object, zone: tzinfo | None) -> str:
    """Return a value for a spreadsheet: times with their offset, nothing for what is missing."""
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case datetime():
            return in_zone(value, zone).isoformat()
        case _:
            return shown(value, zone)


def titles(columns: Sequence[Titled], zone: tzinfo | None) -> list[str]:
    """Return the headers of `columns`; those of times name the zone."""
    name = datetime.now(UTC).astimezone(zone).tzname()
    return [f"{each.title} ({name})" if each.is_time else each.title for each in columns]
