"""What a record says, field by field: its title, its text, its meaning, and the raw value."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, tzinfo
from typing import Final, Literal, TypeAlias

from pydantic.fields import FieldInfo

from console.app.raw_json import Path, RawJson
from console.client.paging import Row
from console.services.column import MISSING, in_zone
from console.services.model import Record, labels, wire_name
from console.text import Json, cell, json_text, safe

NEW: Final = "new: not documented here"
"""What is said of a field that no model knows."""

BESIDE: Final = "said of the whole answer, not of this row"
"""What is said of a field that stands beside the rows."""

COMPUTED: Final = "worked out by the console"
"""What is said of a fact that does not come from the cloud."""

LONGEST: Final = 8_000
"""Characters of one text that are shown; a longer one says how long it is."""

MOST_INSIDE: Final = 100
"""Items of one list or object that are shown one by one."""

MOST: Final = 1_500
"""Facts of one record that are shown."""

_LONGEST_PARSED: Final = 100_000
"""Characters of a text that are looked at for whether it is JSON."""

Tone: TypeAlias = Literal["", "missing", "new", "group", "computed"]


@dataclass(frozen=True, slots=True)
class Fact:
    """One field, ready to be shown; every text in it is safe.

    Attributes:
        title: what people call it, on one line.
        text: its value, maybe on many lines.
        meaning: what it says, on one line; empty where the title tells.
        depth: how many fields it lies inside.
        path: where its value lies in the row; None where it does not lie there.
        whole: its value in full, to be copied; empty where there is nothing to copy.
        tone: what kind of value it is.
    """

    title: str
    text: str
    meaning: str = ""
    depth: int = 0
    path: Path | None = None
    whole: str = ""
    tone: Tone = ""


def facts(
    record: Record,
    row: Row,
    zone: tzinfo | None,
    extra: Iterable[tuple[str, str]] = (),
    beside: Mapping[str, Json] | None = None,
) -> list[Fact]:
    """Return what there is to say of a record, nested fields and new ones too.

    Args:
        record: the record.
        row: the same as the cloud wrote it.
        zone: the zone to show times in; None for this machine's.
        extra: titles and texts that the console worked out; they come first.
        beside: what the answer said beside its rows; it comes last.
    """
    found = [
        Fact(cell(title), _cut(safe(text)), COMPUTED, whole=safe(text), tone="computed")
        for title, text in extra
    ]
    reader = _Reader(zone)
    reader.record(record, row, (), 0)
    if beside:
        reader.beside(beside)
    found += reader.found[:MOST]
    if len(reader.found) > MOST:
        found.append(Fact("…", "more than can be listed here; the JSON has it all", tone="missing"))
    return found


@dataclass(frozen=True, slots=True)
class _At:
    """Where the reader is.

    Attributes:
        title: the title of the field.
        meaning: its meaning; empty where the title tells.
        path: what leads to its value in the row.
        depth: how many fields it lies inside.
        labels: what documented values mean.
    """

    title: str
    meaning: str
    path: Path
    depth: int
    labels: Mapping[str, str] = field(default_factory=dict)


class _Reader:
    """Walks through a record and its row side by side."""

    def __init__(self, zone: tzinfo | None) -> None:
        self.found: list[Fact] = []
        self._zone = zone

    def record(self, record: Record, row: Mapping[str, Json], path: Path, depth: int) -> None:
        """Take every field of a record, and whatever else stands in its row."""
        known: set[str] = set()
        absent: list[str] = []
        for name, info in type(record).model_fields.items():
            wire = wire_name(name, info)
            key = name if wire not in row and name in row else wire
            known.add(key)
            at = _At(info.title or name, _meaning(info), (*path, key), depth, labels(info))
            value = getattr(record, name)
            if value is not None:
                self._value(at, value, row.get(key))
            elif depth:
                absent.append(at.title)
            else:
                said = "null" if key in row else "not given"
                self._add(at, f"{MISSING}  {said}", "missing")
        for key, value in row.items():
            if key not in known:
                self._value(_At(cell(key), NEW, (*path, key), depth), value, value)
        if absent:
            said = f"{MISSING}  not given, or null: {', '.join(absent)}"
            self._add(_At("others", "", path, depth), said, "missing")

    def beside(self, said: Mapping[str, Json]) -> None:
        """Take what the answer said beside its rows; it stands in no row."""
        for name, value in said.items():
            self._value(_At(cell(name), BESIDE, (BESIDE, name), 0), value, value)

    def _value(self, at: _At, value: object, raw: Json) -> None:
        if len(self.found) > MOST:
            return
        match value:
            case Record():
                self._add(at, "", "group", raw)
                self.record(value, raw if isinstance(raw, dict) else {}, at.path, at.depth + 1)
            case dict() if value:
                self._add(at, "", "group", raw)
                self._items(at, [(cell(str(key)), key, each) for key, each in value.items()], raw)
            case list() if any(isinstance(each, Record | dict | list) for each in value):
                self._add(at, f"{len(value):,} in this list", "group", raw)
                items = [(f"{at.title} {n + 1}", n, each) for n, each in enumerate(value)]
                self._items(at, items, raw)
            case list() if value:
                texts = [text_of(e, e, at.labels, self._zone) for e in value[:MOST_INSIDE]]
                if len(value) > MOST_INSIDE:
                    texts.append(f"… {len(value) - MOST_INSIDE:,} more; the JSON has them")
                self._add(at, "\n".join(texts), "", raw)
            case str() if (laid_out := _laid_out(value, raw)) is not None:
                told = f"{at.meaning}; JSON, laid out" if at.meaning else "JSON, laid out"
                self._add(replace(at, meaning=told), laid_out, "", raw)
            case _:
                text = text_of(value, raw, at.labels, self._zone)
                self._add(at, text, "missing" if value is None else "", raw)

    def _items(self, at: _At, items: Sequence[tuple[str, str | int, object]], raw: Json) -> None:
        for title, key, value in items[:MOST_INSIDE]:
            inside = _At(title, "", (*at.path, key), at.depth + 1)
            self._value(inside, value, _inside(raw, key))
        if len(items) > MOST_INSIDE:
            more = f"{len(items) - MOST_INSIDE:,} more; the JSON has them"
            self._add(_At("…", "", at.path, at.depth + 1), more, "missing")

    def _add(self, at: _At, text: str, tone: Tone, raw: Json = None) -> None:
        self.found.append(
            Fact(
                title=at.title,
                text=_cut(text),
                meaning=at.meaning,
                depth=at.depth,
                path=at.path,
                whole="" if raw is None else copied(raw),
                tone="new" if at.meaning.startswith(NEW) and tone != "group" else tone,
            )
        )


def _cut(text: str) -> str:
    if len(text) <= LONGEST:
        return text
    return f"{text[:LONGEST]}… (the beginning of {len(text):,} characters)"


def _meaning(info: FieldInfo) -> str:
    meaning = info.description or ""
    return "" if meaning == info.title else meaning


def _inside(raw: Json, key: str | int) -> Json:
    if isinstance(raw, dict):
        return raw.get(str(key))
    return raw[key] if isinstance(raw, list) and isinstance(key, int) and key < len(raw) else None


def copied(raw: Json) -> str:
    """Return a value in full, to be taken elsewhere: text as it reads, anything else as JSON."""
    return safe(raw) if isinstance(raw, str) else json_text(raw)


def text_of(value: object, raw: Json, said: Mapping[str, str], zone: tzinfo | None) -> str:
    """Return a single value as people read it, with the cloud's own word where that differs."""
    match value:
        case None:
            text = f"{MISSING}  null"
        case str():
            text = _words(value, said)
        case bool():
            word = "yes" if value else "no"
            text = word if isinstance(raw, bool) else f"{word} ({json_text(raw)})"
        case datetime():
            text = moment(value, zone)
        case list() | dict():  # an empty one
            text = json_text(raw)
        case _:
            text = _words(str(value), said)
    return text


def _words(value: str, said: Mapping[str, str]) -> str:
    if value in said:
        return f"{said[value]} ({value})"
    if not value:
        return '""  empty text'
    # Where a text begins or ends in space nobody would see it without the marks.
    return safe(value) if value == value.strip() else f'"{safe(value)}"'


def moment(time: datetime, zone: tzinfo | None) -> str:
    """Return a time in a zone, named, and in UTC beside it."""
    local = in_zone(time, zone)
    utc = f"{_clock(time.astimezone(UTC))} UTC"
    if local.tzname() == "UTC":
        return utc
    return f"{_clock(local)} {cell(local.tzname() or '')} ({local:%z}) · {utc}"


def _clock(time: datetime) -> str:
    precision = "seconds"
    if time.microsecond:
        precision = "microseconds" if time.microsecond % 1000 else "milliseconds"
    return time.replace(tzinfo=None).isoformat(sep=" ", timespec=precision)


def _laid_out(value: str, raw: Json) -> str | None:
    """Return a text that is JSON on many lines; None where it is not, or would lose something."""
    if isinstance(raw, list | dict):  # a structure where text is documented
        return RawJson.of(raw).text
    if not value.startswith(("{", "[")) or len(value) > _LONGEST_PARSED:
        return None
    return json_laid_out(value)


def json_laid_out(text: str) -> str | None:
    """Return a JSON object or list on many lines; None where `text` is none or would lose."""
    try:
        parsed: Json = json.loads(text, object_pairs_hook=_unambiguous, parse_float=_exact)
    except (ValueError, RecursionError):
        return None
    if not isinstance(parsed, dict | list) or not parsed:
        return None
    try:
        return RawJson.of(parsed).text
    except (ValueError, RecursionError):
        return None


def _unambiguous(pairs: list[tuple[str, Json]]) -> Json:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a name stands there twice")
    return found


def _exact(text: str) -> float:
    number = float(text)
    if repr(number) != text:
        raise ValueError(f"{text[:20]} would be shown as another number")
    return number
