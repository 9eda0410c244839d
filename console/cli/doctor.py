"""`console doctor`: why something does not work, or that everything does."""

import asyncio
import os
import platform
import shutil
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import click

from console import access, login
from console.cli import way
from console.cli.options import table_or_json, way_options
from console.cli.output import put
from console.client.client import Client
from console.errors import ConsoleError, Exit, QueryError, ServiceNotInRegionError
from console.profiles import choice, environment, paths
from console.profiles.credential import AccessKey, AssumedRole, Credential, Password, Token
from console.profiles.profile import Profile
from console.profiles.stores.store import NAMES
from console.services.listing import named
from console.text import Json, cell, json_text
from console.version import __version__

_SERVICES = ("blocked", "pools", "checks", "notices", "reviews")
_PROBE_QUERIES: Mapping[str, Mapping[str, object]] = {
    "blocked": {"query_type": "DESKTOP"},
    "checks": {"is_check_project": 0},
}
"""What one service has to be asked, beyond what the profile fills in."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at.

    Attributes:
        part: what it belongs to.
        name: what it is.
        sentence: how it stands.
        well: whether it can be used; None where it is a mere fact.
        exit_code: what the command ends with where this is what is wrong.
    """

    part: str
    name: str
    sentence: str
    well: bool | None = None
    exit_code: Exit = Exit.DONE


@click.command("doctor")
@table_or_json("the findings")
def command(form: str, *, profile_name: str | None, read_only: bool) -> int:
    """Look at the files, the stores, the credential, the clock, each service, and the terminal.

    No secret is shown. Ends with 0 where the chosen profile works everywhere it can, otherwise with
    the exit code of the first thing that does not.
    """
    findings: list[Finding] = []
    for finding in _everything(profile_name, read_only=read_only):
        if form == "table":
            _write(finding, new_part=not findings or findings[-1].part != finding.part)
        findings.append(finding)
    if form == "json":
        rows: list[Json] = [
            {"part": f.part, "name": f.name, "well": f.well, "sentence": f.sentence}
            for f in findings
        ]
        put(f"{json_text(rows)}\n")
    return next((f.exit_code for f in findings if f.exit_code), Exit.DONE)


command.params += way_options()


def _write(finding: Finding, *, new_part: bool) -> None:
    if new_part:
        put(f"{finding.part}\n")
    # A store that cannot be used is no fault: the secret may well be kept in another one.
    no = "--" if finding.part == "stores" else "NO"
    mark = {True: "ok", False: no, None: ""}[finding.well]
    put(f"  {mark:<3}{cell(finding.name):<13} {cell(finding.sentence)}\n")


def _everything(profile_name: str | None, *, read_only: bool) -> Iterator[Finding]:
    yield Finding("program", "console", __version__)
    yield Finding("program", "python", f"{platform.python_version()} on {sys.platform}")
    yield from _files()
    yield from _stores()
    yield from _terminal()
    yield from _way(profile_name, read_only=read_only)


def _files() -> Iterator[Finding]:
    places = {
        "profiles": paths.profiles_file,
        "state": paths.state_file,
        "journal": paths.outbox_file,
        "secrets": paths.secrets_file,
        "log": paths.log_file,
    }
    for name, place in places.items():
        try:
            path = place(os.environ)
        except ConsoleError as error:
            yield Finding("files", name, _said(error), well=False)
            continue
        yield Finding("files", name, f"{path} ({_state_of(path)})")
    try:
        problems = access.book(os.environ).problems()
    except ConsoleError:
        return  # said above
    for problem in problems:
        yield Finding("files", "profiles", _said(problem), well=False)


def _state_of(path: Path) -> str:
    try:
        return f"mode {path.lstat().st_mode & 0o777:04o}"
    except OSError as error:
        return "not there" if isinstance(error, FileNotFoundError) else str(error.strerror)


def _stores() -> Iterator[Finding]:
    for name in NAMES:
        if name == "command":
            yield Finding("stores", name, "each profile names its own")
            continue
        try:
            probe = login.probe(name, os.environ, passphrase=way.passphrase())
        except ConsoleError as error:
            yield Finding("stores", name, _said(error), well=False)
            continue
        backend = f" ({probe.backend})" if probe.backend else ""
        yield Finding("stores", name, f"{probe.sentence}{backend}", well=probe.usable)


def _terminal() -> Iterator[Finding]:
    size = shutil.get_terminal_size()
    facts = {
        "stdin": "a terminal" if sys.stdin.isatty() else "not a terminal",
        "stdout": "a terminal" if sys.stdout.isatty() else "not a terminal",
        "size": f"{size.columns}x{size.lines}",
        "TERM": os.environ.get("TERM", "not set"),
        "COLORTERM": os.environ.get("COLORTERM", "not set"),
        "NO_COLOR": "set" if os.environ.get("NO_COLOR") else "not set",
        "encoding": sys.stdout.encoding,
        "over SSH": "yes" if os.environ.get("SSH_CONNECTION") else "no",
        "inside": _multiplexer(),
    }
    for name, sentence in facts.items():
        yield Finding("terminal", name, sentence)


def _multiplexer() -> str:
    if os.environ.get("TMUX"):
        return "tmux"
    return "screen" if os.environ.get("STY") else "neither tmux nor screen"


def _way(profile_name: str | None, *, read_only: bool) -> Iterator[Finding]:
    try:
        decided = choice.choose(os.environ, way.named(profile_name))
        yield Finding("profile", "name", f"{decided.name}, chosen by {decided.reason.value}")
        profile = way.taken(profile_name, read_only=read_only)
    except ConsoleError as error:
        yield Finding("profile", "credential", _said(error), well=False, exit_code=error.exit_code)
        return
    if decided.name != environment.NAME and (changed := choice.overrides(os.environ)):
        yield Finding("profile", "overridden", f"by {', '.join(sorted(changed))}")
    yield Finding("profile", "credential", _described(profile.credential))
    yield Finding("profile", "region", profile.region)
    addresses = [*filter(None, [profile.endpoint]), *profile.endpoints.values()]
    if addresses:
        yield Finding("profile", "endpoint", ", ".join(addresses))
    if profile.read_only:
        yield Finding("profile", "read-only", "every call that changes something is refused")
    if profile.expires_at:
        yield Finding("profile", "ends", f"{profile.expires_at:%Y-%m-%d %H:%M:%S %Z}")
    yield from asyncio.run(_cloud(profile))


async def _cloud(profile: Profile) -> list[Finding]:
    try:
        verified = await login.verify(profile)
    except ConsoleError as error:
        return [Finding("cloud", "login", _said(error), well=False, exit_code=error.exit_code)]
    off = verified.clock_offset
    findings = [
        Finding("cloud", "login", f"project {verified.project_id}", well=True),
        Finding(
            "cloud", "clock", f"{off:+.1f} s off the server's", well=abs(off) < login.CLOCK_SECONDS
        ),
    ]
    async with Client(profile) as client:
        checks = [_service(client, name) for name in _SERVICES]
        return [*findings, *(await asyncio.gather(*checks))]


async def _service(client: Client, name: str) -> Finding:
    """Ask one service for one row."""
    listing = named(name)
    try:
        queries = await listing.queries(client, _PROBE_QUERIES.get(name, {}))
        pages = listing.pages(client, *queries, most=1)
        async for _ in pages:
            pass
    except ServiceNotInRegionError as error:
        return Finding("cloud", name, _said(error))
    except QueryError as error:  # the profile does not say what this service has to be asked
        return Finding("cloud", name, f"not asked: {error.sentence}")
    except ConsoleError as error:
        return Finding("cloud", name, _said(error), well=False, exit_code=error.exit_code)
    return Finding("cloud", name, f"{pages.total:,} rows" if pages.total else "no rows", well=True)


def _said(error: ConsoleError) -> str:
    return f"{error.sentence} ({error.hint})" if error.hint else error.sentence


def _masked(access_key: str) -> str:
    shown = 4
    return f"{access_key[:shown]}…{access_key[-shown:]}" if len(access_key) > 3 * shown else "…"


def _described(credential: Credential) -> str:
    match credential:
        case AccessKey():
            kind = "temporary access key" if credential.security_token else "access key"
            return f"{kind} {_masked(credential.access_key)}"
        case Token():
            return "token"
        case Password():
            factor = " and a passcode" if credential.passcode else ""
            return f"password{factor} of {credential.user_name} in {credential.domain_name}"
        case AssumedRole():
            return f"agency {credential.agency_name}, entered with {_described(credential.base)}"
