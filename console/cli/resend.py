"""What `console send --again` repeats: found in the journal, and looked at before anybody agrees.

A repetition may show the same a second time: where nobody knows what became of the first one, where
that was a moment ago, and where it was repeated already. Each of these needs a word of its own.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from console.cli.confirmation import NotConfirmedError, ago
from console.cli.outbox import follow_command
from console.outbox.journal import Journal
from console.outbox.send import Outcome, Place, Send
from console.sending import elsewhere, record, targets
from console.sending.repetition import SAME_WITHIN
from console.sending.targets import TargetError


@dataclass(frozen=True, slots=True)
class Resend:
    """A send that is to be repeated.

    Attributes:
        send: the send; for the desktops that it missed, with those as its target.
        doubts: why people may see it a second time; empty where nobody of the target has seen it.
        left_out: how many desktops of the send are left out, as last heard; empty for none.
    """

    send: Send
    doubts: Sequence[str] = ()
    left_out: str = ""

    def refuse_unasked(self) -> None:
        """Raise where nobody is asked, and it may be seen a second time.

        Raises:
            NotConfirmedError: it may be.
        """
        if self.doubts:
            look = " --look" if self.send.outcome is Outcome.UNKNOWN else ""
            raise NotConfirmedError(
                "it may be shown a second time: " + "; ".join(self.doubts),
                hint=f"`console sent {self.send.id}{look}` says what became of it; "
                "--repeat sends it all the same",
            )

    def refuse_elsewhere(self, place: Place) -> None:
        """Raise where `place` is not the one that it went to.

        Raises:
            TargetError: it is another one.
        """
        if said := elsewhere.sentence(self.send, place):
            raise TargetError(said, hint=elsewhere.hint(self.send.place, place))


def found(journal: Journal, number: int, *, missed: bool) -> Resend:
    """Return what is to be repeated.

    Args:
        journal: where it is.
        number: the send's number.
        missed: whether it is to be repeated for those desktops only that it did not reach.

    Raises:
        TargetError: there is no such send, it is on its way, or it missed no desktop.
        JournalError: the journal cannot be read.
    """
    send = journal.send(number)
    if send is None:
        raise TargetError(
            f"there is no send {number} in the journal", hint="console sent lists them"
        )
    if not send.outcome.settled:
        raise TargetError(f"send {number} is still on its way")
    repeats = targets.repeats_of(number, journal.repetitions())
    if not missed:
        return Resend(send, _doubts(send, repeats))
    target = targets.without_message(send, repeats)
    if target is None:
        again = f"; it was repeated as {repeats[0].id}" if repeats else ""
        raise TargetError(
            f"send {number} names no desktop that it did not reach{again}",
            hint=f"console sent {number}",
        )
    left_out = record.left_out(send)
    if left_out and not send.ended:
        left_out += f" (as last heard; {follow_command(send) or 'its job is not over'})"
    return Resend(replace(send, target=target), left_out=left_out)


def _doubts(send: Send, repeats: Sequence[Send]) -> list[str]:
    now = datetime.now(UTC)
    doubts = []
    if send.outcome is Outcome.UNKNOWN:
        doubts.append(f"the outcome of send {send.id} is unknown")
    if send.outcome is not Outcome.REJECTED and send.written_at >= now - SAME_WITHIN:
        doubts.append(f"send {send.id} went {ago(now, send.written_at)}: {record.became(send)}")
    doubts += [
        f"send {send.id} was repeated as {each.id}: {record.became(each)}" for each in repeats
    ]
    return doubts
