"""The root command: knows every command's name, loads only the one that is run."""

import os
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Final

import click

from console.cli.talk import say, tell_error
from console.errors import ConsoleError, Exit
from console.services import LISTINGS

_OTHERS: Final = {
    "job": ("console.cli.job", "what became of a send"),
    "decode": ("console.cli.decode", "what an encoded authorization message says"),
    "demo": ("console.cli.demo", "try it on a cloud that lives on this machine"),
    "emulate": ("console.cli.emulate", "run that cloud alone, for scripts and tests"),
    "completion": ("console.cli.completion", "shell completion for bash, zsh or fish"),
}
"""Commands that are no listing: their modules, and what each does."""

EXIT_CODES: Final = """\
\b
Exit codes:
  0    done
  1    refused by the cloud, or its answer cannot be used
  2    usage: a wrong option, value or setting; nothing was sent
  3    worth trying again: unreachable, throttled, incomplete
  4    needs credentials
  5    the outcome of a send is not known
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
    epilog=EXIT_CODES,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(
    package_name="notification-console", prog_name="console", message="%(prog)s %(version)s"
)
def root() -> None:
    """See who was not notified, and what else Huawei Cloud's notifications do.

    Credentials come from the environment: HUAWEICLOUD_SDK_AK and HUAWEICLOUD_SDK_SK, or Terraform's
    HW_* names. CONSOLE_REGION, CONSOLE_ENDPOINT, CONSOLE_WORKSPACE and CONSOLE_DOMAIN_ID say where.
    """


def run(arguments: Sequence[str]) -> int:
    """Run one command line and return its exit code; never raises what an operator can cause."""
    try:
        outcome = root.main(args=list(arguments), prog_name="console", standalone_mode=False)
    except click.exceptions.Exit as ended:
        return ended.exit_code
    except (click.Abort, KeyboardInterrupt):
        say("interrupted")
        return Exit.INTERRUPTED
    except click.ClickException as error:
        error.show()
        return Exit.USAGE
    except ConsoleError as error:
        tell_error(error)
        return error.exit_code
    except BrokenPipeError:
        # The reader has what it wanted (`console blocked | head`). Python must not try to flush.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return Exit.DONE
    return outcome if isinstance(outcome, int) else Exit.DONE
