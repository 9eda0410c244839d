"""Sending, as far as it is the application's: it goes on whatever screen is in front."""

from typing import TYPE_CHECKING, ClassVar, Final, TypeVar, cast

from textual import on
from textual.binding import Binding, BindingType

from console.app.drafting import Drafts
from console.app.opening import OpeningApp
from console.app.sends import Sends

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rich.console import RenderableType

    from console.app.app import ConsoleApp
    from console.app.opening import Open
    from console.client.client import Client
    from console.outbox.send import Send

R = TypeVar("R")

POOLS: Final = "pools"
"""The screen on which messages are composed."""


class SendingApp(OpeningApp[R]):
    """An app that sends, and follows what it sent to its end.

    Attributes:
        sends: what is sent and followed.
        drafts: what is typed and not sent.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "ctrl+n",
            "compose",
            "Write",
            id="app.compose",
            tooltip="go on with your draft; or begin a new message",
        ),
    ]

    def __init__(
        self,
        environ: "Mapping[str, str]",
        *,
        read_only: bool = False,
        demo: "Open | None" = None,
    ) -> None:
        """Take what `OpeningApp` takes."""
        super().__init__(environ, read_only=read_only, demo=demo)
        me = cast("ConsoleApp", self)
        self.sends = Sends(me)
        self.drafts = Drafts(me)
        self._notice = ""

    def exit(
        self,
        result: R | None = None,
        return_code: int = 0,
        message: "RenderableType | None" = None,
    ) -> None:
        """End; what is on the screen and has not been said yet is kept too."""
        for screen in self.frames():
            if take_typed := getattr(screen, "take_typed", None):
                take_typed()
        super().exit(result, return_code, message)

    async def on_unmount(self) -> None:
        """Keep what was typed, stop what is under way, and let go of the journal."""
        await self.drafts.close()
        await self.sends.close()

    async def release(self, client: "Client") -> None:
        """Close the client of a profile that is left, when no send uses it any more."""
        await self.sends.leave(client)

    # What is heard of sends

    @on(Sends.Changed)
    def _take_send(self, message: Sends.Changed) -> None:
        message.stop()
        over = self.sends.take(message.send, message.act)
        if over and cast("ConsoleApp", self).memory.get("app", "bell"):
            self.bell()
        self._tell_sends()

    @on(Sends.Troubled)
    def _take_trouble(self, message: Sends.Troubled) -> None:
        message.stop()
        self.sends.take_trouble(message.send_id, message.error, stopped=message.stopped)
        self._tell_sends()

    @on(Sends.Left)
    def _take_left(self, message: Sends.Left) -> None:
        message.stop()
        for screen in self.frames():
            screen.sent(message.number, message.sends, message.error)
        self._tell_sends()

    @on(Sends.Adopted)
    def _take_adopted(self, message: Sends.Adopted) -> None:
        message.stop()
        if message.client is self.way.client:
            self.sends.take_adopted(message.client, message.sends)
            self._tell_sends()

    def way_taken(self) -> None:
        """Follow on what was sent before with the profile that is in use now."""
        if self.way.client:
            self.sends.follow_on(self.way.client)

    def _tell_notice(self) -> None:
        """Say once what the journal has to tell of its file."""
        notice = self.sends.notice
        if notice and notice != self._notice:
            self._notice = notice
            cast("ConsoleApp", self).say(notice, tone="warning")

    def _tell_sends(self) -> None:
        self._tell_notice()
        for screen in self.frames():
            screen.sends_changed()
            screen.tell_status()

    def sends_seen(self) -> None:
        """Take note that the operator has looked at what became of the sends."""
        if self.sends.seen():
            for screen in self.frames():
                screen.tell_status()

    # Drafts

    @on(Drafts.Read)
    def _tell_drafts(self, message: Drafts.Read) -> None:
        """Say at the start that something typed in an earlier run is there."""
        from console.app.status import clock  # noqa: PLC0415 - loads pydantic

        message.stop()
        me = cast("ConsoleApp", self)
        said: list[str] = []
        if message.unknown:
            many = f"{len(message.unknown):,} send{'s' * (len(message.unknown) != 1)}"
            whose = " and ".join(dict.fromkeys(message.unknown))
            said.append(f"{many} of UNKNOWN outcome: 6 shows them (profile {whose})")
        left = [each for each in message.drafts if not self.drafts.typed_elsewhere(each)]
        if left and left[0].changed_at:
            since = clock(left[0].changed_at, me.zone, me.now())
            more = f", and {len(left) - 1:,} more" if len(left) > 1 else ""
            said.append(f"a draft from {since} is kept{more}: ctrl+n opens it")
        if said:
            me.say(" · ".join(said), tone="warning" if message.unknown else "notice")
        self._tell_notice()

    @on(Drafts.Refused)
    def _tell_problem(self, message: Drafts.Refused) -> None:
        message.stop()
        self.drafts.problem = message.error
        for screen in self.frames():
            screen.sends_changed()

    # Keys that work everywhere

    async def action_compose(self) -> None:
        """Write a new message, on the screen of the pools."""
        await self.switch_mode(POOLS)
        compose = getattr(self.screen, "compose_message", None)
        if compose:
            compose()

    async def act_on(self, what: str, send: "Send") -> None:
        """Do something with a send, on the screen on which messages are composed.

        Where nothing comes of it, the screen that is in front now is so again.
        """
        origin = self.current_mode
        await self.switch_mode(POOLS)
        act_on = getattr(self.screen, "act_on", None)
        if act_on:
            act_on(what, send, origin)

    def action_ring(self) -> None:
        """Let the terminal's bell ring at the end of a send, or no longer."""
        me = cast("ConsoleApp", self)
        rings = not me.memory.get("app", "bell")
        me.say("the bell rings when a send ends" if rings else "no bell when a send ends")
        me.remember("app", "bell", rings)

    async def action_quit(self) -> None:
        """Quit; where a send is under way, ask first."""
        from console.app.dialogs.quitting import QuittingDialog  # noqa: PLC0415 - when asked for

        going = self.sends.begun_here
        if not going or isinstance(self.screen, QuittingDialog):
            self.exit()
            return
        self.push_screen(QuittingDialog(going), self._quit)

    def _quit(self, answer: bool | None) -> None:  # noqa: FBT001 - the answer of a dialog
        if answer:
            self.exit()
