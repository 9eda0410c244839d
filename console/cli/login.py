"""`console login`: a profile is made, checked and kept.

The order is for the operator's sake: the store is tried before the secret is asked for, so that
nothing typed is lost; the cloud is asked before anything is kept, so that nothing useless is.
"""

import asyncio
import os
import shlex
from collections.abc import Mapping
from typing import Any, get_args

import click
from pydantic import SecretStr
from pydantic.fields import FieldInfo

from console import access, login
from console.cli import way
from console.cli.talk import say, tell_error
from console.errors import ConsoleError, Exit, SettingsError
from console.profiles.book import checked_name
from console.profiles.entry import (
    FILLED_BY_OTHERS,
    SECRET_WORDS,
    AssumeRole,
    Auth,
    Entry,
    is_region,
)
from console.profiles.profile import DEFAULT_REGION
from console.profiles.stores.passphrase import Passphrase
from console.profiles.stores.store import NAMES, Secrets, Store, unpacked
from console.text import cell

_DEFAULT_NAME = "default"
_UNKEPT = "kept nowhere: each run asks for it"


def _settings() -> list[click.Parameter]:
    """Return an option for each thing that a profile says."""
    made: list[click.Parameter] = []
    for name, field in Entry.model_fields.items():
        if name in {"endpoints", "assume_role", "secret_command"}:
            continue
        made.append(_option(name, field))
    return [
        *made,
        click.Option(["--secret-command"], help="the command that prints the secret"),
        *(
            click.Option([f"--assume-{name.replace('_', '-')}"], help=field.description)
            for name, field in AssumeRole.model_fields.items()
        ),
    ]


def _option(name: str, field: FieldInfo) -> click.Option:
    flag = f"--{name.replace('_', '-')}"
    if field.annotation is bool:
        return click.Option([f"{flag}/--no-{flag[2:]}", name], default=None, help=field.description)
    choices = tuple(value for value in get_args(field.annotation) if isinstance(value, str))
    kind = click.FLOAT if field.annotation is float else click.STRING
    return click.Option(
        [flag, name], type=click.Choice(choices) if choices else kind, help=field.description
    )


def _log_in(
    *,
    name: str | None,
    secret_fd: int | None,
    check: bool,
    **settings: Any,  # Any: each option has its own type
) -> int:
    name = checked_name(way.named(name) or _named())
    passphrase = way.passphrase()
    secret_store, entry = _described(name, settings, passphrase)
    secrets = _secrets(name, entry, secret_store, secret_fd)
    if check:
        entry = _checked(name, entry, secrets)
    done = login.log_in(os.environ, name, entry, secrets, secret_store, passphrase=passphrase)
    if done.notice:
        say(done.notice)
    kept = f"in {secret_store.probe().backend or login.STORE_WORDS[entry.store]}"
    say(f"profile {name} is ready; its secret is {_UNKEPT if entry.store == 'session' else kept}")
    if done.used != name:
        say(f"profile {done.used} is the one in use; `console profile use {name}` changes that")
    return Exit.DONE


def _named() -> str:
    if way.asks():
        return str(click.prompt("name of the profile", default=_DEFAULT_NAME, err=True))
    return _DEFAULT_NAME


def _words(command: str) -> list[str]:
    try:
        return shlex.split(command)
    except ValueError:
        raise SettingsError("the secret command has a quote that is not closed") from None


def _described(
    name: str, settings: Mapping[str, Any], passphrase: Passphrase
) -> tuple[Store, Entry]:
    """Return the entry that the options, the file and the operator's answers make."""
    fields = _known(name, settings)
    fields |= {key: value for key, value in settings.items() if value is not None}
    if command := fields.pop("secret_command", None):
        fields["secret_command"] = _words(command) if isinstance(command, str) else command
    role = {key: fields.pop(f"assume_{key}", None) for key in AssumeRole.model_fields}
    if any(role.values()):
        fields["assume_role"] = {key: value for key, value in role.items() if value}
    if way.asks():
        _ask_for_the_rest(fields)
    if "store" not in fields:
        fields["store"] = _chosen_store(passphrase)
    entry = Entry.read(_typed(fields))
    tried = login.ready(
        entry,
        os.environ,
        passphrase=passphrase,
        terminal=way.asks(),
        otherwise="--store chooses another: " + ", ".join(NAMES),
    )
    return tried, entry


def _known(name: str, settings: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the file says of a profile, without what the new settings make meaningless."""
    book = access.book(os.environ)
    if name not in book.names():
        return {}
    return login.renewed(book.entry(name), auth=settings["auth"], store=settings["store"])


def _typed(fields: dict[str, Any]) -> dict[str, Any]:
    from datetime import datetime  # noqa: PLC0415 - one of twenty options

    ends = fields.get("expires_at")
    if ends == "":
        del fields["expires_at"]
    elif isinstance(ends, str):
        try:
            fields["expires_at"] = datetime.fromisoformat(ends)
        except ValueError as error:
            raise SettingsError(f"{ends!r} is no time, such as 2030-01-31T12:00:00Z") from error
    return fields


def _ask_for_the_rest(fields: dict[str, Any]) -> None:
    def ask(key: str, words: str, default: str | None = None) -> None:
        if not fields.get(key):
            shown = default != ""
            fields[key] = click.prompt(words, default=default, err=True, show_default=shown)

    if "auth" not in fields:
        fields["auth"] = click.prompt(
            "how to log in",
            type=click.Choice(get_args(Auth)),
            default="access-key",
            err=True,
        )
    if fields["auth"] in {"access-key", "temporary-key"}:
        ask("access_key", "access key (AK)")
        if fields["auth"] == "temporary-key":
            ask("expires_at", "when it ends, such as 2030-01-31T12:00:00Z (empty: not known)", "")
    elif fields["auth"] == "password":
        ask("domain_name", "account name")
        ask("user_name", "user name")
        if fields.get("totp"):
            ask("user_id", "user id")
    if not fields.get("region"):
        fields["region"] = click.prompt(
            "region", default=DEFAULT_REGION, value_proc=_as_region, err=True
        )


def _as_region(typed: str) -> str:
    if not is_region(typed):  # not repeated: a secret may have been pasted one question too early
        raise click.UsageError("that is no region, such as cn-north-4")
    return typed


def _chosen_store(passphrase: Passphrase) -> str:
    """Return the store that the operator chooses, of those that can be used now.

    Raises:
        SettingsError: there is nobody to ask.
    """
    if not way.asks():
        raise SettingsError("say where to keep the secret", hint="--store " + "|".join(NAMES))
    click.echo("where to keep the secret:", err=True)
    usable = []
    for name in NAMES:
        if name == "command":
            continue  # it needs its command, which is an option
        probe = login.probe(name, os.environ, passphrase=passphrase)
        usable += [name] * probe.usable
        state = "" if probe.usable else f"; not now: {probe.sentence}"
        click.echo(f"  {name:<12}{login.STORE_WORDS[name]}{cell(state)}", err=True)
    return str(click.prompt("store", type=click.Choice(usable), default=usable[0], err=True))


def _secrets(name: str, entry: Entry, kept: Store, descriptor: int | None) -> Secrets:
    """Return the secrets that an entry needs, from where they come."""
    if entry.store in FILLED_BY_OTHERS:
        secrets = kept.get(name)
        if "passcode" in entry.needs():
            secrets["passcode"] = way.ask_secret(name, "passcode")
        return secrets
    if descriptor is None:
        return {need: way.ask_secret(name, need) for need in entry.needs()}
    given = _read_descriptor(descriptor)
    found = unpacked(given) or {
        need: SecretStr(line)
        for need, line in zip(entry.needs(), given.splitlines(), strict=False)
        if line
    }
    if missing := [need for need in entry.needs() if need not in found]:
        words = " and the ".join(SECRET_WORDS[need] for need in missing)
        raise SettingsError(
            f"file descriptor {descriptor} does not give the {words}",
            hint="one line for each, in the order " + ", ".join(entry.needs()),
        )
    return found


def _read_descriptor(descriptor: int) -> str:
    try:
        with os.fdopen(descriptor, encoding="utf-8", closefd=descriptor > 2) as opened:
            return opened.read(1 << 20)
    except (OSError, ValueError) as error:
        # The words of a decoding error would hold the secret's bytes.
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise SettingsError(f"file descriptor {descriptor} cannot be read: {reason}") from None


def _checked(name: str, entry: Entry, secrets: Secrets) -> Entry:
    """Ask the cloud; return the entry with what it answered.

    Raises:
        ConsoleError: the cloud does not accept the credential, or cannot be asked.
    """
    try:
        checked = asyncio.run(login.checked(os.environ, name, entry, secrets))
    except ConsoleError:
        say("nothing was kept")
        raise
    if abs(checked.clock_offset) > login.CLOCK_SECONDS:
        say(f"this machine's clock is {checked.clock_offset:+.0f} s off the server's")
    workspace = "" if entry.workspace else _picked_workspace(checked.profile)
    return Entry.read({**checked.entry.fields(), **({"workspace": workspace} if workspace else {})})


def _picked_workspace(profile: Any) -> str:  # Any: a Profile, whose room loads later
    """Let the operator pick a DataArts workspace; empty where there is none, or nobody to ask."""
    if not way.asks():
        return ""
    from console.cli.workspaces import workspaces  # noqa: PLC0415 - loads a service

    try:
        found = asyncio.run(workspaces(profile))
    except ConsoleError as error:
        tell_error(error)
        say("the DataArts workspace can be set later: console profile set NAME workspace=ID")
        return ""
    if not found:
        return ""
    click.echo("DataArts workspaces:", err=True)
    for number, (workspace_id, title) in enumerate(found, start=1):
        click.echo(f"  {number:>2}  {cell(title)}  {cell(workspace_id)}", err=True)
    chosen = click.prompt(
        "workspace (0 for none)", type=click.IntRange(0, len(found)), default=0, err=True
    )
    return found[chosen - 1][0] if chosen else ""


command = click.Command(
    "login",
    params=[
        click.Argument(["name"], required=False, metavar="[PROFILE]"),
        *_settings(),
        click.Option(
            ["--secret-fd"],
            type=click.IntRange(0, 2**31 - 1),
            help="read the secrets from this file descriptor",
        ),
        click.Option(
            ["--check/--no-check"], default=True, help="ask the cloud before anything is kept"
        ),
    ],
    callback=_log_in,
    help="Make a profile, or give one its secret again.\n\n"
    "Asks for what is missing where there is a terminal. A secret is never an argument: it comes "
    "from the prompt, a file descriptor, the environment, or the command that prints it.",
)
