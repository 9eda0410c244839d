"""The keys: the groups in which help shows them, and the file in which people change them.

The file is `keys.toml` beside the profiles. Each line gives an action's id one key, or several
separated by commas: `page.next = "ctrl+right,n"`. `?` in the application shows every id.
"""

import tomllib
from collections.abc import Collection, Iterator, Mapping
from difflib import get_close_matches
from importlib import import_module
from pkgutil import walk_packages
from typing import Final
from unicodedata import lookup

from textual.binding import Binding
from textual.dom import DOMNode
from textual.keys import Keys

from console.errors import ConsoleError
from console.profiles import paths
from console.profiles.files import read_shared
from console.text import cell

FILE: Final = "keys.toml"


def read(environ: Mapping[str, str]) -> tuple[dict[str, str], str]:
    """Return the keys that people chose, by the action's id, and what is wrong with their file.

    A file that cannot be used changes nothing; the sentence is empty where all is well.
    """
    try:
        path = paths.config_dir(environ) / FILE
        text = read_shared(path).decode("utf-8-sig")
        values = tomllib.loads(text)
    except FileNotFoundError:
        return {}, ""
    except ConsoleError as error:
        return {}, f"{FILE} is not used: {error.sentence}"
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        return {}, f"{FILE} is not used: {cell(str(error))}"
    chosen = dict(_flat(values))
    wrong = [name for name, keys in chosen.items() if not keys]
    if wrong:
        return {}, f"{FILE} is not used: {cell(wrong[0])} must be a key in quotes"
    return chosen, ""


def known_ids() -> frozenset[str]:
    """Return the ids of all actions there are; loads every screen and dialog for it."""
    from console import app  # noqa: PLC0415 - only for those who changed a key

    for module in walk_packages(app.__path__, f"{app.__name__}."):
        import_module(module.name)
    return frozenset(_ids(DOMNode))


def _ids(kind: type[DOMNode]) -> Iterator[str]:
    for each in kind.__dict__.get("BINDINGS", ()):
        if isinstance(each, Binding) and each.id:
            yield each.id
    for below in kind.__subclasses__():
        yield from _ids(below)


def wrong(chosen: Mapping[str, str], known: Collection[str]) -> str:
    """Say what is wrong with the first of the keys that people chose; empty where none is."""
    taken: dict[str, str] = {}
    for name, keys in chosen.items():
        if name not in known:
            like = get_close_matches(name, known, n=1)
            return f"{FILE}: there is no action {cell(name)}" + (f"; {like[0]}?" if like else "")
        for key in keys.split(","):
            if not _is_key(key.strip()):
                return f"{FILE}: {cell(name)}: there is no key {cell(key)}"
            if key.strip() in taken:
                return f"{FILE}: {cell(name)} and {taken[key.strip()]} have the same key"
            taken[key.strip()] = cell(name)
    return ""


def _is_key(key: str) -> bool:
    *held, name = key.split("+") if len(key) > 1 else [key]
    known = {each.value for each in Keys} | {"comma", "plus"}
    named = len(name) == 1 or name in known or _is_character(name)
    return bool(named) and set(held) <= {"ctrl", "shift", "alt", "super"}


def _is_character(name: str) -> bool:
    """Tell whether a name such as `question_mark` is that of a character."""
    try:
        lookup(name.replace("_", " "))
    except KeyError:
        return name in {"slash", "backslash", "minus", "underscore", "pipe", "at", "tilde"}
    return True


def _flat(values: Mapping[str, object], before: str = "") -> list[tuple[str, str]]:
    """Return dotted names; TOML reads `page.next` as a table `page` that holds `next`."""
    found: list[tuple[str, str]] = []
    for name, value in values.items():
        if isinstance(value, dict):
            found += _flat(value, f"{before}{name}.")
        else:
            found.append((f"{before}{name}", value if isinstance(value, str) else ""))
    return found
