"""What is about to be sent, shown whole, and the word that lets it go.

A question takes what is typed after it was asked: what was typed before is thrown away, so neither
a held key nor a paste answers it. Enter alone is a no.
"""

import sys
import termios
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime

import click

from console.cli.lines import error_width, wrapped
from console.cli.talk import write
from console.errors import ConsoleError, Exit
from console.outbox.send import Place, Send, Target
from console.sending import message, record
from console.sending.name import same
from console.sending.repetition import went_to
from console.sending.targets import Reached, typed_for
from console.text import cell, safe

_LABEL = 10


class NotConfirmedError(ConsoleError):
    """Nobody said yes; nothing was sent."""

    title = "Not sent"
    exit_code = Exit.USAGE


@dataclass(frozen=True, slots=True)
class Offer:
    """What is about to be sent.

    Attributes:
        place: where to.
        production: whether the profile is marked so.
        reached: to whom.
        texts: the message for each target.
        lately: what was sent there with the same text lately, by target.
        resend: the send that is repeated; None where none is.
        doubts: why people may see that one a second time.
        left_out: how many of those whom that one is for are left out, in words.
    """

    place: Place
    production: bool
    reached: Sequence[Reached]
    texts: Mapping[Target, str]
    lately: Mapping[Target, Sequence[Send]]
    resend: Send | None = None
    doubts: Sequence[str] = ()
    left_out: str = ""

    @property
    def remarks(self) -> list[str]:
        """What the sender should know of the texts, each once."""
        said = [each for text in self.texts.values() for each in message.remarks(text)]
        return list(dict.fromkeys(said))

    @property
    def word(self) -> str:
        """What is typed to let it go."""
        if len(self.reached) > 1:
            return str(len(self.reached))
        return typed_for(self.reached[0].target) if self.production else "yes"


def show(offer: Offer) -> None:
    """Show an offer on stderr."""
    place = offer.place
    _say("profile", f"{cell(place.profile)}{' (PRODUCTION)' if offer.production else ''}")
    _say("project", f"{cell(place.project_id)} in {cell(place.region)}")
    _say("endpoint", cell(place.endpoint))
    same = len(set(offer.texts.values())) == 1
    for number, each in enumerate(offer.reached):
        _say("" if number else "to", _in_words(each))
        if not same:
            _show_text(offer.texts[each.target])
    if same:
        text = next(iter(offer.texts.values()))
        _say("message", message.length(text).in_words())
        _show_text(text)
    for remark in offer.remarks:
        _say("!", cell(remark))
    if offer.resend:
        _say("!", f"this repeats send {offer.resend.id} ({record.became(offer.resend)})")
    for line in filter(None, [offer.left_out, *offer.doubts]):
        _say("!", cell(line))
    for line in repetitions(offer):
        _say("!", line)


def repetitions(offer: Offer) -> list[str]:
    """Return a line for each time that the same text went to the same people lately."""
    now = datetime.now(UTC)
    return [
        f"the same text went to {cell(went_to(target, each))} {ago(now, each.written_at)}, "
        f"as send {each.id}: {record.became(each)}"
        for target, sends in offer.lately.items()
        for each in sends
        if not (offer.resend and each.id == offer.resend.id)  # which has its own line
    ]


def confirm(offer: Offer) -> None:
    """Ask for the word that lets an offer go.

    Raises:
        NotConfirmedError: something else was typed.
    """
    what = "`yes`"
    if len(offer.reached) > 1:
        what = "the number of targets"
    elif offer.production:
        named = offer.word == offer.reached[0].target.name
        what = f"the {'name' if named else 'id'} of the target"
    ask(f"type {what} to send: ", offer.word)


def confirm_repetition() -> None:
    """Ask once more, where the same was sent lately or nobody knows whether it was.

    Raises:
        NotConfirmedError: something else was typed.
    """
    ask("it may be shown a second time; type `again` to send it all the same: ", "again")


def ask(question: str, word: str, *, otherwise: str = "nothing was sent") -> None:
    """Ask for a word.

    Args:
        question: what is asked.
        word: what lets it go.
        otherwise: what is so where something else is typed.

    Raises:
        NotConfirmedError: something else was typed.
    """
    with suppress(termios.error):  # what was typed before the question was no answer to it
        termios.tcflush(sys.stdin.fileno(), termios.TCIFLUSH)
    click.echo(question, nl=False, err=True)
    answer = sys.stdin.readline()
    if not answer.endswith("\n"):
        write("")
    if not same(answer, word):
        raise NotConfirmedError(f"it was not confirmed; {otherwise}")


def _say(label: str, words: str) -> None:
    for number, line in enumerate(wrapped(words, _LABEL, error_width())):
        write(f"{'' if number else label:<{_LABEL}}{line}".rstrip())


def _show_text(text: str) -> None:
    for line in safe(text).split("\n"):
        write(f"{'':<{_LABEL}}| {line}")


def _in_words(reached: Reached) -> str:
    target = reached.target
    number = "?" if target.desktops is None else f"{target.desktops:,}"
    said = [f"{number} desktop{'' if target.desktops == 1 else 's'}"]
    known = reached.connected is not None
    said.append(f"{reached.connected:,} connected now" if known else "connected: not known")
    said += reached.remarks
    kind = f"pool {cell(target.name)} ({cell(target.pool_id)})"
    if target.kind == "desktops":
        kind = f"desktop{'' if target.desktops == 1 else 's'} {cell(target.name)}"
    return f"{kind}: {', '.join(said)}"


def ago(now: datetime, then: datetime) -> str:
    """Say how long ago a time was; a clock may have been set back since."""
    seconds = int((now - then).total_seconds())
    if seconds < 0:
        return f"at {then:%Y-%m-%d %H:%M:%S} UTC, ahead of this machine's clock"
    return f"{seconds} s ago" if seconds < 60 else f"{seconds // 60} min ago"
