"""`console sent N --arrived`: a send of unknown outcome is noted as the job that was found."""

from datetime import tzinfo

from console.cli import way
from console.cli.confirmation import NotConfirmedError, ask
from console.cli.one_send import in_words, looked
from console.cli.talk import say, write
from console.errors import ConsoleError, Exit
from console.outbox.journal import Journal
from console.outbox.send import Outcome, Send
from console.text import cell

_NOTHING = "nothing was noted"


class NotArrivedError(ConsoleError):
    """No job, or more than one, may be that of the send; nothing was noted."""

    title = "Not noted"
    exit_code = Exit.USAGE


def note(
    journal: Journal, send: Send, job_id: str | None, zone: tzinfo | None, *, yes: bool
) -> Send:
    """Look for the job of a send of unknown outcome, and note that it arrived as that job.

    Args:
        journal: where it is noted.
        send: the send.
        job_id: as which of the jobs that are found; None for the only one.
        zone: the zone to show times in; None for this machine's.
        yes: whether not to ask.

    Raises:
        NotArrivedError: none was found, not that one, or several.
        NotConfirmedError: nobody said yes.
        ConsoleError: the cloud cannot be asked, or the journal written.
    """
    if not (yes or way.asks()):
        raise NotConfirmedError(
            "there is no terminal to confirm it at", hint="--yes notes it without asking"
        )
    found = looked(journal, send)
    ids = [each.id for each in found.jobs]
    if not ids:
        raise NotArrivedError(
            f"no job was found that may be that of send {send.id}; {_NOTHING}",
            hint=f"console sent {send.id} --look says what was found",
        )
    if job_id is not None and job_id not in ids:
        raise NotArrivedError(
            f"job {job_id} is none of those that were found: {', '.join(ids)}; {_NOTHING}"
        )
    if job_id is None and len(ids) > 1:
        raise NotArrivedError(
            f"{len(ids)} jobs may be that of send {send.id}: {', '.join(ids)}; {_NOTHING}",
            hint=f"--job says which; console sent {send.id} --look tells them apart",
        )
    job_id = job_id or ids[0]
    if not yes:
        for line in in_words(found, zone):
            write(line)
        ask(
            f"type `arrived` to note send {send.id} as job {cell(job_id)}: ",
            "arrived",
            otherwise=_NOTHING,
        )
    settled = journal.settle(send.id, Outcome.ACCEPTED, job_id=job_id)
    say(f"send {send.id} is UNKNOWN no more: it arrived, as job {cell(job_id)}")
    return settled
