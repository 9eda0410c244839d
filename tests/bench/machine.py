"""Where the measuring happened: the machine, Python and the packages that matter."""

import os
import platform
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Final, Self

_PACKAGES: Final = (
    "notification-console",
    "httpx",
    "httpcore",
    "h11",
    "anyio",
    "pydantic",
    "pydantic-core",
    "click",
    "rich",
    "textual",
    "uvicorn",
    "httptools",
    "starlette",
    "huaweicloudsdkcore",
    "huaweicloudsdkworkspace",
    "requests",
    "urllib3",
    "simplejson",
)
_QUIET: Final = 0.5
"""The load average up to which a machine counts as idle."""


@dataclass(frozen=True)
class Machine:
    """One machine at one time.

    Attributes:
        model: the processor's name.
        cores: how many of them this process may use.
        memory: bytes.
        system: the kernel and the C library.
        python: the implementation, its version and its compiler.
        packages: versions by name, of those that are installed.
        at: when the measuring began, aware, ISO 8601.
        load: the load average of the last minute at that time: other people's work.
        load_after: the same when it was over, our own work included.
    """

    model: str
    cores: int
    memory: int
    system: str
    python: str
    packages: dict[str, str]
    at: str
    load: float
    load_after: float = 0.0

    @classmethod
    def this(cls) -> Self:
        """Look at the machine that this runs on."""
        return cls(
            model=_model(),
            cores=len(os.sched_getaffinity(0)),
            memory=os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"),
            system=f"{platform.system()} {platform.release()}, {' '.join(platform.libc_ver())}",
            python=(
                f"{platform.python_implementation()} {platform.python_version()}, "
                f"{platform.python_compiler()}"
            ),
            packages=_packages(),
            at=datetime.now(UTC).isoformat(timespec="seconds"),
            load=os.getloadavg()[0],
        )

    def afterwards(self) -> Self:
        """Return the same machine when the measuring is over."""
        return replace(self, load_after=os.getloadavg()[0])

    @property
    def busy(self) -> bool:
        """Whether others were at work. One measured process and one emulator make a load of 2."""
        return self.load > _QUIET or self.load_after > _QUIET + 2


def _model() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor()
    named = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(named, platform.processor())


def _packages() -> dict[str, str]:
    found = {}
    for name in _PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found
