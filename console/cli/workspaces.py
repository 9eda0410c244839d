"""The DataArts workspaces that a profile can choose from."""

from console.client.client import Client
from console.profiles.profile import Profile
from console.services import review_messages


async def workspaces(profile: Profile) -> list[tuple[str, str]]:
    """Return the id and the title of every workspace of every instance.

    Raises:
        ConsoleError: DataArts Studio refused, is not in the region, or could not be reached.
    """
    async with Client(profile) as client:
        return [(each.id, each.title) for each in await review_messages.workspaces(client)]
