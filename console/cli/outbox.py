"""The journal as the commands open it, and what they say of a send and its course."""

import asyncio
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Final

from console.cli.talk import say, tell_error, write
from console.client.hints import hint_for
from console.errors import ConsoleError
from console.outbox.journal import Journal, JournalError
from console.outbox.send import DesktopCourse, Outcome, Send
from console.profiles import paths
from console.sending import record
from console.sending.dispatch import settle_again, unjournalled
from console.sending.follow import Course
from console.text import Json, cell

_PLAIN: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*")
"""A job's id that means the same to every shell."""

_CODE: Final = re.compile(r"\b[A-Z]{2,6}[.][0-9]{4,8}\b")
"""A code of the cloud's in its own words."""

_TOLD: Final = 20
"""Desktops that are named; the others are in the journal."""


@contextmanager
def opened() -> Iterator[Journal]:
    """Give the journal; what it has to tell about its file is told at the end.

    Raises:
        SettingsError: nothing says where it is.
    """
    with Journal(paths.outbox_file(os.environ)) as journal:
        try:
            yield journal
        finally:
            if journal.notice:
                say(cell(journal.notice))


def looked_at() -> Journal | None:
    """Return the journal as it is, to be closed by the caller; it is not touched.

    Returns:
        None where there is none; or none that can be read, which is told.
    """
    if not exists():
        return None
    journal = Journal(paths.outbox_file(os.environ), only_read=True)
    try:
        journal.version()
    except JournalError as error:
        journal.close()
        tell_error(error)
        say("the journal is as it was, and nothing here is known of earlier sends")
        return None
    return journal


def exists() -> bool:
    """Tell whether there is a journal; asking it would make one."""
    return os.path.lexists(paths.outbox_file(os.environ))


def tell(send: Send) -> None:
    """Say how a send stands, once its request is over."""
    name = cell(send.target.name)
    match send.outcome:
        case Outcome.WRITTEN | Outcome.GOING:
            return
        case Outcome.ACCEPTED:
            say(f"{name}: accepted as send {send.id}, job {cell(send.job_id)}")
        case Outcome.REJECTED:
            say(f"{name}: rejected; nobody saw it (send {send.id})")
            _tell_error(send.error)
        case Outcome.UNKNOWN:
            say(f"{name}: OUTCOME UNKNOWN; it may have been shown (send {send.id})")
            _tell_error({**send.error, "hint": None})  # what follows says it in commands
            for line in what_next(send):
                write(f"  {line}")
    if why := unjournalled(send):
        say(f"the journal does not have this: {cell(why)}")


def what_next(send: Send) -> list[str]:
    """Return what to do about a send of unknown outcome: to look first, and only then to repeat."""
    lines = [f"see first whether it arrived: console sent {send.id} --look"]
    if job := follow_command(send):
        lines.append(f"a job was named all the same: {job}")
    lines.append(f"where it did, note that: console sent {send.id} --arrived")
    return [*lines, f"where it did not, and only there: console send --again {send.id}"]


def follow_command(send: Send) -> str:
    """Return the command that follows the job of a send; empty where its id is no plain one.

    The id is the cloud's, and the line is there to be pasted into a shell.
    """
    return f"console job {send.job_id} --follow" if _PLAIN.fullmatch(send.job_id) else ""


def settled(journal: Journal, sends: Sequence[Send]) -> list[Send]:
    """Return sends, and have the journal take what it did not take before; that is the last try."""
    found = [settle_again(journal, each) for each in sends]
    for before, after in zip(sends, found, strict=True):
        if unjournalled(before) and not unjournalled(after):
            say(f"{cell(after.target.name)}: the journal has it now")
    return found


def _tell_error(error: Mapping[str, Json]) -> None:
    said = {
        str(error.get("title") or "error").lower(): error.get("message"),
        "status": error.get("status"),
        "detail": error.get("detail"),
        "request id": error.get("request_id"),
        "hint": error.get("hint"),
    }
    for name, value in said.items():
        if value:
            write(f"  {cell(name)}: {cell(str(value))}")


class Progress:
    """Says how jobs go, each time that something has changed; on stderr."""

    def __init__(self) -> None:
        self._said: dict[str, str] = {}

    def send(self, send: Send) -> None:
        """Say how a send's course goes."""
        words = record.reach(send) or send.job_status.lower() or "the cloud knows no such job"
        if send.ended:
            words = f"{record.standing(send)}: {words}"
        self._say(cell(send.target.name), words)

    def course(self, job_id: str, course: Course) -> None:
        """Say how a job goes that the journal does not have."""
        told = record.in_words(course.desktops, course.total, ended=course.ended)
        words = told or course.status.lower()
        if course.ended:
            words = f"{course.verdict or 'ended'}: {words}"
        self._say(f"job {cell(job_id)}", words)

    def trouble(self, error: ConsoleError) -> None:
        """Say what was passed over."""
        self._say("trouble, trying on", cell(error.sentence))

    def _say(self, name: str, words: str) -> None:
        if self._said.get(name) != words:
            self._said[name] = words
            say(f"{name}: {cell(words)}")


def why(course: DesktopCourse) -> str:
    """Return why a desktop did not get it: the cloud's own words, and what we know of its code."""
    code = _CODE.search(course.reason)
    meaning = hint_for(0, code[0]) if code else ""
    return f"{course.reason}: {meaning}" if meaning else course.reason


def tell_missed(send: Send) -> None:
    """Say which desktops an ended send did not reach, and why."""
    missed = [each for each in send.desktops if each.state != "delivered"]
    for each in missed[:_TOLD]:
        user = f" of {each.user}" if each.user else ""
        said = why(each) or each.state
        write(f"  {cell(each.name or each.desktop_id)}{cell(user)}: {cell(said)}")
    if len(missed) > _TOLD:
        write(f"  and {len(missed) - _TOLD:,} more: console sent {send.id}")
    if send.untold:
        write(f"  {send.untold:,} that its job counts and does not name: ask their users")
    if any(each.state == "failed" for each in missed):
        write(f"  to send it to these again: console send --again {send.id} --missed")


async def followed(runs: "list[asyncio.Task[Send]]", sends: list[Send]) -> list[Send]:
    """Return what following each of `sends` ended in; an error is told, and the send as it was."""
    await asyncio.wait(runs)
    ended: list[Send] = []
    for run, send in zip(runs, sends, strict=True):
        try:
            ended.append(run.result())
        except ConsoleError as error:
            say(f"{cell(send.target.name)}: it cannot be followed")
            tell_error(error)
            ended.append(send)
    return ended
