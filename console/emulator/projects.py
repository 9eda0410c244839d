"""Whether a call asks for a project that is its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from console.emulator.dialects import WORKSPACE_NOT_ENABLED

if TYPE_CHECKING:
    from console.emulator.identity import Project
    from console.emulator.operations import Call


def require_project(call: Call, code: str | None = None) -> Project:
    """Return the project of the path.

    A token is for one project. A signature is for the project of its X-Project-Id, or, without the
    header, for any of the account.

    Raises:
        RefusedError: It is not the caller's, or not the one that the credential is for.
    """
    caller = call.caller
    project = call.cloud.identity.projects.get(call.path["project_id"])
    scoped = caller.token is not None or "x-project-id" in call.headers
    if project is None or (scoped and caller.project != project):
        raise call.refuse(
            403, "The project in the URL is different from that of the credential.", code
        )
    return project


def require_workspace(call: Call) -> None:
    """Check that the path names a project of the caller's in which Workspace is enabled.

    Raises:
        RefusedError: It does not.
    """
    if not require_project(call).workspace_enabled:
        raise call.refuse(403, "The Workspace service is not enabled.", WORKSPACE_NOT_ENABLED)
