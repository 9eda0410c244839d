"""The profiles that people keep in `profiles.toml`.

    [profile.production]
    auth = "access-key"
    access_key = "AK..."
    store = "keyring"
    colour = "red"

The file belongs to people: it is read with tomllib, and what changes of one profile is written with
tomlkit into the lines of that profile alone, so that every other byte, comments and order included,
stays as it is. Each change is read back before it is written: a file that would not say exactly
what it should is not written at all. Changes of two processes queue for a lock.

A broken profile hides no other one. What is wrong is said with the file, the line and the key.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping, MutableMapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, cast

from console.errors import SettingsError
from console.profiles.entry import Entry, EntryError
from console.profiles.files import locked, read_shared, write_shared
from console.profiles.lines import line_of, loaded, place, statements

TABLE: Final = "profile"
"""The table of the file that holds the profiles, by name."""

RESERVED: Final = frozenset({"environment", "demo"})
"""Names that mean something else: the profile that the environment makes, and the demonstration."""

_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}", re.ASCII)
_BARE: Final = re.compile(r"[A-Za-z0-9_-]+", re.ASCII)
_BOM: Final = "\ufeff"

_Data = dict[str, object]


def checked_name(name: str) -> str:
    """Return `name` if a profile may have it.

    Raises:
        SettingsError: it has other characters than letters, digits and `. _ -`, begins with a
            sign, is longer than 64 characters, or is reserved.
    """
    if not _NAME.fullmatch(name):
        raise SettingsError(
            f"{name!r} cannot be the name of a profile",
            hint="letters and digits of ASCII, and . _ - after the first; at most 64",
        )
    if name in RESERVED:
        raise SettingsError(f"the name {name!r} is reserved", hint="choose another name")
    return name


class Book:
    """The profiles in one file. Every call reads the file as it is then."""

    def __init__(self, path: Path) -> None:
        """Say where the file is; it need not exist, and nothing is read yet."""
        self.path = path

    def names(self) -> tuple[str, ...]:
        """Return the profiles' names in the file's order, broken profiles included.

        Raises:
            SettingsError: the file as a whole cannot be read.
        """
        return tuple(_tables(self._read().data))

    def entry(self, name: str) -> Entry:
        """Return what the file says of the profile `name`.

        Raises:
            SettingsError: there is no such profile, it is broken, or the file is.
        """
        return self._entry(self._read(), name)

    def problems(self) -> tuple[SettingsError, ...]:
        """Return everything that is wrong with the file; empty where all can be used."""
        try:
            read = self._read()
        except SettingsError as error:
            return (error,)
        found = [*self._strangers(read)]
        for name in _tables(read.data):
            try:
                self._entry(read, name)
            except SettingsError as error:
                found.append(error)
        return tuple(found)

    def missing(self, name: str) -> SettingsError:
        """Return the error that says that there is no profile `name`, and which one is near."""
        from console.profiles.broken_rule import nearest  # noqa: PLC0415 - for this error only

        read = self._read()
        names = tuple(_tables(read.data))
        if near := nearest(name, names):
            hint = f"did you mean {near!r}?"
        elif names:
            hint = f"profiles: {', '.join(names)}"
        else:
            hint = "console login makes one"
        for stranger in self._strangers(read):  # `[profil.x]` is why there is no profile x
            hint = f"{hint}; {stranger.sentence}"
        return SettingsError(f"there is no profile {name!r} in {self.path}", hint=hint)

    def put(self, name: str, entry: Entry) -> None:
        """Write the profile `name`: a new one at the end, another where it stands.

        Raises:
            SettingsError: the name cannot be used, or the file cannot be read or written.
        """
        checked_name(name)

        def change(text: str, data: _Data) -> tuple[str, _Data]:
            before = _tables(data).get(name)
            said = _said(entry, before)
            changed = {**data, TABLE: {**_tables(data), name: said}}
            if before is None:
                return _appended(text, name, said), changed
            return _updated(text, name, said), changed

        self._change(change)

    def remove(self, name: str) -> None:
        """Remove the profile `name`, with the comments in it and those that touch its heading.

        Raises:
            SettingsError: there is no such profile, or the file cannot be read or written.
        """

        def change(text: str, data: _Data) -> tuple[str, _Data]:
            if name not in _tables(data):
                raise self.missing(name)
            rest = {each: table for each, table in _tables(data).items() if each != name}
            # An empty `[profile]` may stay or go; both say the same.
            return _removed(text, name), {**data, TABLE: rest}

        self._change(change)

    def rename(self, old: str, new: str) -> None:
        """Give the profile `old` the name `new`; nothing else of the file changes.

        Raises:
            SettingsError: there is no profile `old`, there is one `new`, `new` cannot be used, or
                the file cannot be read or written.
        """
        checked_name(new)

        def change(text: str, data: _Data) -> tuple[str, _Data]:
            tables = _tables(data)
            if old not in tables:
                raise self.missing(old)
            if new in tables:
                raise SettingsError(f"there is a profile {new!r} already")
            renamed = {new if each == old else each: table for each, table in tables.items()}
            return _renamed(text, old, new), {**data, TABLE: renamed}

        self._change(change)

    def _read(self) -> "_Read":
        try:
            raw = read_shared(self.path)
        except FileNotFoundError:
            return _Read("", {})
        try:
            decoded = raw.decode("utf-8")
        except UnicodeDecodeError as error:
            line = raw.count(b"\n", 0, error.start) + 1
            kind = "UTF-16" if raw[:2] in {b"\xff\xfe", b"\xfe\xff"} else "not UTF-8"
            raise SettingsError(
                f"{self.path}, line {line}: the file is {kind}", hint="save it as UTF-8"
            ) from None
        text = decoded.removeprefix(_BOM)
        data, problem = loaded(text)
        if data is None:
            raise SettingsError(
                f"{self.path}, {place(text, problem)}", hint="mend the file in an editor"
            )
        return _Read(text, data, bom=text != decoded)

    def _entry(self, read: "_Read", name: str) -> Entry:
        tables = _tables(read.data)
        if name not in tables:
            raise self.missing(name)
        try:
            checked_name(name)
            table = tables[name]
            if isinstance(table, dict):
                return Entry.read(table)
        except EntryError as error:
            where, sentence, hint = error.where, error.sentence, error.hint
        except SettingsError as error:
            where, sentence, hint = (), error.sentence, error.hint
        else:
            where, sentence, hint = (), "it is no table", ""
        line = line_of(read.text, (TABLE, name, *where))
        hinted = f"; {hint}" if hint.startswith("did you mean") else ""
        raise SettingsError(
            f"{self.path}, line {line}: profile {name!r}: {sentence}{hinted}",
            hint="" if hinted else hint,
        )

    def _strangers(self, read: "_Read") -> Iterator[SettingsError]:
        """Give an error for everything at the top of the file that is not ours."""
        for key, value in read.data.items():
            line = line_of(read.text, (key,))
            if key != TABLE:
                from console.profiles.broken_rule import nearest  # noqa: PLC0415 - as above

                near = f"; did you mean {TABLE!r}?" if nearest(key, (TABLE,)) else ""
                yield SettingsError(
                    f"{self.path}, line {line}: there is no key {key!r}{near}",
                    hint=f"a profile begins with [{TABLE}.NAME]",
                )
            elif not isinstance(value, dict):
                yield SettingsError(
                    f"{self.path}, line {line}: {TABLE!r} is no table",
                    hint=f"a profile begins with [{TABLE}.NAME]",
                )

    def _change(self, change: Callable[[str, _Data], tuple[str, _Data]]) -> None:
        with locked(self.path):
            read = self._read()
            written, wanted = change(read.text, read.data)
            if "\r\n" in read.text:  # one kind of line end in one file
                written = written.replace("\r\n", "\n").replace("\n", "\r\n")
            said, _ = loaded(written)
            if said is None or {**said, TABLE: _tables(said)} != {**wanted, TABLE: _tables(wanted)}:
                raise SettingsError(
                    f"{self.path} is written in a way that cannot be changed without harm",
                    hint="change it in an editor",
                )
            write_shared(self.path, f"{_BOM * read.bom}{written}".encode())


@dataclass(frozen=True, slots=True)
class _Read:
    """The file as it was read: its text without a byte order mark, and what it says."""

    text: str
    data: _Data
    bom: bool = False


def _tables(data: _Data) -> dict[str, object]:
    tables = data.get(TABLE, {})
    return tables if isinstance(tables, dict) else {}


def _said(entry: Entry, before: object) -> _Data:
    """Return what the file is to say of `entry`, with the default values that it says already."""
    said = entry.fields()
    if isinstance(before, dict):
        full = entry.model_dump()
        said |= {k: v for k, v in before.items() if k not in said and k in full and full[k] == v}
    return said


def _appended(text: str, name: str, said: _Data) -> str:
    import tomlkit  # noqa: PLC0415 - needed for a write alone

    tables = tomlkit.table(is_super_table=True)
    tables[name] = said
    document = tomlkit.document()
    document[TABLE] = tables
    if text and not text.endswith("\n"):
        text += "\n"
    gap = "\n" if text.strip() and not text.endswith(("\n\n", "\n\r\n")) else ""
    return f"{text}{gap}{tomlkit.dumps(document).strip()}\n"


def _updated(text: str, name: str, said: _Data) -> str:
    """Return `text` with the profile `name` saying `said`; unchanged where that cannot be done."""
    import tomlkit  # noqa: PLC0415 - needed for a write alone
    from tomlkit.exceptions import TOMLKitError  # noqa: PLC0415

    runs = _runs(text, name)
    # tomlkit sees the profile's own lines alone: it takes a comment above the next heading for the
    # end of this table, and would put new keys below it. Dotted keys need what is around them.
    alone = len(runs) == 1 and runs[0].heading
    start, end = (runs[0].start, runs[0].end) if alone else (0, len(text))
    try:
        document = tomlkit.parse(f"{text[start:end].rstrip()}\n")
        tables = cast("MutableMapping[str, Any]", document[TABLE])
        _update(tables[name], said)
        changed = tomlkit.dumps(document).rstrip()
    except (TOMLKitError, LookupError, TypeError):
        return text
    return f"{text[:start]}{changed}\n{text[end:]}"


def _update(table: MutableMapping[str, Any], said: Mapping[str, object]) -> None:
    for key in [each for each in table if each not in said]:
        del table[key]
    for key, value in said.items():
        old = table.get(key)
        if isinstance(old, MutableMapping) and isinstance(value, Mapping):
            _update(old, value)
        elif old != value:
            table[key] = value


def _removed(text: str, name: str) -> str:
    for run in reversed(_runs(text, name)):
        before, after = text[: run.start], text[run.end :]
        if run.heading:
            kept = _without_comment_above(before)
            # What begins the file speaks of the file.
            before = kept if kept.strip() else before
        if not before.strip() or before.endswith(("\n\n", "\n\r\n")):
            after = after.lstrip("\r\n")
        text = f"{before}{after}"
    return text


def _without_comment_above(text: str) -> str:
    lines = text.splitlines(keepends=True)
    while lines and lines[-1].lstrip().startswith("#"):
        lines.pop()
    return "".join(lines)


def _renamed(text: str, old: str, new: str) -> str:
    for each in reversed([*statements(text)]):
        own = len(each.path) - each.parts
        if each.path[:2] == (TABLE, old) and own <= 1:
            path = (TABLE, new, *each.path[2:])[own:]
            key = ".".join(map(_key, path))
            space = " " if each.text != each.text.rstrip() else ""
            text = f"{text[: each.key]}{key}{space}{text[each.key + len(each.text) :]}"
    return text


def _key(part: str) -> str:
    return part if _BARE.fullmatch(part) else json.dumps(part, ensure_ascii=False)


@dataclass(frozen=True, slots=True)
class _Run:
    """Statements of one profile that follow each other, with nothing of another between them."""

    start: int
    end: int
    heading: bool


def _runs(text: str, name: str) -> list[_Run]:
    runs: list[_Run] = []
    together = False
    for each in statements(text):
        ours = each.path[:2] == (TABLE, name)
        if ours and together:
            runs[-1] = _Run(runs[-1].start, each.end, runs[-1].heading)
        elif ours:
            runs.append(_Run(each.start, each.end, each.heading))
        together = ours
    return runs
