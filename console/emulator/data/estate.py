"""The desktops: 40 pools in every state, 600 desktops, and the people who use them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from console.emulator.data import names
from console.emulator.data.identifiers import Identifiers

if TYPE_CHECKING:
    from random import Random

    from console.emulator.cloud import Cloud

DESKTOPS = 600
USERS = 260
UNPOOLED = 45
EMPTY_POOLS = frozenset({"Board-Room", "Sandbox-02", "培训教室-02"})
POOL_STATES = {
    "培训教室-01": "TEMPORARY",
    "Migration-Wave-7": "TEMPORARY",
    "外包开发-B": "TEMPORARY",
    "Legal-Hold": "EXIST_FROZEN",
    "Contractors-2026": "EXIST_FROZEN",
    "访客临时池": "EXIST_FROZEN",
    "Kiosk-Lobby": "UNKNOWN",
    "质检实验室": "UNKNOWN",
}
MAINTAINED = frozenset({"QA-Windows", "Sandbox-01", "Sandbox-02"})
STATUSES, STATUS_WEIGHTS = ("ACTIVE", "SHUTOFF", "HIBERNATED", "ERROR"), (80, 11, 6, 3)
LOGINS, LOGIN_WEIGHTS = ("CONNECTED", "DISCONNECTED", "REGISTERED", "UNREGISTER"), (52, 20, 22, 6)
ZONES = ("cn-north-4a", "cn-north-4b", "cn-north-4c")
INCONSISTENT = ("product_id", "image_id", "disk_num", "disk_size")


@dataclass(frozen=True, slots=True)
class Pool:
    """A desktop pool, with what differs between pools; the rest is the same for all."""

    id: str
    name: str
    type: str
    status: str
    created: datetime
    charging_mode: str
    availability_zone: str
    subnet_id: str
    enterprise_project_id: str
    in_maintenance_mode: bool
    image_id: str
    linux: bool
    description: str
    tags: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Desktop:
    """A desktop; `pool` is None for one that stands alone."""

    id: str
    name: str
    pool: Pool | None
    users: tuple[str, ...]
    status: str
    task_status: str | None
    login_status: str
    created: datetime
    ip: str
    type: str
    domain_status: int
    charge_mode: str
    internet: bool
    isolated: bool
    frozen: bool
    inconsistent_types: tuple[str, ...] = field(default=())

    @property
    def enterprise_project_id(self) -> str:
        """The enterprise project, the pool's where there is one."""
        return self.pool.enterprise_project_id if self.pool else "0"


class Estate:
    """Every pool and desktop of the main project."""

    def __init__(self, cloud: Cloud) -> None:
        self._ids = Identifiers(cloud.options.seed)
        self._now = cloud.clock.story_start
        self.user_names = names.user_names(self._ids.random("users"), USERS)
        self.pools = self._make_pools()
        self.pool_by_id = {pool.id: pool for pool in self.pools}
        self.desktops = self._make_desktops()
        self.desktop_by_id = {desktop.id: desktop for desktop in self.desktops}
        self._by_pool: dict[str, list[Desktop]] = {pool.id: [] for pool in self.pools}
        for desktop in self.desktops:
            if desktop.pool is not None:
                self._by_pool[desktop.pool.id].append(desktop)

    def desktops_of(self, pool: Pool) -> list[Desktop]:
        """Return the desktops of a pool, in order of name."""
        return self._by_pool[pool.id]

    def user_id(self, name: str) -> str:
        """Return the id of a user."""
        return self._ids.hexadecimal("desktop user " + name)

    def _make_pools(self) -> list[Pool]:
        random = self._ids.random("pools")
        return [self._pool(name, random) for name in names.POOLS]

    def _pool(self, name: str, random: Random) -> Pool:
        linux = "Linux" in name or name == "Build-Farm"
        return Pool(
            id=self._ids.uuid("pool " + name),
            name=name,
            type=random.choices(("DYNAMIC", "STATIC"), (2, 3))[0],
            status=POOL_STATES.get(name, "STEADY"),
            created=self._now
            - timedelta(days=random.randrange(20, 900), seconds=random.random() * 86_400),
            charging_mode=random.choice("01"),
            availability_zone=random.choice(ZONES),
            subnet_id=self._ids.uuid(f"subnet {random.randrange(6)}"),
            enterprise_project_id=random.choice(("0", self._ids.uuid("enterprise"))),
            in_maintenance_mode=name in MAINTAINED,
            image_id=self._ids.uuid("image linux" if linux else "image windows"),
            linux=linux,
            description=random.choice(("", "", "桌面运维值班群", "Owned by IT service desk")),
            tags=random.choice(((), (("env", "prod"),), (("env", "test"), ("cost", "4711")))),
        )

    def _make_desktops(self) -> list[Desktop]:
        random = self._ids.random("desktops")
        pools: list[Pool | None] = [pool for pool in self.pools if pool.name not in EMPTY_POOLS]
        # A few pools are large and most are small, as in any company.
        weights = [1 / (1 + random.random() * 9) for _ in pools]
        homes = random.choices(pools, weights, k=DESKTOPS - UNPOOLED) + [None] * UNPOOLED
        homes.sort(key=lambda pool: self.pools.index(pool) if pool else len(self.pools))
        return [self._desktop(number, pool, random) for number, pool in enumerate(homes, 1)]

    def _desktop(self, number: int, pool: Pool | None, random: Random) -> Desktop:
        status = random.choices(STATUSES, STATUS_WEIGHTS)[0]
        active = status == "ACTIVE"
        frozen = pool is not None and pool.status == "EXIST_FROZEN" and random.random() < 0.4
        pooled = pool is not None and pool.type == "DYNAMIC"
        return Desktop(
            id=self._ids.uuid(f"desktop {number}"),
            name=f"{random.choice(names.PREFIXES)}-{number:04d}",
            pool=pool,
            users=tuple(random.sample(self.user_names, random.choices((0, 1, 2), (8, 84, 8))[0])),
            status=status,
            task_status=random.choice(("rebooting", "migrating"))
            if random.random() < 0.02
            else None,
            login_status=random.choices(LOGINS, LOGIN_WEIGHTS)[0] if active else "UNREGISTER",
            created=self._now
            - timedelta(days=random.randrange(1, 700), seconds=random.random() * 86_400),
            ip=f"10.{number // 250}.{random.randrange(1, 255)}.{number % 250 + 2}",
            type="POOLED" if pooled else "DEDICATED",
            domain_status=random.choices((1, 2, 3), (90, 6, 4))[0],
            charge_mode=pool.charging_mode if pool else random.choice("01"),
            internet=random.random() < 0.7,
            isolated=random.random() < 0.02,
            frozen=frozen,
            inconsistent_types=(random.choice(INCONSISTENT),) if random.random() < 0.03 else (),
        )
