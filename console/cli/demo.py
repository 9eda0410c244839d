"""`console demo`: the console on an emulated cloud, with nothing to configure."""

import click

from console.cli.options import frames_option, mouse_option


@click.command("demo")
@mouse_option
@frames_option
@click.option("--read-only", is_flag=True, help="refuse every call that changes something")
def command(*, mouse: bool | None, whole_frames: bool | None, read_only: bool) -> int:
    """Open the console on a cloud that lives on this machine.

    Nothing has to be configured, nothing in it is real, and nothing leaves this machine.
    """
    from console.cli.screens import open_screens  # noqa: PLC0415 - loads the application

    return open_screens(
        read_only=read_only, mouse=mouse, whole_frames=whole_frames, begin_with_demo=True
    )
