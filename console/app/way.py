"""The way that the screens use: the profile, its client, and which of the ways so far it is."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from console.client.client import Client
    from console.profiles.profile import Profile


class Way:
    """The profile in use and its client.

    Attributes:
        profile: the profile in use; None before the first one is open.
        client: its client; None as long as there is no profile.
        generation: how many ways there were; what was asked in another generation is dropped.
        project_id: the IAM project that calls act in; empty while it is not known.
        domain_id: the account; empty while it is not known.
        picked: what was picked on a screen in place of what the profile says, by the screen's
            name: what the `summary` of its service takes beside client and time.
    """

    def __init__(self) -> None:
        """Begin without a profile."""
        self.profile: Profile | None = None
        self.client: Client | None = None
        self.generation = 0
        self.project_id = ""
        self.domain_id = ""
        self.picked: dict[str, dict[str, str]] = {}

    def take(self, profile: "Profile") -> None:
        """Use `profile` from now on; the one of before was left.

        Raises:
            SettingsError: an endpoint of the profile cannot be used; nothing has changed.
        """
        from console.client.client import Client  # noqa: PLC0415 - the first picture needs none

        self.client = Client(profile)
        self.profile = profile
        self.project_id, self.domain_id = profile.project_id, profile.domain_id
        self.generation += 1

    def leave(self) -> "Client | None":
        """Use no profile any more; return the client of before, which is to be closed."""
        before = self.client
        self.profile = self.client = None
        self.project_id = self.domain_id = ""
        self.picked = {}
        self.generation += 1
        return before
