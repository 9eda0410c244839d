"""A screen on which texts are taken up: drafts, what was sent before, templates, the editor's."""

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from textual import on, work
from textual.message import Message

from console.app import composing
from console.app.composing import Composition
from console.app.drafting import new_id
from console.app.screens.writing import WritingScreen
from console.app.status import clock
from console.app.widgets.compose_pane import ComposePane
from console.errors import ConsoleError
from console.outbox.send import Draft, Send
from console.sending.targets import Reached

if TYPE_CHECKING:
    from console.app.dialogs.texts import Choice

_RECENT: Final = 300
"""Sends that are looked through for texts to use again."""

_TEXTS: Final = 40
"""Texts that are offered."""


class RecallingScreen(WritingScreen):
    """A service screen with a compose pane that takes up texts."""

    class Edited(Message):
        """The editor is closed."""

        def __init__(self, text: str, error: ConsoleError | None) -> None:
            self.text = text
            self.error = error
            super().__init__()

    class Offered(Message):
        """Texts that can be taken: what was `recent`ly sent, or `drafts`."""

        def __init__(
            self,
            what: str,
            *,
            drafts: Sequence[Draft] = (),
            sends: Sequence[Send] = (),
            error: ConsoleError | None = None,
        ) -> None:
            self.what = what
            self.drafts = drafts
            self.sends = sends
            self.error = error
            super().__init__()

    def __init__(self, name: str) -> None:
        """Take the listing's name."""
        super().__init__(name)
        self._looked_for_drafts = False
        self._told_of_drafts = False

    def compose_message(self) -> None:
        """Write a message; at the first time, the draft that an earlier run left."""
        first = not (self._looked_for_drafts or self.composes or self.composed.text.strip())
        super().compose_message()
        if self.composes and first:
            self._looked_for_drafts = True
            self._offer("begin")

    def look_for_drafts(self) -> None:
        """Say, once, that an earlier run left a draft."""
        if not self._looked_for_drafts and not self._told_of_drafts:
            self._told_of_drafts = True
            self._offer("tell")

    @on(ComposePane.Asked)
    def _asked_by_pane(self, message: ComposePane.Asked) -> None:
        message.stop()
        if self.pane.area.read_only:  # what was confirmed is not in the journal yet
            return
        match message.what:
            case "send":
                self.ask_to_send()
            case "to":
                self.pick()
            case "templates":
                self._offer_templates()
            case "edit":
                self._edit(self.composed.text)
            case _:
                self._offer(message.what)

    def _offer_templates(self) -> None:
        from console.app.dialogs.templates import TemplatesDialog  # noqa: PLC0415 - when asked for
        from console.sending.template import BUILT_IN, templates  # noqa: PLC0415 - as above

        problem = ""
        try:
            found = templates(self.console.environ)
        except ConsoleError as error:
            found = {each.name: each for each in BUILT_IN}
            problem = f"your own are left out: {composing.sentence(error)}"
        self.app.push_screen(TemplatesDialog(found, problem), self._take_text)

    def _take_text(self, text: str | None) -> None:
        """Take a text; what was typed stays a draft of its own."""
        if text is None:
            return
        reached, unseen = self.composed.reached, self.composed.unseen
        if self.composed.typed:
            if not self.set_aside():
                return
            self.composed.take_targets(reached, unseen=unseen)
            self.pane.say("what was typed before is among the drafts: f4")
        self.pane.area.take(text)

    @work(exclusive=True, group="edit")
    async def _edit(self, text: str) -> None:
        from console.app.editor import edited  # noqa: PLC0415 - when asked for

        try:
            saved = await edited(self.console, self.console.environ, text)
        except ConsoleError as error:
            self.post_message(self.Edited(text, error))
        else:
            self.post_message(self.Edited(saved, None))

    def on_recalling_screen_edited(self, message: Edited) -> None:
        """Take what the editor saved; where it failed, the text is as it was."""
        message.stop()
        if message.error:
            self.pane.say(composing.sentence(message.error), "error")
        else:
            self.pane.say("")
            self.pane.area.take(message.text)
        self.pane.area.focus()

    # Texts of before

    @work(exclusive=True, group="texts")
    async def _offer(self, what: str) -> None:
        journal = self.console.sends.journal
        try:
            if what == "recent":
                sends = await asyncio.to_thread(journal.sends, limit=_RECENT)
                self.post_message(self.Offered(what, sends=sends))
            else:
                drafts = await self.console.drafts.left()
                self.post_message(self.Offered(what, drafts=drafts))
        except ConsoleError as error:
            self.post_message(self.Offered(what, error=error))

    def on_recalling_screen_offered(self, message: Offered) -> None:
        """Offer texts; at the first opening, take up the draft that an earlier run left."""
        from console.app.dialogs.texts import TextsDialog  # noqa: PLC0415 - when asked for

        message.stop()
        if message.error:
            self.pane.say(composing.sentence(message.error), "error")
            return
        keeper = self.console.drafts
        drafts = [each for each in message.drafts if not keeper.is_of(each, self.composed.id)]
        if message.what in {"begin", "tell"}:
            self._take_up(
                [each for each in drafts if not keeper.typed_elsewhere(each)], message.what
            )
            return
        texts: dict[str, Send] = {}
        for each in message.sends:
            texts.setdefault(each.text, each)
        choices = self._choices(drafts, list(texts.values())[:_TEXTS])
        kept = {each.id: each for each in drafts}
        of_drafts = message.what == "drafts"
        title, nothing = (
            ("Drafts", "There is no other draft.")
            if of_drafts
            else ("Sent before", "Nothing was sent yet.")
        )

        def take(chosen: str | None) -> None:
            if chosen in kept:
                self._take_draft(kept[chosen])
            elif chosen is not None:
                self._take_text(next(t for t, each in texts.items() if str(each.id) == chosen))

        def forget(draft_id: str) -> str:
            if draft_id in kept and keeper.typed_elsewhere(kept[draft_id]):
                return "another console that runs may be typing it: it stays"
            keeper.drop(draft_id)
            return ""

        dialog = TextsDialog(title, choices, nothing=nothing, forget=forget if of_drafts else None)
        self.app.push_screen(dialog, take)

    def _take_up(self, left: Sequence[Draft], what: str) -> None:
        """Go on with the last draft that an earlier run left; or only say that there are some."""
        if not left or self.composed.text.strip():
            return
        if what == "begin":
            self._take_draft(left[0], more=len(left) - 1)
        else:
            self.pane.say(f"{composing.plural(len(left), 'draft')} of before: f4")

    def _choices(self, drafts: Sequence[Draft], sends: Sequence[Send]) -> list["Choice"]:
        from console.app.dialogs.texts import Choice  # noqa: PLC0415 - when asked for

        now, zone = self.console.now(), self.console.zone
        elsewhere = self.console.drafts.typed_elsewhere
        return [
            *(
                Choice(
                    each.id,
                    clock(each.changed_at, zone, now) if each.changed_at else "",
                    self._whom(each),
                    each.text,
                    "in another console" if elsewhere(each) else "",
                )
                for each in drafts
            ),
            *(
                Choice(str(one.id), clock(one.written_at, zone, now), one.target.name, one.text)
                for one in sends
            ),
        ]

    def _whom(self, draft: Draft) -> str:
        """Say whom a draft is for; raw."""
        if not draft.targets:
            return "nobody yet"
        profile = self.console.way.profile
        here = profile is not None and profile.name == draft.profile
        where = "" if here else f"{draft.profile}: "
        more = f" +{len(draft.targets) - 1:,}" if len(draft.targets) > 1 else ""
        return f"{where}{draft.targets[0].name}{more}"

    def _take_draft(self, draft: Draft, *, more: int = 0) -> None:
        """Go on with a draft, for whom it was meant; what is being typed stays a draft itself."""
        profile = self.console.way.profile
        reached, unseen = self.composed.reached, self.composed.unseen
        same = profile is not None and draft.profile == profile.name
        if not self.set_aside():
            return
        if draft.targets and same:
            reached, unseen = tuple(Reached(each) for each in draft.targets), 0
        self.put(Composition(new_id(), draft.text, reached, unseen, changed_at=draft.changed_at))
        self.keep()
        if not self.console.drafts.typed_elsewhere(draft):
            self.console.drafts.drop(draft.id)
        at = draft.changed_at
        since = clock(at, self.console.zone, self.console.now()) if at else "before"
        others = f"; f4 shows {composing.plural(more, 'more draft')}" if more else ""
        dropped = "" if same or not draft.targets else "; its targets were of another profile"
        self.pane.say(
            f"your draft from {since}, which was not sent{dropped}{others}; "
            "ctrl+n begins a new message",
            "warning",
        )
        self.look_at_targets()
