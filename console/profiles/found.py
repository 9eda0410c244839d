"""What `console import` offers: credentials that other tools keep on this machine.

| source | read by |
|---|---|
| `HUAWEICLOUD_SDK_*` | the official SDKs |
| `HW_*`, `OS_*` | the official Terraform provider; OpenStack's tools |
| `~/.huaweicloud/credentials`, or HUAWEICLOUD_SDK_CREDENTIALS_FILE | the official SDKs |
| `~/.hcloud/config.json` | KooCLI (`hcloud`) |
| HW_SHARED_CONFIG_FILE with HW_PROFILE | the Terraform provider; a file of KooCLI's form |

Sources: the credential providers of the official Python SDK and of the Terraform provider, KooCLI's
manual. Nothing is changed, nothing is sent, and a file that cannot be used is a sentence in the
list, never an error. What a parser says of a broken file is not shown: it quotes lines.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from pydantic import SecretStr

from console.errors import ConsoleError
from console.profiles import environment, paths
from console.profiles.choice import has_credentials
from console.profiles.credential import AccessKey, AssumedRole, Password, Token
from console.profiles.files import FOREIGN, read
from console.profiles.profile import DEFAULT_REGION, Profile
from console.text import Json


@dataclass(frozen=True, slots=True)
class Found:
    """A credential of another tool.

    Attributes:
        source: where it is, in words for the operator.
        name: a name for the profile that it would make; differs from the others of one list.
        fields: what `Entry.read` needs, but for `store`, which the operator chooses.
        secrets: its secrets, by the names that `Entry.needs` uses.
        problem: why it cannot be imported, and what to do; empty where it can be.
        warning: what the operator should know of it; empty where there is nothing.
    """

    source: str
    name: str
    fields: Mapping[str, object] = field(default_factory=dict)
    secrets: Mapping[str, SecretStr] = field(default_factory=dict)
    problem: str = ""
    warning: str = ""

    def __reduce__(self) -> str:
        """Refuse: a pickle holds plain text."""
        raise TypeError("what was found is not pickled: its secrets would be plain text")


def found(environ: Mapping[str, str]) -> list[Found]:
    """Return everything that could be imported, and everything that looks so but cannot be."""
    named: set[str] = set()
    all_found: list[Found] = []
    for each in (*_in_variables(environ), *_in_files(environ)):
        name = _unlike(named, _usable_name(each.name))
        named.add(name)
        all_found.append(replace(_checked(each), name=name))
    return all_found


def _checked(each: Found) -> Found:
    """Return `each`, with a problem where no profile could be made of it."""
    from console.profiles.entry import Entry, EntryError  # noqa: PLC0415 - heavy, and cyclic never

    if each.problem:
        return each
    try:
        Entry.read({**each.fields, "store": "session"})
    except EntryError as error:
        return replace(each, fields={}, secrets={}, problem=error.sentence)
    return each


def _usable_name(name: str) -> str:
    from console.profiles.book import RESERVED  # noqa: PLC0415 - needed for an import alone

    plain = re.sub(r"[^A-Za-z0-9._-]+", "-", name).strip("._-")[:60]
    return plain if plain and plain not in RESERVED else "imported"


def _unlike(named: set[str], name: str) -> str:
    number, unlike = 1, name
    while unlike in named:
        number += 1
        unlike = f"{name}-{number}"
    return unlike


_GROUPS: Final = (
    ("HUAWEICLOUD_SDK_", "sdk"),
    ("HW_", "terraform"),
    ("OS_", "openstack"),
)
"""The first letters of variables that belong together, and what to call the profile."""


def _in_variables(environ: Mapping[str, str]) -> Iterator[Found]:
    for prefix, name in _GROUPS:
        group = {key: value for key, value in environ.items() if key.startswith(prefix)}
        if not has_credentials(group):
            continue
        source = f"environment variables {prefix}*"
        try:
            profile = environment.profile(group)
        except ConsoleError as error:
            yield Found(source, name, problem=_said(error))
            continue
        fields, secrets = _taken_apart(profile)
        yield Found(source, name, fields, secrets)


def _taken_apart(profile: Profile) -> tuple[dict[str, object], dict[str, SecretStr]]:
    fields: dict[str, object] = {}
    credential = profile.credential
    if isinstance(credential, AssumedRole):
        fields["assume_role"] = _said_only(
            agency_name=credential.agency_name,
            domain_name=credential.domain_name,
            domain_id=credential.domain_id,
        )
        credential = credential.base
    if isinstance(credential, AccessKey):
        kind, own, secrets = _key(
            credential.access_key, credential.secret_key, credential.security_token
        )
        fields |= {"auth": kind, **own}
    elif isinstance(credential, Token):
        fields["auth"] = "token"
        secrets = {"token": credential.value}
    else:
        fields |= {"auth": "password", **_user(credential)}
        secrets = {"password": credential.password}
    region = "" if profile.region == DEFAULT_REGION else profile.region
    fields |= _said_only(region=region, project_id=profile.project_id, domain_id=profile.domain_id)
    if profile.endpoints:
        fields["endpoints"] = {**profile.endpoints}
    return fields, secrets


def _user(credential: Password) -> dict[str, object]:
    return _said_only(
        user_name=credential.user_name,
        user_id=credential.user_id,
        domain_name=credential.domain_name,
    )


def _key(
    access_key: str, secret_key: SecretStr, security_token: SecretStr | None
) -> tuple[str, dict[str, object], dict[str, SecretStr]]:
    own: dict[str, object] = {"access_key": access_key}
    if security_token is None:
        return "access-key", own, {"secret_key": secret_key}
    secrets = {"secret_key": secret_key, "security_token": security_token}
    return "temporary-key", own, secrets


def _said_only(**values: str) -> dict[str, object]:
    return {key: value for key, value in values.items() if value}


def _said(error: ConsoleError) -> str:
    return f"{error.sentence} ({error.hint})" if error.hint else error.sentence


class _UnusableError(Exception):
    """A part of a file cannot be used; the words hold nothing of its values."""


def _in_files(environ: Mapping[str, str]) -> Iterator[Found]:
    try:
        home = paths.home(environ)
    except paths.NoHomeError:
        home = None
    named = _named(environ, "HUAWEICLOUD_SDK_CREDENTIALS_FILE", home)
    shared = _named(environ, "HW_SHARED_CONFIG_FILE", home)
    if named:
        yield from _file(named, "sdk", _ini, asked=True)
    elif home:
        yield from _file(home / ".huaweicloud" / "credentials", "sdk", _ini, asked=False)
    if home and (koocli := home / ".hcloud" / "config.json") != shared:
        yield from _file(koocli, "koocli", _koocli, asked=False)
    if shared:
        only = environ.get("HW_PROFILE", "")
        yield from _file(shared, "terraform", lambda raw: _koocli(raw, only), asked=True)


def _named(environ: Mapping[str, str], variable: str, home: Path | None) -> Path | None:
    named = environ.get(variable, "").strip()
    if named.startswith("~/") and home:
        return home / named[2:]
    return Path(named) if named else None


def _file(
    path: Path, name: str, parts: Callable[[bytes], list[Found]], *, asked: bool
) -> Iterator[Found]:
    """Give what `parts` finds in the file `path`; `asked` where somebody named it."""
    source = str(path)
    warning = ""
    try:
        inside = parts(read(path, FOREIGN))
        if path.stat().st_mode & 0o044:
            warning = "others on this machine can read it: after the import, change the key"
    except FileNotFoundError:
        inside = [Found("", name, problem="there is no such file")] if asked else []
    except ConsoleError as error:
        inside = [Found("", name, problem=_said(error))]
    except _UnusableError as error:
        inside = [Found("", name, problem=str(error))]
    for each in inside:
        where = f"{source}: {each.source}" if each.source else source
        yield replace(each, source=where, warning="" if each.problem else warning)


def _text(raw: bytes) -> str:
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise _UnusableError(f"line {line} is not UTF-8") from None


def _ini(raw: bytes) -> list[Found]:
    """Return what the SDK's file holds: its sections `basic` and `global`."""
    import configparser  # noqa: PLC0415 - needed for an import alone

    parser = configparser.RawConfigParser()
    problem = ""
    try:
        parser.read_string(_text(raw))
    except configparser.Error as error:  # its words quote the line
        line = getattr(error, "lineno", None) or next(iter(getattr(error, "errors", ())), (0,))[0]
        problem = f"line {line} is not of the form key = value in a [section]"
    if problem:
        raise _UnusableError(problem)
    sections = [name for name in parser.sections() if name in {"basic", "global"}]
    if not sections:
        raise _UnusableError("it has no section [basic] or [global]")
    return [_of_section(name, parser[name]) for name in sections]


def _of_section(name: str, section: Mapping[str, str]) -> Found:
    said = {key: value.strip() for key, value in section.items() if value.strip()}
    source = f"[{name}]"
    if "idp_id" in said or "id_token_file" in said:
        return Found(source, name, problem="it logs in by a foreign identity token; use a key")
    for half in ("ak", "sk"):
        if half not in said:
            return Found(source, name, problem=f"{half} is missing")
    token = said.get("security_token")
    kind, own, secrets = _key(
        said["ak"], SecretStr(said["sk"]), SecretStr(token) if token else None
    )
    fields = {"auth": kind, **own}
    fields |= {key: said[key] for key in ("project_id", "domain_id") if key in said}
    if endpoint := said.get("iam_endpoint"):
        fields["endpoints"] = {"iam": endpoint}
    return Found(source, name, fields, secrets)


_DECRYPT: Final = (
    "KooCLI keeps it encrypted, and only KooCLI can read that: run "
    "`hcloud configure set --cli-auth-encrypt=false`, import, and set it to true again"
)
_PLAIN_KEY: Final = re.compile(r"[A-Z0-9]{16,32}")
"""What the id of an access key looks like, when it is not encrypted."""


def _koocli(raw: bytes, only: str = "") -> list[Found]:
    """Return what KooCLI's file holds, or the one profile `only` of it."""
    import json  # noqa: PLC0415 - needed for an import alone

    try:
        loaded: Json = json.loads(_text(raw))
    except (ValueError, RecursionError):
        loaded = None
    if not isinstance(loaded, dict):
        raise _UnusableError("it is no JSON object")
    profiles = loaded.get("profiles")
    if not isinstance(profiles, list):
        raise _UnusableError("it has no list of profiles")
    encrypted = str(loaded.get("authEncrypt", "")).lower()
    parts = [_of_koocli(each, encrypted) for each in profiles]
    if only:
        parts = [each for each in parts if each.name == only]
        if not parts:
            raise _UnusableError(f"it has no profile {only!r}, which HW_PROFILE names")
    return parts


def _of_koocli(profile: Json, encrypted: str) -> Found:
    """Return what one profile of KooCLI holds.

    Args:
        profile: as the file has it.
        encrypted: what the file says of encryption: "true", "false", or nothing, as files that
            people write by hand for Terraform do.
    """
    if not isinstance(profile, dict):
        return Found("profiles", "koocli", problem="a profile is no JSON object")
    wrong = next((k for k in _KOOCLI if not isinstance(profile.get(k) or "", str)), "")
    said = {k: v.strip() for k in _KOOCLI if isinstance(v := profile.get(k), str) and v.strip()}
    name = said.get("name", "koocli")
    source = f"profile {name!r}"
    mode = said.get("mode", "AKSK")
    key, secret = said.get("accessKeyId", ""), said.get("secretAccessKey", "")
    if wrong:
        problem = f"{wrong} is no text"
    elif mode != "AKSK":
        problem = f"its mode is {mode!r}; only keys (AKSK) can be imported"
    elif not (key and secret):
        problem = f"{'accessKeyId' if secret else 'secretAccessKey'} is missing"
    elif encrypted == "true" or (encrypted != "false" and not _PLAIN_KEY.fullmatch(key)):
        problem = _DECRYPT
    else:
        problem = ""
    if problem:
        return Found(source, name, problem=problem)
    token = said.get("securityToken")
    kind, own, secrets = _key(key, SecretStr(secret), SecretStr(token) if token else None)
    fields = {"auth": kind, **own}
    fields |= _said_only(
        region=said.get("region", ""),
        project_id=said.get("projectId", ""),
        domain_id=said.get("domainId", ""),
    )
    if agency := said.get("agencyName"):
        fields["assume_role"] = _said_only(
            agency_name=agency,
            domain_name=said.get("agencyDomainName", ""),
            domain_id=said.get("agencyDomainId", ""),
        )
    return Found(source, name, fields, secrets)


_KOOCLI: Final = (
    "name",
    "mode",
    "accessKeyId",
    "secretAccessKey",
    "securityToken",
    "region",
    "projectId",
    "domainId",
    "agencyName",
    "agencyDomainName",
    "agencyDomainId",
)
