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

from console.app.composing import plural, without_twice
from console.app.widgets.dialog import Dialog
from console.app.widgets.field_control import TextControl
from console.client.client import Client
from console.errors import ConsoleError
from console.sending import targets
from console.sending.targets import Reached
from console.services.desktop_pools import DesktopPool
from console.text import cell

_MOST: Final = 300
"""Pools that are listed at once; whoever has more types a part of a name."""


class PoolPicker(Dialog[list[Reached]]):
    """Asks which pools; answers with all targets, or with None where nothing is changed.

    What is a target already is chosen, single desktops too, until it is taken out.
    """

    DEFAULT_CSS = """
    PoolPicker OptionList {
        height: auto; max-height: 12; border: none; padding: 0; background: $surface;
    }
    PoolPicker OptionList:ansi { background: ansi_default; }
    PoolPicker .picked { height: auto; margin-top: 1; }
    """
    TITLE_TEXT = "Send to which pools?"
    KEYS_TEXT = (
        "type a part of a name, or ↓ ↑ · enter takes that pool too, and is done · "
        "tab takes one in or out · escape changes nothing"
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

    def __init__(self, client: Client, reached: Sequence[Reached]) -> None:
        """Take the client that knows the pools.

        Args:
            client: who is asked.
            reached: the targets that are chosen already.
        """
        super().__init__()
        self._client = client
        self._pools: dict[str, DesktopPool] | None = None  # None before they are read
        self._before = {_name_of(each): each for each in reached}
        self._chosen = list(self._before)

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
        self._show()

    @on(Input.Changed)
    def _narrow(self, event: Input.Changed) -> None:
        event.stop()
        self._show()

    @property
    def _word(self) -> str:
        return self.query_one(TextControl).value.strip()

    def _found(self) -> list[DesktopPool]:
        pools = list((self._pools or {}).values())
        return targets.near(self._word, pools) if self._word else pools

    def _others(self) -> list[Reached]:
        """Return the targets of before that are no pools of the list: desktops, pools that went."""
        pools = self._pools or {}
        return [each for name, each in self._before.items() if name not in pools]

    def _show(self) -> None:
        listed = self.query_one(OptionList)
        at = self._under()
        found = self._found()
        listed.clear_options()
        if not self._word:
            listed.add_options(
                Option(_line(self._is_chosen(name), each.target.name, _what(each)), id=name)
                for each in self._others()
                for name in [_name_of(each)]
            )
        names = [each.name for each in (self._pools or {}).values()]
        listed.add_options(
            Option(self._pool_line(each, twice=names.count(each.name) > 1), id=each.id)
            for each in found[:_MOST]
        )
        ids = [each.id for each in listed.options]
        if at in ids:
            listed.highlighted = ids.index(at)
        elif self._word and ids:
            listed.highlighted = 0
        self._tell()

    def _is_chosen(self, name: str | None) -> bool:
        return name in self._chosen

    def _pool_line(self, pool: DesktopPool, *, twice: bool) -> Content:
        desktops = "" if pool.desktop_count is None else plural(pool.desktop_count, "desktop")
        more = f"  {pool.id or ''}" if twice else ""
        return _line(self._is_chosen(pool.id), pool.name or pool.id or "", f"{desktops}{more}")

    @on(OptionList.OptionHighlighted)
    def _moved(self, event: OptionList.OptionHighlighted) -> None:
        event.stop()
        self._tell()

    def _result(self) -> list[str]:
        """Return what would be chosen where enter were pressed now."""
        under = self._under()
        ticked = self._chosen != list(self._before)
        takes = under and not self._is_chosen(under) and (self._word or not ticked)
        return [*self._chosen, under] if takes else self._chosen

    def _reached(self) -> list[Reached]:
        pools = self._pools or {}
        return without_twice(
            [
                targets.of_pool(pools[each]) if each in pools else self._before[each]
                for each in self._result()
            ]
        )

    def _tell(self) -> None:
        """Say what enter does."""
        if self._pools is None:
            return
        reached = self._reached()
        names = ", ".join(cell(each.target.name) for each in reached)
        if self._word and not self._under():
            self._say(Content("no pool has such a name; enter takes nothing"))
        elif not reached:
            self._say(Content("nobody is chosen yet"))
        elif self._result() == list(self._before):
            self._say(Content.assemble("enter leaves it as it is: to ", (names, "bold")))
        else:
            self._say(Content.assemble("enter: to ", (names, "bold")))

    def _say(self, content: Content) -> None:
        self.query_one(".picked", Static).update(content)

    def _under(self) -> str:
        listed = self.query_one(OptionList)
        if listed.highlighted is None or not listed.option_count:
            return ""
        return listed.get_option_at_index(listed.highlighted).id or ""

    def action_move(self, by: int) -> None:
        """Move in the list."""
        listed = self.query_one(OptionList)
        if listed.option_count:
            at = -1 if listed.highlighted is None else listed.highlighted
            listed.highlighted = min(max(at + by, 0), listed.option_count - 1)

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
        """Be done, as the dialog says; stay where nobody is chosen, and where no name fits."""
        event.stop()
        if self._pools is None or (self._word and not self._under()):
            return
        if self._result() == list(self._before):
            if self._before:
                self.dismiss(None)
        elif reached := self._reached():
            self.dismiss(reached)


def _name_of(reached: Reached) -> str:
    """Return what a target is called among the options: a pool's id, or the desktops' key."""
    target = reached.target
    return target.pool_id if target.kind == "pool" else target.key


def _what(reached: Reached) -> str:
    target = reached.target
    if target.kind == "pool":
        return "not among the pools any more"
    return plural(len(target.desktop_ids), "single desktop")


def _line(chosen: object, name: str, more: str) -> Content:
    return Content.assemble("[x] " if chosen else "[ ] ", (cell(name), "bold"), f"  {cell(more)}")
