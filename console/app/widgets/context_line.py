"""The context line: where one is, so that no row is taken for one of another place."""

from datetime import datetime, tzinfo
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from textual.content import Content

from console.app.way import Way
from console.app.widgets.line import Line
from console.text import cell

if TYPE_CHECKING:
    from console.profiles.profile import Profile

_SHORT_ID = 8
"""Characters of an id that are shown where there is no room for all of it."""

COLOURS = {
    "red": "$text-error",
    "orange": "$text-warning",
    "yellow": "$text-warning",
    "green": "$text-success",
    "blue": "$text-primary",
    "cyan": "$text-accent",
    "magenta": "$text-secondary",
    "purple": "$text-secondary",
}
"""What a profile's colour becomes in a theme; any other is shown as a word alone."""


class ContextLine(Line):
    """Profile, region, project, domain, endpoint, read-only and time zone, in one line.

    The most telling come first, so that what a narrow terminal cuts is the least.
    """

    DEFAULT_CSS = """
    ContextLine {
        background: $panel;
        padding: 0 1;
    }
    """

    def tell(self, way: Way, zone: tzinfo | None, now: datetime, *, opening: str = "") -> None:
        """Show the way in use, or what is being opened."""
        name = now.astimezone(zone).tzname() or "UTC"
        if way.profile is None:
            said = f"opening {opening} …" if opening else "no profile"
            unopened = Content.assemble((cell(said), "bold"), f" · {name}")
            self.show_by_width(lambda _: unopened)
            return
        profile = way.profile
        self.show_by_width(lambda width: _content(profile, way, cell(name), width or 80))


def _content(profile: "Profile", way: Way, zone: str, width: int) -> Content:
    """Return the line; what does not fit is shortened, and then left out, never cut."""
    name = Content.styled(
        f" {cell(profile.name)} ", f"bold reverse {COLOURS.get(profile.colour, '')}"
    )
    for whole in (2, 1, 0):
        line = _joined(name, _parts(profile, way, zone, whole=whole))
        if line.cell_length <= width:
            return line
    parts = _parts(profile, way, zone, whole=0)
    while parts and _joined(name, parts).cell_length > width:
        parts.pop()
    return _joined(name, parts)


def _joined(name: Content, parts: list[Content]) -> Content:
    return Content(" ").join([name, Content(" · ").join(parts)])


def _parts(profile: "Profile", way: Way, zone: str, *, whole: int) -> list[Content]:
    """Return what the line says, the most telling first, with so many of the ids in full."""
    parts: list[Content] = []
    if profile.production:
        parts.append(Content.styled("PRODUCTION", "bold $text-error"))
    if profile.read_only:
        parts.append(Content.styled("READ-ONLY", "bold $text-warning"))
    parts.append(Content(cell(profile.region)))
    if endpoint := _endpoint(profile):
        parts.append(Content.styled(endpoint, "$text-warning"))
    parts.append(Content(zone))
    parts.append(Content(f"project {_id(way.project_id, whole=whole > 0) or 'by region'}"))
    if way.domain_id:
        parts.append(Content(f"domain {_id(way.domain_id, whole=whole > 1)}"))
    return parts


def _id(value: str, *, whole: bool) -> str:
    shown = cell(value)
    return shown if whole or len(shown) <= _SHORT_ID + 1 else f"{shown[:_SHORT_ID]}…"


def _endpoint(profile: "Profile") -> str:
    """Say where calls go to where that is not the region's own address."""
    said = []
    if profile.endpoint:
        said.append(_host(profile.endpoint))
    said += [f"{cell(name)} at {_host(address)}" for name, address in profile.endpoints.items()]
    return f"endpoint {', '.join(said)}" if said else ""


def _host(address: str) -> str:
    first = address.split(",", maxsplit=1)[0].strip()
    try:
        return cell(urlsplit(first).netloc.rpartition("@")[2] or first)
    except ValueError:
        return "(unreadable)"
