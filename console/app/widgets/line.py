"""A line of text that is painted only when it changes."""

from collections.abc import Callable

from textual.content import Content
from textual.widget import Widget


class Line(Widget):
    """One line; what does not fit is cut with an ellipsis."""

    DEFAULT_CSS = """
    Line {
        height: 1;
        width: 1fr;
        text-wrap: nowrap;
        text-overflow: ellipsis;
    }
    """

    ALLOW_SELECT = False

    def __init__(
        self,
        content: Content | None = None,
        *,
        id: str | None = None,  # noqa: A002 - Textual's own name
        classes: str | None = None,
    ) -> None:
        super().__init__(id=id, classes=classes)
        self._content = content or Content("")
        self._fit: Callable[[int], Content] | None = None

    @property
    def content(self) -> Content:
        """What the line shows."""
        return self._content

    def show(self, content: Content) -> None:
        """Show `content` at any width; nothing is painted where it is the same as before."""
        self._fit = None
        self._put(content)

    def _put(self, content: Content) -> None:
        if content.is_same(self._content):
            return
        self._content = content
        self.refresh()

    def show_by_width(self, fit: Callable[[int], Content]) -> None:
        """Show what `fit` makes of the line's width in cells, now and at any other width."""
        self._fit = fit
        self._put(fit(self.size.width))

    def on_resize(self) -> None:
        """Fit what is shown into the line as wide as it is now."""
        if self._fit is not None:
            self._put(self._fit(self.size.width))

    def render(self) -> Content:
        """Return what the line shows."""
        return self._content
