"""The control that a secret is typed into: nothing of it is shown, copied, cut or told."""

from dataclasses import dataclass

from pydantic import SecretStr
from textual.actions import SkipAction
from textual.widgets import Input

from console.app.widgets.field_control import TextControl
from console.log import hide


class SecretControl(TextControl):
    """A line whose text is seen by nobody; `secret` is the one way to it.

    A token that a terminal wrapped is pasted in several lines, and is one again here.
    """

    @dataclass
    class Changed(Input.Changed):
        """Something else was typed; what it is stays with the control."""

        def __post_init__(self) -> None:
            super().__post_init__()
            self.value = ""

    @dataclass
    class Blurred(Input.Blurred):
        """The line was left; what is in it stays with the control."""

        def __post_init__(self) -> None:
            super().__post_init__()
            self.value = ""

    def __init__(self, *, placeholder: str = "not shown") -> None:
        """Make an empty line."""
        super().__init__(placeholder=f"({placeholder})", between="")
        self.password = True

    @property
    def secret(self) -> SecretStr:
        """What was typed, kept out of the log from now on."""
        typed = SecretStr(self.value)
        if self.value:
            hide(typed)
        return typed

    async def action_submit(self) -> None:
        """Tell that Enter was pressed, and not on what."""
        self.post_message(Input.Submitted(self, ""))

    def action_copy(self) -> None:
        """Refuse: a clipboard is read by others."""
        raise SkipAction

    def action_cut(self) -> None:
        """Refuse, as with a copy; nothing is lost."""
