"""What is measured: one module for each subject, registered here."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from tests.bench.result import Result
from tests.bench.setting import Setting
from tests.bench.subjects import (
    blocking,
    breakdown,
    cold,
    keyring,
    memory,
    paging,
    screen_bytes,
    screen_keys,
    screen_memory,
    screen_start,
    slow_line,
    table,
)


@dataclass(frozen=True)
class Subject:
    """Something to measure.

    Attributes:
        about: what, in a few words.
        measure: does it and yields the lines of the table.
    """

    about: str
    measure: Callable[[Setting], Iterator[Result]]


SUBJECTS: Final = {
    "paging": Subject("paging through a long listing, no latency", paging.near),
    "latency": Subject("the same with 50 ms before every answer", paging.far),
    "cold": Subject("one-line commands, from start to end", cold.measure),
    "memory": Subject("peak memory of a short and of a very long listing", memory.measure),
    "keyring": Subject("looking a secret up in the system's keyring", keyring.measure),
    "table": Subject("a hundred thousand rows in the table", table.measure),
    "screen_start": Subject("the screens' first frame and first data", screen_start.measure),
    "screen_bytes": Subject("what keys cost on the wire", screen_bytes.measure),
    "screen_keys": Subject("keys in the table, to the last byte painted", screen_keys.measure),
    "blocking": Subject("how long the screens let a key wait", blocking.measure),
    "screen_memory": Subject("peak memory of the screens", screen_memory.measure),
    "slow_line": Subject("the screens over a slow line", slow_line.measure),
    "breakdown": Subject("where the time of a one-line command goes", breakdown.measure),
}
"""Every subject by the name that `--only` takes."""
