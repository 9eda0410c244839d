"""`console emulate`: a cloud on loopback, for scripts, tests and trying things out."""

import json
import shlex
import sys
from collections.abc import Mapping
from dataclasses import fields
from typing import Any

import click

from console.cli.output import put
from console.cli.talk import say
from console.errors import Exit, SettingsError
from console.profiles import environment

_HELP = {
    "port": "TCP port on 127.0.0.1; 0 takes a free one",
    "records": "blocked notifications about desktops",
    "seed": "decides every name, id, key and time",
    "latency_ms": "milliseconds before every answer",
    "jitter_ms": "at most so many more, at random",
    "error_rate": "share of requests that get a server error, 0 to 1",
    "drop_rate": "share of connections closed before the answer, 0 to 1",
    "cut_rate": "share of connections closed in the middle of the body, 0 to 1",
    "throttle": "requests a second for one user; 0 for any number",
    "token_lifetime": "seconds that a token lives",
    "clock": "what the data takes for now, as ISO 8601; otherwise the real time",
    "until_stdin_closes": "end when standard input ends",
}


_SHARE = click.FloatRange(0, 1)
_KINDS: dict[str, click.ParamType[Any]] = {  # Any: as in `_option`
    "port": click.IntRange(0, 65535),
    "records": click.IntRange(0, 10_000_000),
    "error_rate": _SHARE,
    "drop_rate": _SHARE,
    "cut_rate": _SHARE,
    "clock": click.DateTime(["%Y-%m-%dT%H:%M:%SZ", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d"]),
}
"""Options that take not just any number."""

_EXPORTS: Mapping[str, str] = {
    "CONSOLE_ENDPOINT": "url",
    "CONSOLE_REGION": "region",
    "CONSOLE_PROJECT_ID": "project_id",
    "CONSOLE_DOMAIN_ID": "domain_id",
    "CONSOLE_WORKSPACE": "workspace",
    "CONSOLE_CHECK_PROJECT": "check_project_id",
    "HUAWEICLOUD_SDK_AK": "access_key",
    "HUAWEICLOUD_SDK_SK": "secret_key",
}
"""The variables that lead a command into the cloud, and which fact each holds."""


def _emulator() -> Any:  # Any: the module, which is there with the extra `demo` only
    try:
        from console.emulator import options, server  # noqa: PLC0415 - the extra may be missing
    except ImportError as error:
        raise SettingsError(
            f"the emulator needs {error.name}, which is not installed",
            hint="pip install 'notification-console[demo]'",
        ) from error
    return options, server


def _option(name: str, default: object) -> click.Option:
    flag = f"--{name.replace('_', '-')}"
    if isinstance(default, bool):
        return click.Option([flag, name], is_flag=True, help=_HELP[name])
    kind: click.ParamType[Any] = _KINDS.get(name) or (  # Any: what it turns text into
        click.INT if isinstance(default, int) else click.FLOAT
    )
    return click.Option(
        [flag, name], type=kind, default=default, show_default=default is not None, help=_HELP[name]
    )


def _exports(facts: Mapping[str, object]) -> str:
    """Return the lines that lead the commands of a shell into the cloud."""
    values = {name: str(facts[fact]) for name, fact in _EXPORTS.items()}
    values["CONSOLE_PROFILE"] = environment.NAME
    return "".join(f"export {name}={shlex.quote(value)}\n" for name, value in values.items())


def _serve(*, exports: bool, **values: Any) -> int:  # Any: each option has its own type
    def ready(facts: Mapping[str, object]) -> None:
        put(_exports(facts) if exports else f"{json.dumps(facts)}\n")
        if exports and sys.stdout.isatty():
            say("these lines, pasted into another shell, lead its commands here; ctrl+c ends it")

    options, server = _emulator()
    try:
        if values["clock"]:
            values["clock"] = values["clock"].isoformat()
        chosen = options.Options(**values)
        server.run(chosen, ready=ready)
    except ValueError as error:
        raise click.UsageError(str(error)) from error
    except OSError as error:
        raise SettingsError(f"port {values['port']} cannot be used: {error.strerror}") from error
    return Exit.DONE


def _command() -> click.Command:
    options, _ = _emulator()
    return click.Command(
        "emulate",
        params=[
            *(_option(each.name, each.default) for each in fields(options.Options)),
            click.Option(
                ["--exports"], is_flag=True, help="write lines for a shell instead of JSON"
            ),
        ],
        callback=_serve,
        help="Run a cloud on this machine, until it is interrupted.\n\n"
        "Writes one line of JSON when it is ready: where it is, and everything to log in with; or "
        "with --exports the lines that lead the commands of a shell there. "
        "Nothing in it is real, and nothing leaves this machine.",
    )


command = _command()
