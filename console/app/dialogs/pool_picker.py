"""Chooses pools by name: what is typed narrows the list, and enter takes one in or out."""

from collections.abc import Sequence
from typing import ClassVar, Final

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from console.app.composing import plural
from console.app.widgets.dialog import Dialog
from console.app.widgets.field_control import TextControl
from console.client.client import Client
from console.errors import ConsoleError
from console.sending import targets
from console.services.desktop_pools import DesktopPool
from console.text import cell

_MOST: Final = 300
"""Pools that are listed at once; whoever has more types a part of a name."""


class PoolPicker(Dialog[list[DesktopPool]]):
    """Asks which pools; answers with them, or with None where it is left."""

    DEFAULT_CSS = """
    PoolPicker OptionList {
        height: auto; max-height: 12; border: none; padding: 0; background: $surface;
    }
    PoolPicker OptionList:ansi { background: ansi_default; }
    PoolPicker .picked { height: auto; margin-top: 1; }
    """
    TITLE_TEXT = "Send to which pools?"
    KEYS_TEXT = (
        "type a part of a name · enter takes it and is done · "
        "tab takes it in or out, for several · up, down · escape leaves"
    )

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "move(1)", "Down", id="picker.down", show=False, priority=True),
        Binding("up", "move(-1)", "Up", id="picker.up", show=False, priority=True),
        Binding("pagedown", "move(10)", "Down", id="picker.page-down", show=False),
        Binding("pageup", "move(-10)", "Up", id="picker.page-up", show=False),
        Binding("ctrl+t,tab", "take_or_leave", "In or out", id="picker.toggle", priority=True),
    ]

    class Read(Message):
        """The pools were read, or could not be."""

        def __init__(self, pools: Sequence[DesktopPool], error: ConsoleError | None) -> None:
            self.pools = pools
            self.error = error
            super().__init__()

    def __init__(self, client: Client, chosen: Sequence[str]) -> None:
        """Take the client that knows the pools.

        Args:
            client: who is asked.
            chosen: the ids of the pools that are chosen already.
        """
        super().__init__()
        self._client = client
        self._pools: dict[str, DesktopPool] = {}
        self._chosen = list(chosen)

    def compose_body(self) -> ComposeResult:
        """Compose the line that narrows, the list, and what is chosen."""
        yield TextControl(placeholder="(a part of a pool's name, or its id)")
        yield OptionList(markup=False, compact=True)
        yield Static(Content("reading the pools …"), classes="picked")

    def on_mount(self) -> None:
        """Ask for the pools; all of them, as a name that is not unique must be seen to be so."""
        self.query_one(OptionList).can_focus = False
        self.query_one(TextControl).focus()
        self.run_worker(self._read(), group="pools")

    async def _read(self) -> None:
        try:
            pools = await targets.every_pool(self._client)
        except ConsoleError as error:
            self.post_message(self.Read((), error))
        else:
            self.post_message(self.Read(pools, None))

    def on_pool_picker_read(self, message: Read) -> None:
        """Show the pools."""
        if message.error:
            self._say(Content.styled(cell(message.error.sentence), "bold $text-error"))
            return
        self._pools = {each.id or "": each for each in message.pools}
        self._chosen = [each for each in self._chosen if each in self._pools]
        self._show()

    @on(Input.Changed)
    def _narrow(self, event: Input.Changed) -> None:
        event.stop()
        self._show()

    def _found(self) -> list[DesktopPool]:
        word = self.query_one(TextControl).value.strip()
        pools = list(self._pools.values())
        return targets.near(word, pools) if word else pools

    def _show(self) -> None:
        listed = self.query_one(OptionList)
        at = self._under()
        found = self._found()
        listed.clear_options()
        names = [each.name for each in self._pools.values()]
        listed.add_options(
            Option(self._line(each, twice=names.count(each.name) > 1), id=each.id)
            for each in found[:_MOST]
        )
        ids = [each.id for each in found]
        if found:
            listed.highlighted = ids.index(at) if at in ids else 0
        self._tell(len(found))

    def _line(self, pool: DesktopPool, *, twice: bool) -> Content:
        mark = "[x] " if pool.id in self._chosen else "[ ] "
        desktops = "" if pool.desktop_count is None else plural(pool.desktop_count, "desktop")
        more = f"  {cell(pool.id or '')}" if twice else ""
        return Content.assemble(
            mark, (cell(pool.name or pool.id or ""), "bold"), f"  {desktops}{more}"
        )

    def _tell(self, found: int) -> None:
        if self._chosen:
            names = ", ".join(cell(self._pools[each].name or each) for each in self._chosen)
            self._say(Content.assemble("chosen: ", (names, "bold")))
        elif not found:
            self._say(Content("no pool has such a name"))
        else:
            self._say(Content(f"{plural(found, 'pool')}; none is chosen yet"))

    def _say(self, content: Content) -> None:
        self.query_one(".picked", Static).update(content)

    def _under(self) -> str:
        listed = self.query_one(OptionList)
        if listed.highlighted is None:
            return ""
        return listed.get_option_at_index(listed.highlighted).id or ""

    def action_move(self, by: int) -> None:
        """Move in the list."""
        listed = self.query_one(OptionList)
        if listed.option_count:
            at = (listed.highlighted or 0) + by
            listed.highlighted = min(max(at, 0), listed.option_count - 1)

    def action_take_or_leave(self) -> None:
        """Take the pool in or out; what was typed for it has done its work."""
        if under := self._under():
            self._chosen = (
                [each for each in self._chosen if each != under]
                if under in self._chosen
                else [*self._chosen, under]
            )
            line = self.query_one(TextControl)
            if line.value:
                line.value = ""
            else:
                self._show()

    @on(Input.Submitted)
    def _done(self, event: Input.Submitted) -> None:
        """Be done: with what is chosen; with what is under the cursor where a name was typed."""
        event.stop()
        under = self._under()
        typed = bool(event.value.strip())
        if under and under not in self._chosen and (typed or not self._chosen):
            self._chosen.append(under)
        if self._chosen:
            self.dismiss([self._pools[each] for each in self._chosen])
