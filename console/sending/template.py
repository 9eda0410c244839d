"""Messages written beforehand, with fields to fill in: `templates.toml` beside the profiles.

    [restart]
    text = "Pool {pool} restarts in {minutes} minutes."
    meaning = "a restart at short notice"

    [restart.fields]
    minutes = "10"

`{pool}` is the target's name, another one for each target. Every other field is the sender's, and
`fields` says what stands there where the sender says nothing. Two braces stand for one. No time is
filled in by the program: its readers may live in another zone than its sender.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Final

from console.errors import SettingsError
from console.outbox.send import Target
from console.profiles import paths
from console.profiles.files import read_shared
from console.profiles.lines import line_of, loaded, place
from console.sending.message import normal

FILE: Final = "templates.toml"
POOL: Final = "pool"
"""The field that each target fills in."""

_FIELD: Final = re.compile(r"\{\{|\}\}|\{([^{}\n]*)\}|[{}]")
_NAME: Final = re.compile(r"[^\W\d][\w-]{0,39}")
_KEYS: Final = ("text", "meaning", "fields")
_BOM: Final = "\ufeff"


class TemplateError(SettingsError):
    """A template cannot be used as it is, or as it is filled in; nothing was sent."""

    title = "Unusable template"


@dataclass(frozen=True, slots=True)
class Template:
    """A message with fields.

    Attributes:
        name: what it is called.
        text: the message, fields in braces.
        defaults: what stands in a field where the sender says nothing.
        meaning: when to use it; empty where nobody says.
        own: whether it is of the operator's own file.
    """

    name: str
    text: str
    defaults: Mapping[str, str] = field(default_factory=dict)
    meaning: str = ""
    own: bool = False

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields in the order of the text, each once; `pool` among them where it is used."""
        return tuple(dict.fromkeys(name for name in _names(self.text) if name is not None))

    def filled(self, values: Mapping[str, str], *, pool: str | None = None) -> str:
        """Return the message.

        Args:
            values: what the sender says of fields.
            pool: the target's name; None where there is none yet, and `{pool}` stays.

        Raises:
            TemplateError: a value belongs to no field, or a field has no value.
        """
        self._refuse_strangers(values)
        known = {**self.defaults, **({} if pool is None else {POOL: pool}), **values}
        missing = [n for n in self.fields if n not in known and not (n == POOL and pool is None)]
        if missing:
            raise TemplateError(
                f"template {self.name} needs {', '.join(missing)}",
                hint=" ".join(f"--set {name}=…" for name in missing),
            )

        def fill(found: re.Match[str]) -> str:
            if found[0] in {"{{", "}}"}:
                return found[0][0]
            return known.get(found[1], found[0])

        return normal(_FIELD.sub(fill, self.text))

    def texts(self, values: Mapping[str, str], targets: Sequence[Target]) -> dict[Target, str]:
        """Return the message for each target.

        Raises:
            TemplateError: as `filled`; or it names the pool, and a target is none.
        """
        self._refuse_strangers(values)
        if POOL in self.fields and POOL not in values:
            for target in targets:
                if target.kind != "pool":
                    raise TemplateError(
                        f"template {self.name} names the pool, and {target.name} is none",
                        hint="--set pool=… says what stands there",
                    )
        return {target: self.filled(values, pool=target.name) for target in targets}

    def _refuse_strangers(self, values: Mapping[str, str]) -> None:
        for name in values:
            if name not in self.fields:
                fields = ", ".join(self.fields) or "none"
                raise TemplateError(
                    f"template {self.name} has no field {name!r}", hint=f"its fields: {fields}"
                )


BUILT_IN: Final = tuple(
    Template(name, text, defaults, meaning)
    for name, text, defaults, meaning in (
        (
            "restart",
            "Desktop pool {pool} restarts in {minutes} minutes. Please save your work now.",
            {"minutes": "10"},
            "a restart at short notice",
        ),
        (
            "restart-zh",
            "桌面池「{pool}」将在 {minutes} 分钟后重启\uff0c请立即保存您的工作。",
            {"minutes": "10"},
            "the same in Chinese",
        ),
        (
            "maintenance",
            "Maintenance of {pool} begins at {time}. Please save your work and log off before.",
            {},
            "planned work; name the zone with the time",
        ),
        (
            "over",
            "The work on {pool} is over. You can log in again. Thank you for your patience.",
            {},
            "the end of it",
        ),
    )
)
"""Templates for whoever has none; one of the same name in the file takes their place."""


def templates(environ: Mapping[str, str]) -> dict[str, Template]:
    """Return every template by its name, those of the file at the front.

    Raises:
        SettingsError: the file cannot be read, or what is in it is no template.
    """
    path = paths.config_dir(environ) / FILE
    own: dict[str, Template] = {}
    try:
        data = read_shared(path)
    except FileNotFoundError:
        data = b""
    try:
        text = data.decode().removeprefix(_BOM)
    except UnicodeDecodeError as error:
        raise TemplateError(f"{path} is not UTF-8 text") from error
    try:
        own = {each.name: each for each in _read(normal(text))}
    except _WrongError as error:
        raise TemplateError(f"{path}, {error}") from error
    return {**own, **{each.name: each for each in BUILT_IN if each.name not in own}}


def template(environ: Mapping[str, str], name: str) -> Template:
    """Return the template `name`.

    Raises:
        TemplateError: there is none.
        SettingsError: as `templates`.
    """
    every = templates(environ)
    if name in every:
        return every[name]
    near = get_close_matches(name, every, n=1)
    hint = f"did you mean {near[0]!r}?" if near else f"templates: {', '.join(every)}"
    raise TemplateError(f"there is no template {name!r}", hint=hint)


class _WrongError(Exception):
    """What is wrong with the file, and in which line."""


def _names(text: str) -> Iterator[str | None]:
    """Yield the fields of a template; None for a brace that belongs to none."""
    for found in _FIELD.finditer(text):
        if found[0] not in {"{{", "}}"}:
            yield found[1] if found[1] is not None and _NAME.fullmatch(found[1]) else None


def _read(text: str) -> Iterator[Template]:
    data, problem = loaded(text)
    if data is None:
        raise _WrongError(place(text, problem))
    for name, table in data.items():
        try:
            yield _template(name, table)
        except _WrongError as error:
            key, sentence = error.args
            path = (name, *key.split(".")) if key else (name,)
            where = f"line {line_of(text, path)}: {'.'.join(path)}"
            raise _WrongError(f"{where} {sentence}") from error


def _template(name: str, table: object) -> Template:
    if not isinstance(table, dict):
        raise _WrongError("", "is no template: a table with a text is one")
    for key in table:
        if key not in _KEYS:
            near = get_close_matches(str(key), _KEYS, n=1)
            meant = f": did you mean {near[0]}?" if near else f"; known: {', '.join(_KEYS)}"
            raise _WrongError(str(key), f"is unknown{meant}")
    text, meaning = table.get("text"), table.get("meaning", "")
    if not isinstance(text, str) or not text.strip():
        raise _WrongError("text" if "text" in table else "", "must be a text")
    if not isinstance(meaning, str):
        raise _WrongError("meaning", "must be a text")
    if None in _names(text):
        raise _WrongError("text", "has a brace without a field's name; write {{ for one brace")
    made = Template(name, text, _defaults(table.get("fields", {})), meaning, own=True)
    for each in made.defaults:
        if each not in made.fields:
            raise _WrongError(f"fields.{each}", "stands nowhere in the text")
    return made


def _defaults(fields: object) -> dict[str, str]:
    if not isinstance(fields, dict):
        raise _WrongError("fields", "must be a table of fields and what stands in each")
    for name, value in fields.items():
        if isinstance(value, bool) or not isinstance(value, str | int):
            raise _WrongError(f"fields.{name}", "must be a text or a number")
    return {name: str(value) for name, value in fields.items()}
