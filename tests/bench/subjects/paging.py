"""Paging through a long listing: our client, the official SDK, and the bare wire."""

import json
from collections.abc import Iterator

from tests.bench.process import BenchError, module, run
from tests.bench.result import Aim, Result, Unit
from tests.bench.setting import Setting
from tests.bench.side import Sample, Series, Side, alternate
from tests.cloud import Cloud

_RECORDS = 100_000
_LATENCY_MS = 50


def near(setting: Setting) -> Iterator[Result]:
    """Page where answers come at once: what counts is the work for each row."""
    yield from _measure(setting, latency_ms=0, rounds=9, aim=Aim("at least", 2.5))


def far(setting: Setting) -> Iterator[Result]:
    """Page where each answer takes a while: what counts is asking for several at once."""
    yield from _measure(setting, latency_ms=_LATENCY_MS, rounds=7, aim=Aim("at least", 8))


def _side(name: str, program: str, cloud: Cloud) -> Side:
    def page() -> Sample:
        ran = run(*module(program), environ=cloud.environ())
        report = json.loads(ran.last_line)
        if report["rows"] != _RECORDS:
            raise BenchError(f"{name} read {report['rows']:,.0f} of {_RECORDS:,} rows")
        return {**ran.sample, **report}

    return Side(name, page)


def _measure(setting: Setting, *, latency_ms: float, rounds: int, aim: Aim) -> Iterator[Result]:
    cloud = setting.cloud(records=_RECORDS, latency_ms=latency_ms)
    sides = [
        _side("ours", "our_paging", cloud),
        _side("sdk", "sdk_paging", cloud),
    ]
    if not latency_ms:
        sides.append(_side("wire", "bare_paging", cloud))
    series = alternate(sides, setting.rounds(rounds))
    name = f"paging {_RECORDS:,} records, {latency_ms:g} ms latency"
    yield from _against_the_sdk(name, series["ours"], series["sdk"], aim)
    if "wire" in series:
        yield Result(
            f"{name}: the emulator's share",
            Unit.ROWS_A_SECOND,
            series["ours"].figure("seconds").per(_RECORDS),
            series["wire"].figure("seconds").per(_RECORDS),
            "bare socket",
            note="the bare socket reads one page after the other and parses nothing; what it needs "
            "is the emulator's",
        )


def _against_the_sdk(name: str, ours: Series, theirs: Series, aim: Aim) -> Iterator[Result]:
    sdk = "official SDK"
    yield Result(
        name,
        Unit.ROWS_A_SECOND,
        ours.figure("seconds").per(_RECORDS),
        theirs.figure("seconds").per(_RECORDS),
        sdk,
        aim,
        note="the time of the paging alone; what a side loads with its first request is part of it",
    )
    yield Result(
        f"{name}: processor time",
        Unit.SECONDS,
        ours.figure("work"),
        theirs.figure("work"),
        sdk,
    )
    yield Result(
        f"{name}: peak memory", Unit.BYTES, ours.figure("peak"), theirs.figure("peak"), sdk
    )
