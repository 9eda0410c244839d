"""The state of one emulated cloud, built piece by piece as it is asked for."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Protocol, TypeVar, cast

from console.emulator.clock import Clock
from console.emulator.faults import Faults
from console.emulator.identity import REGION, Identity
from console.emulator.request_log import RequestLog
from console.emulator.throttle import Throttle

if TYPE_CHECKING:
    from console.emulator.options import Options


class Part(Protocol):
    """A piece of state that a service keeps: made from the cloud it belongs to."""

    def __init__(self, cloud: Cloud) -> None: ...


PartT = TypeVar("PartT", bound=Part)


class Cloud:
    """One cloud; services keep their state in parts, so that a new one adds nothing here."""

    def __init__(self, options: Options) -> None:
        self.options = options
        self.clock = Clock(options)
        self.identity = Identity(options, self.clock)
        self.faults = Faults(options)
        self.throttle = Throttle(self.faults)
        self.log = RequestLog()
        self._parts: dict[type, object] = {}
        self._fixed: dict[type, object] = {}

    def part(self, kind: type[PartT]) -> PartT:
        """Return this cloud's piece of a kind, made on first use."""
        found = self._parts.get(kind)
        if found is None:
            found = self._parts[kind] = kind(self)
        return cast("PartT", found)

    def fixed(self, kind: type[PartT]) -> PartT:
        """Return a piece that nothing changes, and that a reset therefore keeps."""
        found = self._fixed.get(kind)
        if found is None:
            found = self._fixed[kind] = kind(self)
        return cast("PartT", found)

    def reset(self) -> None:
        """Go back to how the cloud was at the start: data, faults, clock, log, tokens."""
        self.clock.offset, self.clock.stands_at = timedelta(), None
        self.identity = Identity(self.options, self.clock)
        self.faults.reset()
        self.log.clear()
        self._parts.clear()

    def ready_facts(self, url: str) -> dict[str, object]:
        """Tell everything a client needs to call this cloud; every secret in it is fake."""
        identity = self.identity
        temporary = identity.temporary_key
        return {
            "url": url,
            "access_key": identity.key.access,
            "secret_key": identity.key.secret,
            "project_id": identity.main_project.id,
            "domain_id": identity.domain_id,
            "domain_name": identity.domain_name,
            "region": REGION,
            "user_name": identity.operator.name,
            "user_id": identity.operator.id,
            "password": identity.operator.password,
            "totp_user_name": identity.careful.name,
            "totp_user_id": identity.careful.id,
            "totp_password": identity.careful.password,
            "totp_passcode": identity.careful.passcode,
            "agency_name": identity.agency_name,
            "temporary": {
                "access_key": temporary.access,
                "secret_key": temporary.secret,
                "security_token": temporary.security_token,
            },
            "restricted": {
                "access_key": identity.observer_key.access,
                "secret_key": identity.observer_key.secret,
            },
        }
