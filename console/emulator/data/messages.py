"""The review messages of DataArts DataService, and the workspaces they belong to.

Sources: DataArts Studio API reference, ListMessage, ListDataArtsStudioInstances,
ListManagerWorkSpaces.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from console.emulator.clock import epoch_milliseconds
from console.emulator.data import names
from console.emulator.data.identifiers import Identifiers

if TYPE_CHECKING:
    from datetime import datetime
    from random import Random

    from console.emulator.cloud import Cloud

SHARED, EXCLUSIVE = "SHARED", "EXCLUSIVE"
STATUSES = (
    "STATUS_TYPE_PENDING_APPROVAL",
    "STATUS_TYPE_REJECTED",
    "STATUS_TYPE_PENDING_CHECK",
    "STATUS_TYPE_PENDING_EXECUTE",
    "STATUS_TYPE_SYNCHRONOUS_EXECUTE",
    "STATUS_TYPE_FORCED_CANCEL",
    "STATUS_TYPE_PASSED",
)
STATUS_WEIGHTS = (18, 8, 26, 8, 3, 5, 32)
UNDECIDED = frozenset({"STATUS_TYPE_PENDING_APPROVAL"})
TYPES = (
    "APPLY_TYPE_PUBLISH",
    "APPLY_TYPE_AUTHORIZE",
    "APPLY_TYPE_APPLY",
    "APPLY_TYPE_RENEW",
    "APPLY_TYPE_STOP",
    "APPLY_TYPE_RECOVER",
    "APPLY_TYPE_API_CANCEL_AUTHORIZE",
    "APPLY_TYPE_APP_CANCEL_AUTHORIZE",
    "APPLY_TYPE_OFFLINE",
)


@dataclass(frozen=True, slots=True)
class Workspace:
    """A DataArts workspace; `messages` counts those of the shared and the exclusive edition."""

    id: str
    name: str
    description: str
    instance_id: str
    is_default: int
    members: int
    messages: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Message:
    """A review message; times are instants, rendered as epoch milliseconds."""

    id: str
    status: str
    type: str
    api_name: str
    app_name: str
    deadline: datetime
    applied: datetime
    decided: datetime | None
    approver: str | None
    applicant: str
    comment: str | None


class MessageStore:
    """The instances, their workspaces, and the messages of each, newest first."""

    def __init__(self, cloud: Cloud) -> None:
        self._ids = ids = Identifiers(cloud.options.seed)
        self._now = cloud.clock.story_start
        self.instances = {
            ids.hexadecimal("instance 1"): "数据治理-生产",
            ids.hexadecimal("instance 2"): "DataArts-Lab",
        }
        main, lab = self.instances
        self.workspaces = {
            workspace.id: workspace
            for workspace in (
                self._workspace("default", "默认工作空间", main, 1, (340, 58)),
                self._workspace("marketing", "Marketing-Insights", main, 0, (47, 0)),
                self._workspace("public", "公共数据空间", main, 2, (0, 0)),
                self._workspace("lab", "lab", lab, 1, (9, 3)),
            )
        }
        self.main_workspace = next(iter(self.workspaces.values()))
        self._messages: dict[tuple[str, str], list[Message]] = {}

    def _workspace(
        self, label: str, name: str, instance_id: str, is_default: int, messages: tuple[int, int]
    ) -> Workspace:
        workspace_id = self._ids.hexadecimal("workspace " + label)
        random = self._ids.random("workspace " + label)
        return Workspace(
            workspace_id,
            name,
            f"{label} workspace",
            instance_id,
            is_default,
            random.randrange(2, 60),
            messages,
        )

    def api_id(self, message: Message) -> str:
        """Return the id of the API that a message is about."""
        return self._ids.hexadecimal("api " + message.api_name)

    def app_id(self, message: Message) -> str:
        """Return the id of the app that a message is about."""
        return self._ids.hexadecimal("app " + message.app_name)

    def messages(self, workspace_id: str, edition: str) -> list[Message]:
        """Return the messages of a workspace and an edition; made on first use."""
        key = (workspace_id, edition)
        if key not in self._messages:
            counts = self.workspaces[workspace_id].messages
            count = counts[0] if edition == SHARED else counts[1]
            random = self._ids.random(f"messages {workspace_id} {edition}")
            made = [self._message(f"{key} {number}", random) for number in range(count)]
            self._messages[key] = sorted(made, key=lambda message: message.applied, reverse=True)
        return self._messages[key]

    def change_status(self, message: Message, status: str) -> None:
        """Move a message on to another status."""
        for messages in self._messages.values():
            if message in messages:
                messages[messages.index(message)] = replace(message, status=status)

    def _message(self, label: str, random: Random) -> Message:
        status = random.choices(STATUSES, STATUS_WEIGHTS)[0]
        applied = self._now - timedelta(
            days=random.random() ** 2 * 120, milliseconds=random.randrange(1000)
        )
        decided = None if status in UNDECIDED else applied + timedelta(hours=random.random() * 70)
        if decided is not None and decided > self._now:
            decided = self._now
        # Deadlines: a third within three days on either side of now, the others far off.
        days = random.gauss(0, 1.5) if random.random() < 0.35 else random.uniform(-200, 400)
        return Message(
            id=self._ids.hexadecimal("message " + label),
            status=status,
            type=random.choice(TYPES),
            api_name=random.choice(names.API_NAMES),
            app_name=random.choice(names.APP_NAMES),
            deadline=self._now + timedelta(days=days),
            applied=applied,
            decided=decided,
            approver=None if decided is None else random.choice(("审批员-陈静", "reviewer.zhao")),
            applicant=random.choice(("数据开发-王伟", "li.min", "j.smith", "张雨桐")),
            comment=random.choice(names.COMMENTS) or None,
        )

    def epoch(self, instant: datetime | None) -> int | None:
        """Render an instant as the service does."""
        return None if instant is None else epoch_milliseconds(instant)
