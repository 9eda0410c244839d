"""`console completion`: the script that a shell needs to complete commands and options."""

import click
from click.shell_completion import get_completion_class

from console.cli.output import put
from console.errors import Exit

_VARIABLE = "_CONSOLE_COMPLETE"


@click.command("completion")
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def command(context: click.Context, shell: str) -> int:
    """Write the completion script of a shell; let the shell read it when it starts.

    \b
    bash:  eval "$(console completion bash)"
    zsh:   eval "$(console completion zsh)"
    fish:  console completion fish | source
    """  # noqa: D301 - click's own mark for lines that it must not wrap
    made = get_completion_class(shell)
    if made is None:
        raise AssertionError(f"click completes {shell}")
    put(made(context.find_root().command, {}, "console", _VARIABLE).source())
    return Exit.DONE
