"""`console import`: credentials that other tools keep, offered as profiles."""

import os
from collections.abc import Sequence

import click

from console import access, login
from console.cli import way
from console.cli.options import table_or_json
from console.cli.output import put
from console.cli.talk import say
from console.errors import Exit, SettingsError
from console.profiles.book import checked_name
from console.profiles.entry import Entry
from console.profiles.found import Found, found
from console.profiles.stores.store import NAMES
from console.text import Json, cell, json_text

_WRITABLE = tuple(name for name in NAMES if name in {"keyring", "file", "session"})


@click.command("import")
@click.argument("names", nargs=-1, metavar="[NAME]...")
@click.option("--store", "kept_in", type=click.Choice(_WRITABLE), help="where to keep the secrets")
@click.option("--as", "new_name", help="another name for the profile, where one is imported")
@table_or_json("what was found")
def command(names: tuple[str, ...], kept_in: str | None, new_name: str | None, form: str) -> int:
    """Find credentials of other tools; import those that are named.

    Looks at HUAWEICLOUD_SDK_*, HW_* and OS_* in the environment, at ~/.huaweicloud/credentials, and
    at KooCLI's config.json. Nothing is changed there, and no secret is shown.
    """
    offered = found(os.environ)
    if not names:
        return _list(offered, form)
    if new_name and len(names) > 1:
        raise SettingsError("--as names one profile", hint="import them one by one")
    for name in names:
        _take(_named(offered, name), new_name or name, kept_in)
    return Exit.DONE


def _list(offered: Sequence[Found], form: str) -> int:
    if form == "json":
        rows: list[Json] = [
            {
                "name": each.name,
                "source": each.source,
                "problem": each.problem,
                "warning": each.warning,
                "auth": str(each.fields.get("auth", "")),
                "region": str(each.fields.get("region", "")),
            }
            for each in offered
        ]
        put(f"{json_text(rows)}\n")
        return Exit.DONE
    for each in offered:
        put(f"{cell(each.name)}  {cell(each.source)}\n")
        for sentence in filter(None, (each.problem, each.warning)):
            put(f"    {cell(sentence)}\n")
    if not offered:
        say("nothing was found")
    elif any(not each.problem for each in offered):
        say("console import NAME --store " + "|".join(_WRITABLE) + " imports one")
    return Exit.DONE


def _named(offered: Sequence[Found], name: str) -> Found:
    for each in offered:
        if each.name == name:
            if each.problem:
                raise SettingsError(f"{name} cannot be imported: {each.problem}")
            return each
    known = ", ".join(each.name for each in offered) or "none"
    raise SettingsError(f"nothing called {name!r} was found", hint=f"what was found: {known}")


def _take(each: Found, name: str, kept_in: str | None) -> None:
    name = checked_name(name)
    if name in access.book(os.environ).names():
        raise SettingsError(f"there is a profile {name!r} already", hint="--as gives another name")
    if kept_in is None:
        if not way.asks():
            raise SettingsError(
                "say where to keep the secret", hint="--store " + "|".join(_WRITABLE)
            )
        kept_in = click.prompt("store", type=click.Choice(_WRITABLE), default="keyring", err=True)
    entry = Entry.read({**each.fields, "store": kept_in})
    where = login.ready(
        entry,
        os.environ,
        passphrase=way.passphrase(),
        terminal=way.asks(),
        otherwise="--store chooses another: " + ", ".join(_WRITABLE),
    )
    login.keep(os.environ, name, entry, each.secrets, where)
    say(f"profile {name} is imported; `console doctor --profile {name}` checks it")
