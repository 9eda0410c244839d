"""Confirm: what would be sent, to whom, in which place; and the one key that sends it.

What sends is no binding: it can be put on no other key, and no palette offers it, so that neither
Enter nor space ever does it.
"""

from datetime import datetime, tzinfo
from time import monotonic
from typing import ClassVar, Final

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.events import Key, Paste, ScreenResume
from textual.widgets import Button, Input, Static

from console.app import composing, courses
from console.app.composing import Plan, plural
from console.app.status import clock
from console.app.tones import MUTED
from console.app.widgets.dialog import Dialog
from console.app.widgets.field_control import TextControl
from console.sending.name import same
from console.sending.repetition import went_to
from console.sending.targets import Reached
from console.text import cell, safe

SEND_KEY: Final = "ctrl+y"
"""The key that sends: not the one that opens the dialog, and none that is held by accident."""

DEAF_SECONDS: Final = 0.4
"""How long the dialog hears nothing after it was painted."""

HELD_SECONDS: Final = 1.0
"""How long its own key must not have come before; terminals repeat a held key after half of it."""

_SCROLLED: Final = (".confirm-text", ".confirm-against", ".confirm-to")
"""What scrolls where there is no room for all of it; the first gets the room that is left first."""

_LEAST: Final = (2, 2, 1)
"""Lines of each that are seen at once, however low the terminal."""

_ENOUGH: Final = 3
"""Lines of each that are seen before another gets more."""

_STEP: Final = 3
"""Lines that a page key scrolls."""


class ConfirmDialog(Dialog[Plan]):
    """Shows what would be sent; answers with it where it is confirmed."""

    DEFAULT_CSS = """
    ConfirmDialog > .dialog-frame { width: 78; border: round $warning; }
    ConfirmDialog .confirm-place { height: auto; }
    ConfirmDialog VerticalScroll VerticalScroll {
        height: auto; max-height: 4; scrollbar-size-vertical: 1;
    }
    ConfirmDialog VerticalScroll VerticalScroll > Static { height: auto; }
    ConfirmDialog .confirm-text { margin-top: 1; padding: 0 1; border-left: thick $primary; }
    ConfirmDialog .confirm-against { margin-top: 1; }
    ConfirmDialog .confirm-typed { height: 1; margin-top: 1; }
    ConfirmDialog .confirm-typed > Static { width: auto; }
    ConfirmDialog .confirm-typed > TextControl { width: 1fr; background: $panel; }
    ConfirmDialog .confirm-last { height: 1; margin-top: 1; }
    ConfirmDialog .confirm-last > Static { width: 1fr; padding: 0 2; }
    ConfirmDialog Button { width: auto; min-width: 8; background: $surface; }
    ConfirmDialog Button:focus { text-style: reverse bold; }
    """

    KEYS_TEXT = "escape, or enter on Cancel, cancels · page keys scroll what is longer"
    AUTO_FOCUS = "Button"

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("pagedown", f"scroll({_STEP})", "Scroll down", id="confirm.down", show=False),
        Binding("pageup", f"scroll(-{_STEP})", "Scroll up", id="confirm.up", show=False),
        Binding("down", "app.focus_next", "Next", id="confirm.next", show=False),
        Binding("up", "app.focus_previous", "Before", id="confirm.before", show=False),
    ]

    def __init__(self, plan: Plan, *, zone: tzinfo | None, now: datetime) -> None:
        """Take what is to be confirmed.

        Args:
            plan: what would be sent.
            zone: the zone to show times in; None for this machine's.
            now: the time.
        """
        super().__init__()
        self._plan = plan
        self._zone = zone
        self._now = now
        self._painted_at: float | None = None
        self._pressed_at = 0.0
        self._again = False  # whether it was confirmed once, and asks again
        self._off = False  # whether it asks no longer

    def title_text(self) -> str:
        """Return what would be done."""
        desktops = composing.total(
            [composing.desktops_of(each.target) for each in self._plan.reached]
        )
        least = "" if desktops.whole else "at least "
        reached = f"{least}{plural(desktops.sum, 'desktop')}"
        if len(self._plan.reached) > 1:
            return f"Send to {plural(len(self._plan.reached), 'target')}, {reached}?"
        return f"Send to {reached}?"

    def compose_body(self) -> ComposeResult:
        """Compose the place, the targets, the text, what speaks against it, and the way out."""
        plan = self._plan
        yield Static(self._place(), classes="confirm-place")
        with VerticalScroll(classes="confirm-to", can_focus=False):
            yield Static(Content("\n").join([self._target(each) for each in plan.reached]))
        with VerticalScroll(classes="confirm-text", can_focus=False):
            yield Static(self._texts())
        against = self._against()
        if against.plain:
            with VerticalScroll(classes="confirm-against", can_focus=False):
                yield Static(against)
        if plan.asked:
            with Horizontal(classes="confirm-typed"):
                yield Static(
                    Content.assemble("Type ", (cell(plan.asked), "bold"), f", {plan.asked_for}: ")
                )
                yield TextControl(placeholder="")
        with Horizontal(classes="confirm-last"):
            yield Button(Content("Cancel"), compact=True)
            yield Static(classes="confirm-key")

    def on_mount(self) -> None:
        """Say which key sends; hear nothing before that was painted.

        What has to be typed goes where it is asked for; everything else begins on Cancel.
        """
        if self._plan.asked:
            self.query_one(TextControl).focus()
        self._tell()
        self._become_deaf()

    def on_resize(self) -> None:
        """Let something of everything be seen; what does not fit scrolls."""
        super().on_resize()
        self.call_after_refresh(self._fit)

    def _fit(self) -> None:
        around = self.query(".confirm-place, .confirm-typed, .confirm-last, .dialog-keys")
        scrolled = [
            (self.query(each), least) for each, least in zip(_SCROLLED, _LEAST, strict=True)
        ]
        parts = [(found.first(VerticalScroll), least) for found, least in scrolled if found]
        taken = sum(each.outer_size.height + each.styles.margin.height for each in around)
        taken += sum(each.styles.margin.height for each, _ in parts)
        room = self.size.height - self.query_one(".dialog-frame").gutter.height - taken
        wanted = [each.query_one(Static).size.height for each, _ in parts]
        given = [min(want, least) for want, (_, least) in zip(wanted, parts, strict=True)]
        for most in (_ENOUGH, room):
            for number, want in enumerate(wanted):
                more = min(min(want, most) - given[number], room - sum(given))
                given[number] += max(more, 0)
        for (part, _), lines in zip(parts, given, strict=True):
            part.styles.max_height = lines

    def _become_deaf(self) -> None:
        self._painted_at = None
        self.call_after_refresh(self._painted)

    def _painted(self) -> None:
        self._painted_at = monotonic()

    def call_off(self) -> None:
        """Ask no longer: the profile that it names is not in use any more."""
        self._off = True
        self._leave_if_off()

    @on(ScreenResume)
    def _leave_if_off(self) -> None:
        if self._off and self.app.screen is self:  # else as soon as nothing is above it any more
            self.dismiss(None)

    def hears(self, event: Key | Paste) -> bool:
        """Tell whether a key is heard: it was pressed when the dialog had been there for a while.

        Keys that were pressed earlier, and wait in line, are thrown away; so is the key that sends
        where it came shortly before, as it does while it is held down. That is said.
        """
        awake = self._painted_at is not None and event.time >= self._painted_at + DEAF_SECONDS
        if not isinstance(event, Key) or event.key != SEND_KEY:
            return awake
        held = event.time < self._pressed_at + HELD_SECONDS
        self._pressed_at = event.time
        if self.is_mounted and (held or not awake):
            self._tell(f"not sent: {SEND_KEY} came too soon; wait a second, then press it once")
        return awake and not held

    @property
    def is_released(self) -> bool:
        """Whether the key that sends would be heard now."""
        now = monotonic()
        return (
            self._painted_at is not None
            and now >= self._painted_at + DEAF_SECONDS
            and now >= self._pressed_at + HELD_SECONDS
        )

    def on_key(self, event: Key) -> None:
        """Send where the one key says so."""
        if event.key == SEND_KEY:
            event.stop()
            event.prevent_default()
            self._confirmed()

    def _confirmed(self) -> None:
        plan = self._plan
        if self._off:
            return
        typed = self.query_one(TextControl).value if plan.asked else ""
        if plan.asked and not same(typed, plan.asked):
            wrong = f"what is typed is not {plan.asked_for}"
            said = wrong if typed.strip() else f"{plan.asked_for} is not typed yet"
            self._tell(f"not sent: {said}")
            self.query_one(TextControl).focus()
        elif plan.lately and not self._again:
            self._again = True
            self._tell()
            self._become_deaf()
        else:
            self.dismiss(plan)

    @on(Button.Pressed)
    def _cancel(self, event: Button.Pressed) -> None:
        event.stop()
        self.dismiss(None)

    @on(Input.Submitted)
    def _entered(self, event: Input.Submitted) -> None:
        event.stop()
        self._tell(f"enter does not send; {SEND_KEY} does")

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        self._tell()

    def action_scroll(self, lines: int) -> None:
        """Scroll whatever is longer than what is seen of it."""
        for part in self.query(", ".join(_SCROLLED)):
            part.scroll_relative(y=lines, animate=False)

    # What it says

    def _tell(self, problem: str = "") -> None:
        said = self.query_one(".confirm-key", Static)
        if problem:
            said.update(Content.styled(problem, "bold $text-error"))
        elif self._again:
            said.update(
                Content.assemble(
                    ("The same again? ", "bold $text-error"),
                    (SEND_KEY, "bold $text-warning"),
                    " once more sends it again",
                )
            )
        else:
            said.update(Content.assemble((SEND_KEY, "bold $text-warning"), " sends it"))

    def _place(self) -> Content:
        place = self._plan.place
        name = Content.styled(cell(place.profile), "bold")
        parts = [Content.assemble("Profile ", name)]
        if self._plan.production:
            parts.append(Content.styled("PRODUCTION", "bold $text-error"))
        parts.append(Content.assemble("region ", (cell(place.region), "bold")))
        first = Content(" · ").join(parts)
        project = Content(f"Project {cell(place.project_id)} at {cell(place.endpoint)}")
        return Content("\n").join([first, project.stylize(MUTED)])

    def _texts(self) -> Content:
        """Return the text in full; each of them where targets get different ones."""
        texts: dict[str, list[str]] = {}
        for target, text in self._plan.texts.items():
            texts.setdefault(text, []).append(target.name)
        if len(texts) == 1:
            return Content(safe(next(iter(texts))))
        lines: list[Content] = []
        for text, names in texts.items():
            lines += [
                Content.styled(f"to {cell(', '.join(names))}:", MUTED),
                Content(safe(text)),
            ]
        return Content("\n").join(lines)

    def _against(self) -> Content:
        """Return what speaks against it: a repetition first."""
        plan = self._plan
        lines = [Content.styled(cell(self._same()), "bold $text-error")] if plan.lately else []
        if plan.again:
            words = courses.said(plan.again).text
            to = f"That one alone, to {plan.again.target.name}"
            lines.append(Content(cell(f"It repeats send {plan.again.id}. {to}: {words}.")))
        if plan.left_out:
            lines.append(Content.styled(f"! {cell(plan.left_out)}", "bold $text-warning"))
        lines += [Content.styled(f"! {cell(each)}", "bold $text-warning") for each in plan.remarks]
        return Content("\n").join(lines)

    def _same(self) -> str:
        lately = self._plan.lately
        target, last = max(
            ((target, sends[0]) for target, sends in lately.items()), key=lambda each: each[1].id
        )
        count = len(self._plan.known)
        often = f", and {count - 1:,} times more in half an hour" if count > 1 else ""
        when = clock(last.written_at, self._zone, self._now)
        said = f"(send {last.id}: {courses.said(last).text})"
        return f"! THE SAME TEXT went to {went_to(target, last)} at {when} {said}{often}"

    def _target(self, each: Reached) -> Content:
        """Return a target, with the names of all of its desktops where those are chosen singly."""
        target = each.target
        desktops = composing.desktops_of(target)
        many = "desktops not known" if desktops is None else plural(desktops, "desktop")
        known = each.connected is not None
        unknown = "not known how many are connected"
        connected = f"{each.connected:,} connected now" if known else unknown
        name = ", ".join(self._plan.names.get(target.key, [target.name]))
        return Content.assemble(
            "To ",
            (cell(name), "bold"),
            f" · {many} · {connected}",
            (f" · id {cell(target.pool_id[:8])}…" if target.kind == "pool" else "", MUTED),
        )
