"""The DataArts workspaces that a profile can choose from."""

from console.client.client import Client
from console.profiles.profile import Profile
from console.services.review_messages import INSTANCES, WORKSPACES, InstanceQuery, WorkspaceQuery


async def workspaces(profile: Profile) -> list[tuple[str, str]]:
    """Return the id and the title of every workspace of every instance.

    Raises:
        ConsoleError: DataArts Studio refused, is not in the region, or could not be reached.
    """
    found: list[tuple[str, str]] = []
    async with Client(profile) as client:
        async for page in INSTANCES.pages(client, InstanceQuery()):
            for instance in INSTANCES.records(page.rows):
                if not instance.resource_id:
                    continue
                query = WorkspaceQuery(instance_id=instance.resource_id)
                async for inner in WORKSPACES.pages(client, query):
                    found += [
                        (each.id, f"{instance.resource_name} / {each.name}")
                        for each in WORKSPACES.records(inner.rows)
                        if each.id
                    ]
    return found
