"""`console emulate`: a cloud on loopback, for scripts, tests and trying things out."""

import json
from dataclasses import fields
from typing import Any

import click

from console.cli.output import put
from console.errors import Exit, SettingsError

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


def _serve(**values: Any) -> int:  # Any: each option has its own type
    options, server = _emulator()
    try:
        if values["clock"]:
            values["clock"] = values["clock"].isoformat()
        chosen = options.Options(**values)
        server.run(chosen, ready=lambda facts: put(f"{json.dumps(facts)}\n"))
    except ValueError as error:
        raise click.UsageError(str(error)) from error
    except OSError as error:
        raise SettingsError(f"port {values['port']} cannot be used: {error.strerror}") from error
    return Exit.DONE


def _command() -> click.Command:
    options, _ = _emulator()
    return click.Command(
        "emulate",
        params=[_option(each.name, each.default) for each in fields(options.Options)],
        callback=_serve,
        help="Run a cloud on this machine, until it is interrupted.\n\n"
        "Writes one line of JSON when it is ready: where it is, and everything to log in with. "
        "Nothing in it is real, and nothing leaves this machine.",
    )


command = _command()
