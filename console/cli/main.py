"""The root command: knows every command's name, loads only the one that is run."""

from collections.abc import Sequence
from importlib import import_module
from io import StringIO
from typing import Final

import click

from console.cli.options import frames_option, mouse_option, way_options
from console.cli.talk import print_words
from console.errors import Exit
from console.services import LISTINGS
from console.text import safe

_OTHERS: Final = {
    "login": ("console.cli.login", "make a profile, or give one its secret again"),
    "logout": ("console.cli.logout", "remove the secret of a profile"),
    "profile": ("console.cli.profile", "list, show, use, set, remove and rename profiles"),
    "import": ("console.cli.importing", "take over the credentials of other tools"),
    "doctor": ("console.cli.doctor", "why something does not work"),
    "send": ("console.cli.send", "show a message on the desktops of pools"),
    "sent": ("console.cli.sent", "the journal: what was sent, and what became of it"),
    "job": ("console.cli.job", "how the cloud's job of a send stands, desktop by desktop"),
    "decode": ("console.cli.decode", "what an encoded authorization message says"),
    "demo": ("console.cli.demo", "open the screens on a cloud that lives on this machine"),
    "emulate": ("console.cli.emulate", "run that cloud alone, for scripts and tests"),
    "completion": ("console.cli.completion", "shell completion for bash, zsh or fish"),
}
"""Commands that are no listing: their modules, and what each does."""

EXIT_CODES: Final = """\
\b
Exit codes:
  0    done
  1    refused by the cloud, its answer cannot be used; output not written; our own fault
  2    usage: a wrong option, value or setting; nothing was sent
  3    worth trying again: unreachable, throttled, incomplete
  4    needs credentials
  5    the outcome of a send is not known
  6    accepted, and not everybody is known to have got it (--wait, --follow)
  130  interrupted
"""


class Commands(click.Group):
    """A group whose commands are loaded when they are run."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002, D102 - click's own signature and meaning
        return [*LISTINGS, *_OTHERS]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002, D102 - as above
        if cmd_name in LISTINGS:
            from console.cli.listing import command_for  # noqa: PLC0415 - loads pydantic

            return command_for(cmd_name)
        if cmd_name in _OTHERS:
            command = import_module(_OTHERS[cmd_name][0]).command
            return command if isinstance(command, click.Command) else None
        return None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002, D102 - as above
        with formatter.section("Lists"):
            formatter.write_dl([(name, entry.summary) for name, entry in LISTINGS.items()])
        with formatter.section("Others"):
            formatter.write_dl([(name, summary) for name, (_, summary) in _OTHERS.items()])

    def shell_complete(
        self, ctx: click.Context, incomplete: str
    ) -> list["click.shell_completion.CompletionItem"]:
        """Offer the commands without loading any of them."""
        from click.shell_completion import CompletionItem  # noqa: PLC0415 - for completion alone

        summaries = {name: entry.summary for name, entry in LISTINGS.items()}
        summaries |= {name: summary for name, (_, summary) in _OTHERS.items()}
        found = [
            CompletionItem(name, help=summary)
            for name, summary in summaries.items()
            if name.startswith(incomplete)
        ]
        return found or super().shell_complete(ctx, incomplete)


@click.group(
    cls=Commands,
    invoke_without_command=True,
    epilog=EXIT_CODES,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(
    package_name="notification-console", prog_name="console", message="%(prog)s %(version)s"
)
@mouse_option
@frames_option
@click.pass_context
def root(
    ctx: click.Context,
    *,
    profile_name: str | None,
    read_only: bool,
    mouse: bool | None,
    whole_frames: bool | None,
) -> int | None:
    """See who was not notified, and what else Huawei Cloud's notifications do.

    Alone, it opens the screens; each command does one thing and ends.

    `console login` makes a profile. Without one, credentials come from the environment:
    HUAWEICLOUD_SDK_AK and HUAWEICLOUD_SDK_SK, or Terraform's HW_* names.
    """
    if ctx.invoked_subcommand:
        return None
    from console.cli.screens import open_screens  # noqa: PLC0415 - loads the application

    return open_screens(profile_name, read_only=read_only, mouse=mouse, whole_frames=whole_frames)


root.params += way_options()


def obeyed(arguments: Sequence[str]) -> int:
    """Do what a command line says and return its exit code.

    Raises:
        KeyboardInterrupt: somebody interrupted it.
        ConsoleError: it could not be done.
    """
    try:
        outcome = root.main(args=list(arguments), prog_name="console", standalone_mode=False)
    except click.exceptions.Exit as ended:
        return ended.exit_code
    except click.Abort:
        raise KeyboardInterrupt from None
    except click.ClickException as error:
        _show(error)
        return Exit.USAGE
    return outcome if isinstance(outcome, int) else Exit.DONE


def _show(error: click.ClickException) -> None:
    """Show what click has to say; it repeats what was typed or pasted, which may be anything."""
    words = StringIO()
    error.show(file=words)
    print_words(safe(words.getvalue()))
