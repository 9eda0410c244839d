"""Whether a way leads to where a send went; where it does not, what differs and what leads there.

What is asked of another place is answered there too, and the answer is false: it knows no job of
the send, and its desktops are others, even where the project is called the same.
"""

from collections.abc import Sequence
from typing import Final

from console.client.client import Client
from console.errors import ConsoleError
from console.outbox.send import Place, Send
from console.profiles import environment
from console.services import desktop_notifications

DEMO: Final = "demo"
"""The profile of the demo, which no other run can use."""

_PARTS: Final = {"project_id": "project", "region": "region", "endpoint": "endpoint"}
"""What two places can differ in, and how it is called."""


def sentence(send: Send, now: Place) -> str:
    """Say in what the place of a send differs from that of now; empty where it does not."""
    before = send.place
    if before.key == now.key:
        return ""
    apart = [name for name in _PARTS if getattr(before, name) != getattr(now, name)]
    was = ", ".join(f"{_PARTS[name]} {getattr(before, name)}" for name in apart)
    leads = ", ".join(f"{_PARTS[name]} {getattr(now, name)}" for name in apart)
    if len(apart) == 1:
        leads = getattr(now, apart[0])
    return f"send {send.id} went to {was}, and this way leads to {leads}"


def hint(before: Place, now: Place) -> str:
    """Say what leads to the place of before, as far as that is known."""
    if before.profile == DEMO:
        return "it was sent in a demo, which only the same run can reach"
    if before.profile == environment.NAME:
        if now.profile == environment.NAME:
            return "the environment led there then, and has been changed since"
        return f"it was sent with the environment's credentials: profile {environment.NAME}"
    if before.profile == now.profile:
        return f"profile {before.profile} led there then, and has been changed since"
    return f"profile {before.profile} is the one that it was sent with"


def in_full(send: Send, now: Place) -> str:
    """Say in what the place of a send differs, and what leads there; empty where it does not."""
    said = sentence(send, now)
    return f"{said}; {hint(send.place, now)}" if said else ""


def out_of_reach(client: Client | None, project_id: str, sends: Sequence[Send]) -> dict[int, str]:
    """Say of sends, by their number, why a client does not lead to where they went.

    Nobody is asked: what is not known for sure is left out.

    Args:
        client: the client; None where there is none.
        project_id: its project; empty while that is not known.
        sends: the sends.
    """
    if client is None:
        return {}
    places = ((each, presumed(client, project_id, each.place)) for each in sends)
    said = {each.id: in_full(each, place) for each, place in places if place}
    return {number: words for number, words in said.items() if words}


def presumed(client: Client, project_id: str, before: Place) -> Place | None:
    """Return the place that a client leads to, without asking anybody.

    Args:
        client: the client.
        project_id: its project; empty while that is not known, which is taken for the one of
            `before`.
        before: the place that it is compared with.

    Returns:
        None where it leads nowhere.
    """
    profile = client.profile
    try:
        endpoint = client.endpoints.of(desktop_notifications.SEND_TO_POOL.service)[0]
    except ConsoleError:
        return None
    return Place(
        profile.name, profile.region, project_id or before.project_id, profile.domain_id, endpoint
    )
