"""What a query and a record are made of.

A query is strict and frozen: it says which field is wrong before anything is sent. A record is
frozen and lenient to fields that are new; of the fields it knows it takes only the documented type,
except where the documents leave the type open.
"""

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Any, ClassVar, Literal, Self, TypeAlias, get_args, get_origin

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from pydantic.fields import FieldInfo

from console.client.call import Call
from console.client.operation import Operation
from console.errors import Problem, QueryError, UnreadableError
from console.text import Json, cell, safe

Place: TypeAlias = Literal["query", "path", "header"]


class Origin(StrEnum):
    """What of the profile stands in for a parameter that the operator leaves out."""

    NOTHING = ""
    WORKSPACE = "workspace"
    DOMAIN = "domain_id"
    CHECK_PROJECT = "check_project_id"


_STAND_INS: Mapping[str, str] = {
    Origin.WORKSPACE: "CONSOLE_WORKSPACE; `console workspaces` lists them",
    Origin.DOMAIN: "CONSOLE_DOMAIN_ID",
    Origin.CHECK_PROJECT: "CONSOLE_CHECK_PROJECT",
}
"""What to say of a parameter that the profile may hold."""


def mandatory(
    title: str,
    meaning: str,
    *,
    place: Place = "query",
    origin: Origin = Origin.NOTHING,
    labels: Mapping[str, str] | None = None,
    **limits: Any,  # Any: whatever pydantic.Field takes
) -> Any:  # Any: pydantic.Field stands for a value of the field's own type
    """Describe a parameter that the operation cannot do without.

    Args:
        title: what people call it.
        meaning: what it does.
        place: where it travels.
        origin: what of the profile stands in for it.
        labels: its documented values and what each means, where a reader needs to be told.
        limits: pydantic's own words for its range, such as `ge` and `max_length`.
    """
    extra: dict[str, Json] = {
        "place": place,
        "origin": origin.value,
        "labels": dict(labels or {}),
    }
    return Field(title=title, description=meaning, json_schema_extra=extra, **limits)


def optional(
    title: str,
    meaning: str,
    *,
    place: Place = "query",
    origin: Origin = Origin.NOTHING,
    labels: Mapping[str, str] | None = None,
    **limits: Any,  # Any: as in `mandatory`
) -> Any:  # Any: as in `mandatory`
    """Describe a parameter that may be left out; the arguments are those of `mandatory`."""
    return mandatory(
        title, meaning, place=place, origin=origin, labels=labels, default=None, **limits
    )


def attribute(
    title: str,
    meaning: str = "",
    *,
    choices: str = "",
    labels: Mapping[str, str] | None = None,
    short: Mapping[str, str] | None = None,
    names: bool = False,
    alias: str | None = None,
) -> Any:  # Any: as in `mandatory`
    """Describe one field of a record.

    Args:
        title: its column's header.
        meaning: what it says, where the title does not tell.
        choices: the documented values, separated by spaces; others are shown as they are.
        labels: the documented values and what each means, where a reader needs to be told.
        short: the same in fewer words, for a table's column.
        names: whether it is a text of several names, with commas between them.
        alias: its name in the answer, where that is no name in Python.
    """
    return Field(
        default=None,
        title=title,
        description=meaning or title,
        alias=alias,
        json_schema_extra={
            "choices": choices or " ".join(labels or ()),
            "labels": dict(labels or {}),
            "short": dict(short or {}),
            "names": names,
        },
    )


def extra(field: FieldInfo, key: str) -> str:
    """Return one of the facts that `mandatory`, `optional` and `attribute` keep with a field."""
    kept = field.json_schema_extra
    return str(kept.get(key) or "") if isinstance(kept, dict) else ""


def labels(field: FieldInfo, *, short: bool = False) -> Mapping[str, str]:
    """Return what the documented values of a field mean; empty where they tell themselves.

    Args:
        field: the field.
        short: whether to say it in fewer words, where there are such.
    """
    kept = field.json_schema_extra
    found = kept.get("labels") if isinstance(kept, dict) else None
    if short and isinstance(kept, dict):
        found = kept.get("short") or found
    return {key: str(value) for key, value in found.items()} if isinstance(found, dict) else {}


def wire_name(name: str, field: FieldInfo) -> str:
    """Return a field's name as the cloud writes it."""
    return field.alias or name


def literals(field: FieldInfo) -> tuple[str | int, ...]:
    """Return the values that a parameter is limited to; empty where it is not."""
    for candidate in (field.annotation, *get_args(field.annotation)):
        if get_origin(candidate) is Literal:
            return get_args(candidate)
    return ()


def limits(field: FieldInfo) -> tuple[int | None, int | None]:
    """Return the smallest and the largest value, or length, that a parameter may have."""
    low = high = None
    for each in field.metadata:
        low = getattr(each, "ge", getattr(each, "min_length", low))
        high = getattr(each, "le", getattr(each, "max_length", high))
    return low, high


def range_text(field: FieldInfo) -> str:
    """Say in words what a parameter may be; empty where anything goes."""
    if allowed := literals(field):
        return f"one of {', '.join(map(str, allowed))}"
    low, high = limits(field)
    if low is None and high is None:
        return ""
    lengths = ("min_length", "max_length")
    kind = " characters" if any(hasattr(m, k) for m in field.metadata for k in lengths) else ""
    if field.annotation in {list[str], list[str] | None}:
        kind = " values"
    if high is None:
        return f"{low} or more" if not kind else ""
    return f"{low or 0} to {high}{kind}"


class Query(BaseModel):
    """What one operation accepts."""

    model_config = ConfigDict(
        strict=True, frozen=True, extra="forbid", populate_by_name=True, hide_input_in_errors=True
    )

    def __init__(self, **values: Any) -> None:  # Any: pydantic checks every value
        try:
            super().__init__(**values)
        except ValidationError as error:
            raise QueryError(
                [self._problem(each["loc"], each["type"], each["msg"]) for each in error.errors()]
            ) from error

    @model_validator(mode="after")
    def _check_together(self) -> Self:
        if found := list(self.problems()):
            raise QueryError(found)
        return self

    def problems(self) -> Iterator[Problem]:
        """Yield what is wrong with fields that each are right alone."""
        yield from ()

    @classmethod
    def _problem(cls, place: tuple[int | str, ...], kind: str, message: str) -> Problem:
        name = str(place[0]) if place else "query"
        field = cls.model_fields.get(name)
        if field is None:
            known = ", ".join(cls.model_fields)
            return Problem(name, f"is no parameter of this operation; it has {known}")
        allowed = range_text(field)
        if kind == "missing":
            origin = extra(field, "origin")
            either = f", here or as {_STAND_INS[origin]}" if origin else ""
            return Problem(name, f"is mandatory{either}" + (f": {allowed}" if allowed else ""))
        if kind == "string_pattern_mismatch":
            return Problem(name, "is empty or holds a character that is not allowed")
        if kind.endswith("_type") and not literals(field):
            return Problem(name, message.removeprefix("Input should be ").join(("must be ", "")))
        return Problem(name, f"must be {allowed}" if allowed else message)

    @classmethod
    def complete(
        cls, values: Mapping[str, Any], known: Mapping[str, str]
    ) -> Self:  # Any: as in `__init__`
        """Return a query of `values`, filled up from what is `known` of the profile.

        Raises:
            QueryError: a value is wrong, or a mandatory one is missing.
        """
        given = {name: value for name, value in values.items() if value is not None}
        for name, field in cls.model_fields.items():
            if name not in given and (stand_in := known.get(extra(field, "origin"))):
                given[name] = stand_in
        return cls(**given)

    def call(self, operation: Operation) -> Call:
        """Return the call that asks `operation` this."""
        path: dict[str, str] = {}
        headers: dict[str, str] = {}
        pairs: list[tuple[str, str]] = []
        for name, field in type(self).model_fields.items():
            value = getattr(self, name)
            if value is None:
                continue
            texts = [_wire(each) for each in (value if isinstance(value, list) else [value])]
            match extra(field, "place"):
                case "path":
                    path[name] = texts[0]
                case "header":
                    headers[wire_name(name, field)] = texts[0]
                case _:
                    pairs.extend((wire_name(name, field), text) for text in texts)
        return Call(operation, path=path, query=tuple(pairs), headers=headers)


def _wire(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


class Record(BaseModel):
    """One row of an answer. A field that is missing is not the same as one that is empty."""

    model_config = ConfigDict(
        strict=True,
        frozen=True,
        extra="allow",
        populate_by_name=True,
        hide_input_in_errors=True,
        defer_build=True,  # a command that passes rows on as they came checks none
    )

    IDENTITY: ClassVar[tuple[str, ...]] = ()
    """Fields that together name a row; empty where rows have no name of their own."""

    @classmethod
    def of(cls, row: Mapping[str, Json], number: int = 1) -> Self:
        """Return the record that `row` describes.

        Args:
            row: one row as the cloud gave it.
            number: its place in the answer, from 1, for the error.

        Raises:
            UnreadableError: a field has another type than the documented one.
        """
        try:
            return cls.model_validate(row)
        except ValidationError as error:
            first = error.errors()[0]
            if first["type"] == "string_unicode" and (named := _safely_named(row)) != row:
                return cls.of(named, number)
            field = cell(".".join(str(part) for part in first["loc"])) or "the row"
            raise UnreadableError(
                f"row {number} of the answer is not as documented: {field}: {first['msg']}",
                hint="-o json shows the rows as the cloud gave them",
            ) from error


def _safely_named(row: Mapping[str, Json]) -> dict[str, Json]:
    """Return `row` without lone surrogates in the names of fields, which pydantic refuses."""
    return {safe(name): _inside(value) for name, value in row.items()}


def _inside(value: Json) -> Json:
    if isinstance(value, dict):
        return _safely_named(value)
    return [_inside(each) for each in value] if isinstance(value, list) else value
