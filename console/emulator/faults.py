"""What goes wrong on purpose: rates that hold for every request, and a script of single faults."""

from __future__ import annotations

import base64
import binascii
import random
import re
from collections import deque
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from console.emulator.options import Options

ACTIONS = frozenset({"answer", "drop", "reset", "cut", "stall", "delay", "trickle"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Rates:
    """The faults that hold for every request; `Options` says what each means."""

    latency_ms: float
    jitter_ms: float
    error_rate: float
    drop_rate: float
    cut_rate: float
    throttle: float
    error_status: int = 503

    def changed(self, document: Mapping[str, object]) -> Rates:
        """Return these rates with some of them replaced.

        Raises:
            ValueError: A name is unknown or a value is no number of its range.
        """
        known = {field.name for field in fields(self)}
        changes: dict[str, float] = {}
        for name, value in document.items():
            if name not in known:
                raise ValueError(f"unknown fault {name!r}; known: {', '.join(sorted(known))}")
            if isinstance(value, bool) or not isinstance(value, (int, float)) or value < 0:
                raise ValueError(f"{name} must be a number, not negative")
            changes[name] = value
        status = changes.pop("error_status", self.error_status)
        return replace(self, error_status=int(status), **changes)


@dataclass(slots=True, kw_only=True)
class ScriptedFault:
    """A fault for the next few requests that fit.

    Attributes:
        action: `answer` replies with a canned answer; `drop` closes the connection before any
            byte, `reset` does so with a TCP reset; `cut` closes it in the middle of the body;
            `delay` waits and then lets the operation act; `stall` lets it act and holds the
            answer back; `trickle` sends the answer's body byte by byte.
        path: Regular expression searched in the path, and in the path with its query.
        times: How many requests it still meets.
        acts: Whether `drop` and `reset` let the operation act before they strike.
        seconds: How long `delay` and `stall` wait, and `trickle` between two bytes.
    """

    action: str
    path: re.Pattern[str]
    method: str | None = None
    times: int = 1
    acts: bool = False
    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    seconds: float = 1.0

    def fits(self, method: str, path: str, query: str) -> bool:
        """Tell whether a request is one that this fault waits for."""
        if self.method not in (None, method):
            return False
        return bool(self.path.search(path) or self.path.search(f"{path}?{query}"))


def _body(document: Mapping[str, object]) -> bytes:
    if "body_base64" in document:
        return base64.b64decode(str(document["body_base64"]), validate=True)
    body = document.get("body", "")
    if not isinstance(body, str):
        raise TypeError("body must be a text; for bytes there is body_base64")
    return body.encode()


def _headers(document: object) -> tuple[tuple[str, str], ...]:
    pairs = [*document.items()] if isinstance(document, dict) else document
    if not isinstance(pairs, list):
        raise TypeError("headers must be an object or a list of pairs")
    return tuple((str(name), str(value)) for name, value in pairs)


def read_fault(document: Mapping[str, object]) -> ScriptedFault:
    """Read one scripted fault from JSON.

    Raises:
        ValueError: A field is unknown, missing or out of its range.
    """
    known = {field.name for field in fields(ScriptedFault)} | {"body_base64"}
    if unknown := set(document) - known:
        raise ValueError(f"unknown fields: {', '.join(sorted(unknown))}")
    if document.get("action") not in ACTIONS:
        raise ValueError(f"action must be one of {', '.join(sorted(ACTIONS))}")
    method = document.get("method")
    try:
        return ScriptedFault(
            action=str(document["action"]),
            path=re.compile(str(document["path"])),
            method=None if method is None else str(method).upper(),
            times=int(str(document.get("times", 1))),
            acts=document.get("acts") is True,
            status=int(str(document.get("status", 200))),
            headers=_headers(document.get("headers", {})),
            body=_body(document),
            seconds=float(str(document.get("seconds", 1.0))),
        )
    except (KeyError, TypeError, re.error, binascii.Error) as error:
        raise ValueError(f"not a fault: {error!r}") from error


class Faults:
    """The rates and the script in force."""

    def __init__(self, options: Options) -> None:
        self._from_options = Rates(
            latency_ms=options.latency_ms,
            jitter_ms=options.jitter_ms,
            error_rate=options.error_rate,
            drop_rate=options.drop_rate,
            cut_rate=options.cut_rate,
            throttle=options.throttle,
        )
        self._seed = options.seed
        self.reset()

    def reset(self) -> None:
        """Go back to the rates of the options, without a script."""
        self.rates = self._from_options
        self.script: deque[ScriptedFault] = deque()
        # Seeded: the same requests in the same order meet the same faults.
        self._random = random.Random(self._seed)  # noqa: S311

    def restore_rates(self) -> None:
        """Go back to the rates of the options."""
        self.rates = self._from_options

    def waiting_seconds(self) -> float:
        """Return how long the next answer is held back."""
        rates = self.rates
        if not rates.latency_ms and not rates.jitter_ms:
            return 0.0
        return (rates.latency_ms + self._random.random() * rates.jitter_ms) / 1000

    def next(self, method: str, path: str, query: str) -> ScriptedFault | None:
        """Return the fault that a request meets, None for a healthy answer."""
        for fault in self.script:
            if fault.fits(method, path, query):
                fault.times -= 1
                if fault.times <= 0:
                    self.script.remove(fault)
                return fault
        return self._by_chance()

    def _by_chance(self) -> ScriptedFault | None:
        rates = self.rates
        if not rates.error_rate and not rates.drop_rate and not rates.cut_rate:
            return None
        drawn = self._random.random()
        for action, rate in (
            ("drop", rates.drop_rate),
            ("cut", rates.cut_rate),
            ("answer", rates.error_rate),
        ):
            if drawn < rate:
                return ScriptedFault(
                    action=action,
                    path=re.compile(""),
                    status=rates.error_status,
                    headers=(("Content-Type", "application/json"),),
                    body=b'{"error_code":"APIGW.0201","error_msg":"Backend unavailable"}',
                )
            drawn -= rate
        return None
