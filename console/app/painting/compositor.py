"""Which widgets are asked for which of their lines, when something on the screen has changed."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator

from textual._compositor import ChopsUpdate, Compositor
from textual.geometry import Region
from textual.strip import Strip


class FrontCompositor(Compositor):
    """A compositor that asks for nothing that is out of sight, and cuts nothing in two.

    Textual's own asks every widget for all its lines wherever one line has changed: those far from
    it too, and those that lie behind others from edge to edge, as everything does that only holds
    other widgets. And it cuts lines at the edges of what has changed, where a wide character may
    be: one half of it is lost then, as when a widget got wider since it asked to be painted.
    """

    def render_partial_update(self) -> ChopsUpdate | None:
        """Return what has changed, each line of it from one edge of a widget to another."""
        update = super().render_partial_update()
        if update is not None:
            update.spans = [*dict.fromkeys(self._widened(*span) for span in update.spans)]
        return update

    def _widened(self, y: int, left: int, right: int) -> tuple[int, int, int]:
        cuts = self.cuts[y]
        after = min(bisect_left(cuts, right), len(cuts) - 1)
        return y, cuts[max(0, bisect_right(cuts, left) - 1)], cuts[after]

    def _get_renders(
        self, crop: Region | None = None
    ) -> Iterator[tuple[Region, Region, list[Strip]]]:
        """Yield the places and the lines of what is to be seen in `crop`, the foremost first."""
        crop = crop or self.size.region
        band = Region(0, crop.y, self.size.width, crop.height)
        left, right = crop.column_span
        open_lines = set(crop.line_range)
        for widget, (region, clip) in self.visible_widgets.items():
            seen_through = clip.intersection(band)
            x, y, width, height = region.intersection(seen_through)
            if x >= right or x + width <= left or open_lines.isdisjoint(range(y, y + height)):
                continue
            lines = Region(x - region.x, y - region.y, width, height)
            yield region, seen_through, widget.render_lines(lines)
            if x <= left and right <= x + width:
                open_lines.difference_update(range(y, y + height))
                if not open_lines:
                    return
