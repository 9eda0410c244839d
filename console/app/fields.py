"""The fields of a filter form, made from the description that a query carries.

A field reads the text of its control into the value that the query takes, and refuses what the
query would refuse, in the query's own words: its rules are written once, with the query. Fields
that the console applies by itself to the rows it has loaded are made by who needs them.
"""

import csv
import io
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final, Literal, TypeAlias

from pydantic.fields import FieldInfo

from console.errors import QueryError
from console.services.listing import AnyListing
from console.services.model import Origin, extra, labels, limits, literals, range_text
from console.text import cell

Kind: TypeAlias = Literal["text", "number", "choice", "switch", "list"]
"""The control that a field needs."""

Value: TypeAlias = str | int | bool | list[str]
"""What a field holds."""

PAGE_SIZE: Final = "limit"
"""The parameter that says how many rows one page has."""

OF_LOADED_ROWS: Final = "of loaded rows"
"""What is said of a filter that the console applies by itself; the cloud is not asked."""

_PAGING: Final = "offset"
"""The parameter that the paging keys set."""

_SORT_FIELD: Final = "sort_field"
_SORT_TYPE: Final = "sort_type"

_LONGEST_NUMBER: Final = 20
"""Digits of the longest number that is read; no range of a query needs as many."""

_NUMBER: Final = re.compile(r"[+-]?[0-9]+")

_PROFILE_WORDS: Final[Mapping[str, str]] = {
    Origin.WORKSPACE: "the profile's workspace",
    Origin.DOMAIN: "the account's id",
    Origin.CHECK_PROJECT: "the profile's CodeArts project",
}


@dataclass(frozen=True)
class FormField:
    """One field of a form.

    Attributes:
        name: the parameter's name.
        title: what people call it.
        meaning: what it does.
        kind: the control that it needs.
        read: turns a text that is not blank into the value; raises `ValueError` or `QueryError`.
        choices: the values to choose from and what each is called; of choices and switches only.
        blank: what it means to leave it out; empty where it cannot be.
        low: the least value, length or number of values.
        high: the greatest value, length or number of values.
        allowed: the same in words; empty where anything goes.
        mandatory: whether the operation cannot do without.
        stand_in: what is sent where it is left out; empty where nothing is.
        origin: the fact of the profile that stands in.
        local: whether the console applies it to the loaded rows; it is not sent.
    """

    name: str
    title: str
    meaning: str
    kind: Kind
    read: Callable[[str], Any] = field(compare=False)  # Any: each field has its own type
    choices: tuple[tuple[str | int, str], ...] = ()
    blank: str = ""
    low: int | None = None
    high: int | None = None
    allowed: str = ""
    mandatory: bool = False
    stand_in: str = ""
    origin: str = ""
    local: bool = False

    def write(self, value: object) -> str:
        """Return the text from which `read` makes `value`; of a choice, its label."""
        for each, label in self.choices:
            if each == value and type(each) is type(value):
                return label
        if isinstance(value, list):
            written = io.StringIO()
            csv.writer(written, lineterminator="").writerow([str(each) for each in value])
            return written.getvalue().replace(",", ", ") if _plain(value) else written.getvalue()
        return str(value)

    def words(self, value: object) -> str:
        """Return `value` as people read it, safe and on one line."""
        return cell(self.write(value))


def _plain(values: Sequence[object]) -> bool:
    return not any(set(str(each)) & set(',"\r\n') for each in values)


def fields_of(listing: AnyListing) -> list[FormField]:
    """Return a field for each parameter of a listing but the offset that paging keys set."""
    return [
        _field(listing, name, info)
        for name, info in listing.query.model_fields.items()
        if name != _PAGING or listing.unwrap
    ]


def _field(listing: AnyListing, name: str, info: FieldInfo) -> FormField:
    kind = _kind(info)
    choices = _choices(listing, name, info, kind)
    low, high = limits(info)
    origin = extra(info, "origin")
    return FormField(
        name=name,
        title="Page size" if name == PAGE_SIZE and not listing.unwrap else info.title or name,
        meaning=info.description or "",
        kind=kind,
        read=partial(_READERS[kind], listing, name, choices),
        choices=choices,
        blank=_blank(listing, name, info),
        low=low,
        high=high,
        # A length without an end tells a reader nothing but that it must not be empty.
        allowed="" if choices or (kind == "text" and high is None) else range_text(info),
        mandatory=info.is_required(),
        stand_in=_PROFILE_WORDS.get(origin, ""),
        origin=origin,
    )


def _kind(info: FieldInfo) -> Kind:
    if literals(info):
        return "choice"
    match info.annotation:
        case _ if info.annotation in {bool, bool | None}:
            return "switch"
        case _ if info.annotation in {int, int | None}:
            return "number"
        case _ if info.annotation in {list[str], list[str] | None}:
            return "list"
    return "text"


def _choices(
    listing: AnyListing, name: str, info: FieldInfo, kind: Kind
) -> tuple[tuple[str | int, str], ...]:
    if kind == "switch":
        return (True, "yes"), (False, "no")
    named = labels(info)
    if name == _SORT_FIELD:
        columns = listing.record.model_fields.items()
        named = {key: column.title or key for key, column in columns} | dict(named)
    return tuple((value, named.get(str(value), str(value))) for value in literals(info))


def _blank(listing: AnyListing, name: str, info: FieldInfo) -> str:
    if name == listing.side_by_side:
        return "both, side by side" if len(literals(info)) == 2 else "each, side by side"
    if info.is_required():
        return ""
    if name in {_SORT_FIELD, _SORT_TYPE}:
        return "as it comes"
    # What travels in a header chooses where to look; it narrows nothing.
    return "the cloud's default" if extra(info, "place") == "header" else "any"


def _checked(listing: AnyListing, name: str, value: Value) -> Value:
    """Return `value`, which the query takes for its parameter `name`.

    Raises:
        ValueError: it does not, in the query's own words.
    """
    try:
        listing.query(**{name: value})
    except QueryError as error:
        # What is missing beside it, and what it does not go together with, is no fault of its own.
        for problem in error.problems:
            if problem.field == name:
                raise ValueError(problem.sentence) from error
    return value


_Choices: TypeAlias = tuple[tuple[str | int, str], ...]


def _read_text(listing: AnyListing, name: str, _: _Choices, text: str) -> Value:
    return _checked(listing, name, text.strip())


def _read_number(listing: AnyListing, name: str, _: _Choices, text: str) -> Value:
    allowed = range_text(listing.query.model_fields[name])
    if not _NUMBER.fullmatch(text.strip()) or len(text.strip()) > _LONGEST_NUMBER:
        raise ValueError("must be a whole number" + (f", {allowed}" if allowed else ""))
    return _checked(listing, name, int(text))


def _read_list(listing: AnyListing, name: str, _: _Choices, text: str) -> Value:
    try:
        parts = next(csv.reader([text], skipinitialspace=True), [])
    except csv.Error as error:
        raise ValueError("must be values with commas between them") from error
    values = [stripped for part in parts if (stripped := part.strip())]
    if not values:
        raise ValueError("must be values with commas between them")
    return _checked(listing, name, values)


def _read_choice(_: AnyListing, __: str, choices: _Choices, text: str) -> Value:
    wanted = text.strip()
    for value, label in choices:
        if wanted in {label, str(value)}:
            return value
    raise ValueError(f"must be one of {', '.join(label for _, label in choices)}")


_READERS: Final[Mapping[Kind, Callable[[AnyListing, str, _Choices, str], Value]]] = {
    "text": _read_text,
    "number": _read_number,
    "choice": _read_choice,
    "switch": _read_choice,
    "list": _read_list,
}


def is_set(value: object) -> bool:
    """Tell whether a value sets a parameter; nothing, an empty text and an empty list do not."""
    return value is not None and value not in ("", [])


def in_words(
    fields: Sequence[FormField], values: Mapping[str, Any], *, sorted_here: bool = False
) -> str:
    """Say in one line what `values` ask for, safe to show; empty where they ask for nothing.

    Args:
        fields: the fields of the form; a value of none of them is said by its name.
        values: the values by the names of their fields.
        sorted_here: whether the rows stand in another order than the cloud was asked for.
    """
    kept = {name: value for name, value in values.items() if is_set(value)}
    by_name = {each.name: each for each in fields}
    ordered = sorted(fields, key=_late)
    words = [_words(each, kept, sorted_here=sorted_here) for each in ordered if each.name in kept]
    strange = [f"{name}: {value}" for name, value in kept.items() if name not in by_name]
    return " · ".join([each for each in words if each] + [cell(each) for each in strange])


def _words(each: FormField, values: Mapping[str, Any], *, sorted_here: bool) -> str:
    said = each.words(values[each.name])
    if each.name == _SORT_TYPE and _SORT_FIELD in values:
        return f"asked {said}" if sorted_here else said
    if each.name == _SORT_FIELD and _SORT_TYPE in values and len(each.choices) == 1:
        return ""  # the direction says it
    return f"{cell(each.title)}: {said}"


def _late(each: FormField) -> int:
    """Return how late a filter is said: what narrows first, the order and the page size last."""
    if each.name in {_SORT_FIELD, _SORT_TYPE, "limit"}:
        return 2
    return 0 if each.mandatory else 1
