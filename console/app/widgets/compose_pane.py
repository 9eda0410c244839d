"""The compose pane: a message is written, and what is to be known of it stands around it."""

from collections.abc import Sequence
from datetime import tzinfo
from typing import ClassVar, Final

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container, Vertical, VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.widgets import Static, TextArea

from console.app import composing
from console.app.composing import Composition
from console.app.tones import STYLES
from console.app.widgets.job_course import JobCourse
from console.app.widgets.line import Line
from console.app.widgets.message_area import MessageArea
from console.sending import message as wording
from console.text import cell, safe

_REMARKS: Final = 3
"""Remarks that are shown; the dialog that confirms has them all."""


class ComposePane(Vertical):
    """Where a message is written; and, once it has left, what becomes of it.

    The screen says whom it is for and what happened; the pane shows it, and says what is asked for.
    """

    DEFAULT_CSS = """
    ComposePane, ComposePane:focus-within {
        height: 1fr; width: 1fr; background: $surface;
    }
    ComposePane:ansi { background: ansi_default; }
    ComposePane > .writing { height: 1fr; }
    ComposePane > .writing > .heading {
        background: $panel; padding: 0 1; height: auto; max-height: 3;
    }
    ComposePane:focus-within > .writing > .heading { text-style: bold; }
    ComposePane .told { height: auto; max-height: 4; padding: 0 1; display: none; }
    ComposePane .told.-told { display: block; }
    ComposePane .texts { height: 1fr; layout: vertical; }
    ComposePane MessageArea { height: 1fr; min-height: 2; }
    ComposePane .preview {
        height: auto; max-height: 50%; scrollbar-size-vertical: 1;
        border-top: solid $foreground 30%; border-title-color: $foreground;
    }
    ComposePane .preview > Static { padding: 0 1; height: auto; color: $foreground; }
    ComposePane .facts { padding: 0 1; color: $text-muted; }
    ComposePane JobCourse { display: none; }
    ComposePane.-course > .writing { display: none; }
    ComposePane.-course > JobCourse { display: block; }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "ctrl+g,f5",
            "ask('send')",
            "Send …",
            id="compose.send",
            tooltip="shows what would be sent to whom, and asks",
        ),
        Binding("ctrl+t", "ask('to')", "To", id="compose.to", tooltip="choose pools by name"),
        Binding(
            "ctrl+l",
            "ask('templates')",
            "Templates",
            id="compose.templates",
            tooltip="texts written beforehand, with fields",
        ),
        Binding(
            "ctrl+r",
            "ask('recent')",
            "Recent",
            id="compose.recent",
            tooltip="texts that were sent before",
        ),
        Binding("ctrl+e", "ask('edit')", "Editor", id="compose.edit", tooltip="write in $EDITOR"),
        Binding("f4", "ask('drafts')", "Drafts", id="compose.drafts", tooltip="texts not sent"),
        Binding("escape", "leave", "Close", id="compose.leave", tooltip="the draft is kept"),
    ]

    class Typed(Message):
        """The text has changed."""

        def __init__(self, text: str) -> None:
            self.text = text
            super().__init__()

    class Asked(Message):
        """Something is asked for: `send`, `to`, `templates`, `recent`, `drafts` or `edit`."""

        def __init__(self, what: str) -> None:
            self.what = what
            super().__init__()

    class Left(Message):
        """The pane is to be closed; what is typed stays."""

    def __init__(self, *, zone: tzinfo | None = None) -> None:
        """Make an empty pane."""
        super().__init__()
        self._zone = zone
        self._said: tuple[str, str] = ("", "")
        self._shown: dict[str, Content] = {}  # what stands in each part

    def compose(self) -> ComposeResult:
        """Compose the writing part, and the course that takes its place."""
        with Vertical(classes="writing"):
            yield Static(classes="heading")
            yield Static(classes="told")
            with Container(classes="texts"):
                yield MessageArea()
                with VerticalScroll(classes="preview", can_focus=False):
                    yield Static()
            yield Line(classes="facts")
            yield Static(classes="told remarks")
        yield JobCourse(zone=self._zone)

    @property
    def area(self) -> MessageArea:
        """Where the text is typed."""
        return self.query_one(MessageArea)

    @property
    def course(self) -> JobCourse:
        """What becomes of what has left."""
        return self.query_one(JobCourse)

    @property
    def shows_course(self) -> bool:
        """Whether what has left is shown, in the place of the text."""
        return self.has_class("-course")

    @property
    def says(self) -> bool:
        """Whether something is said of what is composed."""
        return bool(self._said[0])

    def write(self) -> None:
        """Show the text, to be typed."""
        self.remove_class("-course")
        self.area.focus()

    def follow(self) -> None:
        """Show what becomes of what has left, in the place of the text."""
        if not self.shows_course:
            self.add_class("-course")
            self.call_after_refresh(self.course.go)

    def say(self, sentence: str, tone: str = "notice") -> None:
        """Say something of what is composed; an empty sentence takes back what was said."""
        if (sentence, tone) == self._said:
            return
        self._said = sentence, tone
        said = self.query_one(".writing > .told", Static)
        said.update(Content.styled(cell(sentence), STYLES[tone]))
        said.set_class(bool(sentence), "-told")

    def tell(self, composed: Composition, problem: str, pools: Sequence[str] = ()) -> None:
        """Bring up to date what stands around the text.

        Args:
            composed: what is composed.
            problem: why it is not kept as a draft; empty where it is.
            pools: the names of the pools that are known.
        """
        self._show(".writing > .heading", _heading(composed))
        text, pool = _as_read(composed)
        measured = wording.length(text)
        facts = [Content(measured.in_words())] if composed.text else []
        if problem:
            words = f"NOT KEPT as a draft: {cell(problem)}"
            facts.insert(0, Content.styled(words, STYLES["error"]))
        elif composed.typed:
            facts.append(Content("kept as a draft"))
        elif composed.text:
            facts.append(Content("the text of an earlier send"))
        self.query_one(".facts", Line).show(Content(" · ").join(facts))
        remarks = [
            *composed.notes,
            *composing.remarks(composed.text, composed.reached, pools),
        ]
        lines = [
            Content.styled(f"! {cell(each)}", STYLES["warning"]) for each in remarks[:_REMARKS]
        ]
        if len(remarks) > _REMARKS:
            lines.append(Content(f"  and {len(remarks) - _REMARKS:,} more: ctrl+g shows them"))
        self._show(".remarks", Content("\n").join(lines))
        self.query_one(".remarks").set_class(bool(lines), "-told")
        preview = self.query_one(".preview")
        preview.display = bool(text.strip())
        whose = f" in {cell(pool)}" if pool else ""
        preview.border_title = Content(f"what its readers see{whose}")
        self._show(".preview > Static", Content(safe(text)))

    def _show(self, selector: str, content: Content) -> None:
        """Show `content` in a part of the pane; nothing is painted where it is so already."""
        before = self._shown.get(selector)
        if before is None or not content.is_same(before):
            self._shown[selector] = content
            self.query_one(selector, Static).update(content)

    # What the pane says

    @on(TextArea.Changed)
    def _typed(self, event: TextArea.Changed) -> None:
        event.stop()
        self.post_message(self.Typed(self.area.text))

    @on(MessageArea.Cleansed)
    def _cleansed(self, message: MessageArea.Cleansed) -> None:
        message.stop()
        many = composing.plural(message.removed, "character")
        were = "was" if message.removed == 1 else "were"
        self.say(f"{many} that no reader could be shown {were} taken out", "warning")

    @on(JobCourse.Left)
    def _left_course(self, message: JobCourse.Left) -> None:
        message.stop()
        self.post_message(self.Left())

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer what has to do with the text only while it is shown."""
        del parameters
        return not (self.is_mounted and self.shows_course) if action in {"ask", "leave"} else True

    def action_ask(self, what: str) -> None:
        """Ask for something."""
        self.post_message(self.Asked(what))

    def action_leave(self) -> None:
        """Close the pane; what is typed stays."""
        self.post_message(self.Left())


def _as_read(composed: Composition) -> tuple[str, str]:
    """Return the text as its first readers get it, and the pool that they are in, if that tells."""
    pools = [each.target.name for each in composed.reached if each.target.kind == "pool"]
    if composing.FIELD in composed.text and pools:
        return composed.text.replace(composing.FIELD, pools[0]), pools[0]
    return composed.text, ""


def _heading(composed: Composition) -> Content:
    if not composed.reached:
        return Content.assemble(
            "To ", ("nobody yet", STYLES["warning"]), ": ctrl+t chooses pools, or mark them and m"
        )
    parts = [Content.assemble("To ", (cell(composing.names(composed.reached)), "bold"))]
    if composed.unseen:
        words = f"{composed.unseen:,} OUT OF SIGHT in the table"
        parts.append(Content.styled(words, STYLES["warning"]))
    parts.append(Content(composing.whom(composed.reached)))
    return Content(" · ").join(parts)
