"""`console profile`: list, show, use, set, remove and rename the ways into the cloud."""

import os
import sys

import click

from console import access
from console.cli import way
from console.cli.options import table_or_json
from console.cli.output import put
from console.cli.talk import say
from console.errors import ConsoleError, Exit, SettingsError
from console.profiles import choice, environment, paths
from console.profiles.entry import Entry
from console.text import Json, cell, json_text

_FORM = table_or_json("it")


@click.group("profile")
def command() -> None:
    """Manage the profiles: named ways into the cloud, without their secrets."""


@command.command("list")
@_FORM
def list_(form: str) -> int:
    """List the profiles; `*` marks the one that is used."""
    used = _used()
    found = access.listed(os.environ)
    if form == "json":
        rows: list[Json] = [
            {
                "name": each.name,
                "used": each.name == used,
                "problem": each.problem,
                **(_plain(each.entry) if each.entry else {}),
            }
            for each in found
        ]
        put(f"{json_text(rows)}\n")
        return Exit.DONE
    if choice.has_credentials(os.environ):
        mark = "*" if used == environment.NAME else " "
        put(f"{mark} {environment.NAME}  (credentials in the environment)\n")
    for each in found:
        mark = "*" if each.name == used else " "
        put(f"{mark} {cell(each.name)}  {cell(each.problem or _line(each.entry))}\n")
    if not found:
        say(f"no profiles in {paths.profiles_file(os.environ)}; console login makes one")
    return Exit.DONE


def _used() -> str:
    try:
        return choice.choose(os.environ, way.named(None)).name
    except ConsoleError:
        return ""  # nothing is chosen; the list shows what there is to choose from


def _line(entry: Entry | None) -> str:
    if entry is None:
        return ""
    facts = [entry.auth, entry.region, f"secret in {entry.store}"]
    facts += ["read-only"] * entry.read_only + ["production"] * entry.production
    return ", ".join(facts)


def _plain(entry: Entry) -> dict[str, Json]:
    plain: dict[str, Json] = entry.model_dump(mode="json", exclude_defaults=True)
    return plain


@command.command("show")
@click.argument("name", required=False)
@_FORM
def show(name: str | None, form: str) -> int:
    """Show a profile, the used one where none is named, and why it is used."""
    decided = choice.choose(os.environ, way.named(name))
    if decided.name == environment.NAME:
        made = environment.profile(os.environ)
        facts: dict[str, Json] = {
            "auth": type(made.credential).__name__,
            "region": made.region,
            "project_id": made.project_id,
            "domain_id": made.domain_id,
            "endpoint": made.endpoint,
        }
    else:
        facts = _plain(access.book(os.environ).entry(decided.name))
    overridden: list[Json] = [*choice.overrides(os.environ)]
    facts = {
        "name": decided.name,
        **({} if name else {"chosen_by": decided.reason.value}),
        **{key: value for key, value in facts.items() if value},
        **({"overridden_by": overridden} if overridden else {}),
    }
    if form == "json":
        put(f"{json_text(facts)}\n")
        return Exit.DONE
    for key, value in facts.items():
        shown = value if isinstance(value, str) else json_text(value)
        put(f"{key + ':':<18}{cell(shown)}\n")
    return Exit.DONE


@command.command("use")
@click.argument("name")
def use(name: str) -> int:
    """Use a profile from now on; CONSOLE_PROFILE and --profile still win over it."""
    access.switch(os.environ, name)
    say(f"profile {name} is used from now on")
    if os.environ.get("CONSOLE_PROFILE", name) != name:
        say(f"but CONSOLE_PROFILE says {cell(os.environ['CONSOLE_PROFILE'])} in this shell")
    return Exit.DONE


@command.command("set")
@click.argument("name")
@click.argument("settings", nargs=-1, required=True, metavar="KEY=VALUE...")
def set_(name: str, settings: tuple[str, ...]) -> int:
    """Change what a profile says: region=cn-east-3, read_only=true, colour=red, timeout=30.

    An empty value removes the key. Values are TOML where they parse as such, text otherwise.
    """
    book = access.book(os.environ)
    entry = book.entry(name)
    changes: dict[str, object] = {}
    for setting in settings:
        key, sign, value = setting.partition("=")
        if not sign:
            raise SettingsError(f"{key!r} has no value", hint="write it as key=value")
        changes[key] = _value(value) if value else None
    fields = {key: value for key, value in (entry.fields() | changes).items() if value is not None}
    changed = Entry.read(fields)
    if changed.region != entry.region:
        # These exist in one region only; kept, they would lead to a place that is not there.
        for key in sorted({"project_id", "workspace", "check_project_id"} - changes.keys()):
            if was := fields.pop(key, None):
                say(f"{key} {was} belonged to {entry.region} and is left out")
        changed = Entry.read(fields)
    book.put(name, changed)
    return Exit.DONE


def _value(text: str) -> object:
    import tomllib  # noqa: PLC0415 - needed for a change alone

    try:
        return tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError:
        return text


@command.command("remove")
@click.argument("name")
@click.option("--yes", is_flag=True, help="do not ask")
def remove(name: str, *, yes: bool) -> int:
    """Remove a profile and its secrets."""
    access.book(os.environ).entry(name)
    if not yes:
        if not sys.stdin.isatty():
            raise SettingsError("nobody can be asked here", hint="--yes removes without asking")
        click.confirm(f"remove profile {name} and its secrets?", abort=True, err=True)
    if not access.remove(os.environ, name, passphrase=way.passphrase()):
        say("its secret is kept by others and stays there")
    return Exit.DONE


@command.command("rename")
@click.argument("old")
@click.argument("new")
def rename(old: str, new: str) -> int:
    """Give a profile another name; its secrets move along."""
    access.rename(os.environ, old, new, passphrase=way.passphrase())
    return Exit.DONE
