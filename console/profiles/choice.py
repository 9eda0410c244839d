"""Which profile is used, and why.

The first of these that says something decides:

1. `--profile NAME`;
2. `CONSOLE_PROFILE`;
3. the profile chosen with `console profile use`;
4. credentials in the environment: the profile named `environment`;
5. the only profile of the file;
6. nothing: the error says `console login`.

A name that does not exist is an error wherever it stands: a mistyped name never ends in another
account. `environment` can be named at 1 to 3; what is read then is the environment alone.

The variables of our own hold for a profile of the file too, since whoever writes
`CONSOLE_REGION=… console …` means this very run: region, project, account, workspace, CodeArts
project, endpoints, CA file, time limit. Those of other tools (`HW_*`, `OS_*`,
`HUAWEICLOUD_SDK_*`) do not: they were set for another program, and would send a named profile to
another place unseen. Three rules go with it:

- another region than the profile's takes none of the ids along that exist in one region only:
  IAM project, workspace and CodeArts project are looked up, or asked for, anew;
- `CONSOLE_ENDPOINT` is the address of every service, so it wins over addresses of single services
  in the profile; `CONSOLE_ENDPOINT_IAM` and the like win over both;
- read-only holds if the flag, `CONSOLE_READ_ONLY` or the profile says so; none of them lifts it.
"""

from collections.abc import Mapping
from dataclasses import replace
from enum import StrEnum
from typing import Final, NamedTuple

from console.errors import CredentialsError, SettingsError
from console.profiles import environment, paths
from console.profiles.profile import Profile
from console.profiles.state import State


class Reason(StrEnum):
    """What decided; the value is how to say it after "chosen by"."""

    FLAG = "--profile"
    VARIABLE = "CONSOLE_PROFILE"
    USED = "console profile use"
    ENVIRONMENT = "the credentials in the environment"
    ONLY = "being the only profile"


class NoProfileError(CredentialsError):
    """There is no profile yet, and no credential in the environment: a first run."""


class Choice(NamedTuple):
    """The profile to use.

    Attributes:
        name: its name; `environment` is the one that the environment makes.
        reason: what decided.
        notices: what to tell the operator by the way.
    """

    name: str
    reason: Reason
    notices: tuple[str, ...] = ()


_ONE_ENOUGH: Final = (
    "HUAWEICLOUD_SDK_AK",
    "HUAWEICLOUD_SDK_SK",
    "HW_ACCESS_KEY",
    "HW_SECRET_KEY",
    "OS_ACCESS_KEY",
    "OS_SECRET_KEY",
)
"""A half of an access key is meant to be one: that it lacks the other half is worth an error."""

_TOKENS: Final = ("HW_AUTH_TOKEN", "OS_AUTH_TOKEN")
_PASSWORDS: Final = (
    ("HW_USER_NAME", "HW_USER_PASSWORD"),
    ("OS_USER_NAME", "OS_PASSWORD"),
    ("OS_USERNAME", "OS_PASSWORD"),
)


def has_credentials(environ: Mapping[str, str]) -> bool:
    """Tell whether `environ` holds a credential, or half of one."""
    return (
        any(environ.get(name, "").strip() for name in _ONE_ENOUGH)
        or any(environ.get(name) for name in _TOKENS)
        or any(environ.get(user) and environ.get(password) for user, password in _PASSWORDS)
    )


def choose(environ: Mapping[str, str], flag: str | None = None) -> Choice:
    """Return the profile to use; read no more than it takes to decide.

    Args:
        environ: the environment variables.
        flag: what `--profile` says; None where it is not given.

    Raises:
        SettingsError: the chosen profile does not exist; none is chosen and there are several; a
            file or folder cannot be used.
        NoProfileError: there is nothing to choose from.
    """
    if flag is not None:
        if not flag:  # `--profile "$P"` with no P must not end in some other account
            raise SettingsError("--profile is empty", hint="console profile list")
        return Choice(_existing(environ, flag, Reason.FLAG), Reason.FLAG)
    if named := environ.get("CONSOLE_PROFILE", ""):
        return Choice(_existing(environ, named, Reason.VARIABLE), Reason.VARIABLE)
    used, notices = _used(environ)
    if used:
        return Choice(_existing(environ, used, Reason.USED), Reason.USED, notices)
    if has_credentials(environ):
        return Choice(environment.NAME, Reason.ENVIRONMENT, notices)
    return Choice(_only(environ), Reason.ONLY, notices)


def _existing(environ: Mapping[str, str], name: str, reason: Reason) -> str:
    if name == environment.NAME:
        return name
    from console.profiles.book import Book  # noqa: PLC0415 - the environment needs no file

    book = Book(paths.profiles_file(environ))
    if name not in book.names():
        missing = book.missing(name)
        raise SettingsError(f"{missing.sentence} (chosen by {reason})", hint=missing.hint)
    return name


def _used(environ: Mapping[str, str]) -> tuple[str, tuple[str, ...]]:
    try:
        state = State(paths.state_file(environ))
    except paths.NoHomeError:
        return "", ()  # a container without a home has chosen nothing; its environment may do
    remembered = state.read()
    return remembered.profile, (remembered.notice,) if remembered.notice else ()


def _only(environ: Mapping[str, str]) -> str:
    from console.profiles.book import Book  # noqa: PLC0415 - the environment needs no file

    names = Book(paths.profiles_file(environ)).names()
    if not names:
        raise NoProfileError(
            "there is no profile yet, and no credential in the environment",
            hint="console login, or set HUAWEICLOUD_SDK_AK and HUAWEICLOUD_SDK_SK",
        )
    if len(names) > 1:
        raise SettingsError(
            f"no profile is chosen; there are {', '.join(names)}",
            hint="console profile use NAME, or --profile NAME",
        )
    return names[0]


_OVERRIDES: Final = frozenset(
    {
        "CONSOLE_REGION",
        "CONSOLE_PROJECT_ID",
        "CONSOLE_DOMAIN_ID",
        "CONSOLE_WORKSPACE",
        "CONSOLE_CHECK_PROJECT",
        "CONSOLE_CA_FILE",
        "CONSOLE_TIMEOUT",
    }
)
_ENDPOINT: Final = "CONSOLE_ENDPOINT"
_STAND_IN: Final = {"HUAWEICLOUD_SDK_AK": "-", "HUAWEICLOUD_SDK_SK": "-"}


def overrides(environ: Mapping[str, str]) -> tuple[str, ...]:
    """Return the variables that change a profile of the file for this run, in no fixed order."""
    return tuple(
        name
        for name, value in environ.items()
        if value.strip()
        and (name in _OVERRIDES or name == _ENDPOINT or name.startswith(f"{_ENDPOINT}_"))
    )


def applied(profile: Profile, environ: Mapping[str, str], *, read_only: bool = False) -> Profile:
    """Return `profile` as this run uses it.

    Args:
        profile: of the file, or the environment's own, which has the variables in it already.
        environ: the environment variables.
        read_only: what the flag says.

    Raises:
        SettingsError: a variable cannot be used.
    """
    strict = read_only or profile.read_only or read_only_asked(environ)
    profile = replace(profile, read_only=strict)
    said = overrides(environ)
    if profile.name == environment.NAME or not said:
        return profile
    # Read by the reader of the environment's own profile, so that both mean the same.
    run = environment.profile({**_STAND_IN, **{name: environ[name] for name in said}})

    def chosen(variable: str, given: str, own: str) -> str:
        return given if variable in said else own

    region = chosen("CONSOLE_REGION", run.region, profile.region)
    stays = region == profile.region
    if _ENDPOINT in said:
        endpoint, endpoints = run.endpoint, run.endpoints
    else:
        endpoint, endpoints = profile.endpoint, {**profile.endpoints, **run.endpoints}
    return replace(
        profile,
        region=region,
        project_id=chosen("CONSOLE_PROJECT_ID", run.project_id, profile.project_id * stays),
        domain_id=chosen("CONSOLE_DOMAIN_ID", run.domain_id, profile.domain_id),
        workspace=chosen("CONSOLE_WORKSPACE", run.workspace, profile.workspace * stays),
        check_project_id=chosen(
            "CONSOLE_CHECK_PROJECT", run.check_project_id, profile.check_project_id * stays
        ),
        endpoint=endpoint,
        endpoints=endpoints,
        ca_file=chosen("CONSOLE_CA_FILE", run.ca_file, profile.ca_file),
        total_seconds=run.total_seconds if "CONSOLE_TIMEOUT" in said else profile.total_seconds,
    )


def read_only_asked(environ: Mapping[str, str]) -> bool:
    """Tell whether CONSOLE_READ_ONLY asks for it.

    Raises:
        SettingsError: it is neither a yes nor a no. A mistyped yes must not let a send through.
    """
    said = environ.get("CONSOLE_READ_ONLY", "").strip().lower()
    if said in {"1", "true", "yes", "on"}:
        return True
    if said in {"", "0", "false", "no", "off"}:
        return False
    raise SettingsError(f"CONSOLE_READ_ONLY is {said!r}: 1 or 0")
