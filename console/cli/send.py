"""`console send`: show a message on other people's desktops, once, and tell what became of it."""

from typing import Any, Final

import click

from console.cli import way, wording
from console.cli.confirmation import NotConfirmedError
from console.cli.options import Seconds, table_or_json, way_options
from console.cli.sending import Asked, Run, refuse_unknown
from console.cli.wording import Wording
from console.client.guard import refuse_changes
from console.errors import Exit
from console.services.desktop_notifications import SEND_TO_POOL

_SECONDS: Final = 300
"""How long `--wait` waits where nothing else is said."""

_TEMPLATES: Final = "help"
"""The name under which `--template` tells what there is."""


_ENDS: Final = """\
\b
Ends with:
  0    accepted; with --wait: everybody got it
  1    rejected, or the journal cannot be written: nobody saw it; of several targets
       at least one was rejected, and the others may have been accepted
  2    not sent: an option, the text, a target, no confirmation, or it may be seen twice
  3    not sent: unreachable or throttled; try again
  4    not sent: needs credentials
  5    the outcome is not known: look before sending it again
  6    with --wait: accepted, and not everybody is known to have got it in time
  130  interrupted; what was under way is told, and in the journal

Of several targets the worst counts; 3 and 4 hold for all of them, or it is 1.
"""


@click.command("send", epilog=_ENDS, context_settings={"max_content_width": 100})
@click.argument("source", required=False, metavar="[-]", type=click.Choice(["-"]))
@click.option("--pool", "pools", multiple=True, help="a pool, by name or id; may be repeated")
@click.option("--desktop", "desktops", multiple=True, help="a desktop's id; may be repeated")
@click.option("--message", help="the text")
@click.option("--file", "file", help="a file that holds the text; - reads it from a pipe")
@click.option("--template", help="a template by its name; `help` lists them")
@click.option("--set", "pairs", multiple=True, metavar="K=V", help="what stands in a field of it")
@click.option("--again", type=click.IntRange(min=1), help="repeat a send, by its number")
@click.option("--missed", is_flag=True, help="with --again: only for desktops it did not reach")
@click.option("--literal", is_flag=True, help="places left open, such as {time}, are meant so")
@click.option("--repeat", is_flag=True, help="even if they may see it a second time")
@click.option("--dry-run", is_flag=True, help="say what would be sent, and send nothing")
@click.option("--yes", is_flag=True, help="do not ask; needed where there is no terminal")
@click.option("--wait", is_flag=True, help="follow it until it is known who got it")
@click.option(
    "--timeout",
    type=Seconds(),
    help=f"seconds that --wait waits  [default: {_SECONDS}]",
)
@table_or_json("the outcome")
def command(source: str | None, **given: Any) -> int:  # Any: each option has its own type
    """Show a message on the desktops of pools, or on single desktops.

    The text is --message, --file, - for a pipe, --template, or typed in $EDITOR. It is shown with
    all it reaches and goes once that is confirmed; each target gets one request, which is never
    made twice. `console sent` tells later what became of it.
    """
    if given["template"] == _TEMPLATES:
        wording.put_templates()
        return Exit.DONE
    profile_name, read_only = given.pop("profile_name"), given.pop("read_only")
    asked = _asked(source, given)
    profile = way.taken(profile_name, read_only=read_only)
    if profile.read_only and not asked.dry_run:
        refuse_changes(SEND_TO_POOL)
    if not (asked.yes or asked.dry_run or way.asks()):
        refuse_unknown(asked)  # what no word could let go is no question of a terminal
        raise NotConfirmedError(
            "there is no terminal to confirm it at", hint="--yes sends without asking"
        )
    return Run(profile, asked).run()


command.params += way_options()


def _asked(source: str | None, given: dict[str, Any]) -> Asked:
    """Return what is asked for.

    Raises:
        click.UsageError: the options do not go together.
    """
    if source and given["file"] is not None:
        raise click.UsageError("- and --file both say what to send")
    pairs, timeout = given.pop("pairs"), given.pop("timeout")
    said = Wording(
        given.pop("message"),
        source or given.pop("file"),
        given.pop("template"),
        wording.parsed(pairs),
    )
    given.pop("file", None)
    asked = Asked(wording=said, timeout=timeout or _SECONDS, **given)
    texts = [each for each in (said.message, said.file, said.template) if each is not None]
    if len(texts) > 1:
        raise click.UsageError("one of --message, --file, - and --template says what to send")
    if pairs and said.template is None:
        raise click.UsageError("--set fills in a field of a --template")
    if timeout and not asked.wait:
        raise click.UsageError("--timeout is how long to --wait")
    named = bool(asked.pools or asked.desktops)
    if asked.again is None:
        if asked.missed:
            raise click.UsageError("--missed goes with --again")
        if not named:
            raise click.UsageError("--pool or --desktop says to whom")
        if not texts and (asked.dry_run or not way.asks()):
            raise click.UsageError("--message, --file, - or --template says what to send")
    elif named or texts:
        raise click.UsageError("--again repeats a send as it was: the same text to the same target")
    return asked
