"""The way that the screens use: the profile, its client, and which of the ways so far it is."""

from typing import TYPE_CHECKING

from console.errors import ConsoleError

if TYPE_CHECKING:
    from console.client.client import Client
    from console.profiles.profile import Profile


class Way:
    """The profile in use and its client.

    Attributes:
        profile: the profile in use; None before the first one is open.
        client: its client; None as long as there is no profile.
        generation: how many ways there were; what was asked in another generation is dropped.
        error: why the profile last asked for could not be opened; None where it could.
        project_id: the IAM project that calls act in; empty while it is not known.
        domain_id: the account; empty while it is not known.
    """

    def __init__(self) -> None:
        """Begin without a profile."""
        self.profile: Profile | None = None
        self.client: Client | None = None
        self.generation = 0
        self.error: ConsoleError | None = None
        self.project_id = ""
        self.domain_id = ""

    def take(self, profile: "Profile") -> "Client | None":
        """Use `profile` from now on; return the client of before, which is to be closed.

        Raises:
            SettingsError: an endpoint of the profile cannot be used; nothing has changed.
        """
        from console.client.client import Client  # noqa: PLC0415 - the first picture needs none

        client = Client(profile)
        before = self.client
        self.profile, self.client = profile, client
        self.project_id, self.domain_id = profile.project_id, profile.domain_id
        self.generation += 1
        self.error = None
        return before

    def leave(self) -> "Client | None":
        """Use no profile any more; return the client of before, which is to be closed."""
        before = self.client
        self.profile = self.client = None
        self.project_id = self.domain_id = ""
        self.generation += 1
        return before
