"""One run of `console send`: what is asked is found out, confirmed, sent, followed and told."""

import asyncio
from collections.abc import Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from typing import Final

from console.cli import outbox, wording
from console.cli.confirmation import (
    Offer,
    confirm,
    confirm_repetition,
    repetitions,
    show,
)
from console.cli.output import put, writer
from console.cli.resend import Resend, found
from console.cli.talk import ReaderGoneError, say, tell_error, write
from console.cli.wording import Wording
from console.client.client import Client
from console.errors import Exit, OutputError
from console.outbox.journal import Journal, JournalError
from console.outbox.send import Outcome, Send, Target
from console.profiles.profile import Profile
from console.sending import dispatch, message, record, repetition, targets
from console.sending.follow import follow
from console.sending.targets import Reached, TargetError
from console.sending.template import Template
from console.services.column import column
from console.text import Json, cell, json_text

_COLUMNS: Final = ("id", "target.name", "standing", "delivered", "failed", "pending", "job_id")


@dataclass(frozen=True, slots=True)
class Asked:
    """What the options ask for.

    Attributes:
        wording: the message.
        pools: names or ids of pools.
        desktops: ids of desktops.
        again: the send to repeat; None where none is.
        missed: whether to repeat it for the desktops only that it did not reach.
        literal: whether places left open are meant so.
        repeat: whether the same text may go to the same target again.
        dry_run: whether only to say what would be sent.
        yes: whether not to ask.
        wait: whether to follow it to its end.
        timeout: seconds of that.
        form: how to write the outcome.
    """

    wording: Wording
    pools: Sequence[str]
    desktops: Sequence[str]
    again: int | None
    missed: bool
    literal: bool
    repeat: bool
    dry_run: bool
    yes: bool
    wait: bool
    timeout: float
    form: str


class Run:
    """One run of the command, from what is asked to the exit code."""

    def __init__(self, profile: Profile, asked: Asked) -> None:
        """Take the profile to send with, and what is asked."""
        self._profile = profile
        self._asked = asked
        self._latest: dict[int, Send] = {}

    def run(self) -> int:
        """Send what is asked, and return what the command ends with.

        Raises:
            ConsoleError: nothing was sent.
        """
        asked = self._asked
        words: str | Template | None = None
        if asked.again is None and not asked.wording.typed:
            words = asked.wording.read()
            if isinstance(words, str):
                self._refuse_open([words])
        with ExitStack() as stack:
            # A dry run leaves nothing behind, so it neither begins a journal nor mends one.
            if asked.dry_run:
                journal = outbox.looked_at()
                if journal:
                    stack.enter_context(journal)
            else:
                journal = stack.enter_context(outbox.opened())
                journal.recover()  # a journal that cannot be used ends it here
            # What is asked is asked between two runs of one loop, so that Ctrl+C is heard.
            runner = stack.enter_context(asyncio.Runner())
            client = Client(self._profile)
            stack.callback(lambda: runner.run(client.close()))
            return self._with(runner, client, journal, words)

    def _with(
        self,
        runner: asyncio.Runner,
        client: Client,
        journal: Journal | None,
        words: "str | Template | None",
    ) -> int:
        asked = self._asked
        again = self._resent(journal)
        resend = again.send if again else None
        place = runner.run(dispatch.place_of(client))
        if again:
            again.refuse_elsewhere(place)
        reached = runner.run(self._reached(client, resend))
        every = [each.target for each in reached]
        if resend:
            words = resend.text
        elif words is None:
            words = self._typed(journal, every)
        texts = wording.texts_of(words, asked.wording.values, every)
        lately = {}
        if journal:
            lately = runner.run(repetition.sent_lately(journal, place, texts))
        doubts, left_out = (again.doubts, again.left_out) if again else ((), "")
        offer = Offer(
            place, self._profile.production, reached, texts, lately, resend, doubts, left_out
        )
        self._refuse_open(list(texts.values()))
        if asked.dry_run:
            return _put_calls(offer, asked)
        if journal is None:
            raise AssertionError("only a dry run goes without a journal")
        self._agree(offer)
        return self._send(runner, client, journal, offer)

    def _typed(self, journal: Journal | None, every: Sequence[Target]) -> str:
        if journal is None:
            raise AssertionError("a dry run comes with its text")
        return wording.edited(journal, every, self._profile.name)

    def _resent(self, journal: Journal | None) -> Resend | None:
        asked = self._asked
        if asked.again is None:
            return None
        if journal is None:
            raise _no_journal(asked.again)
        again = found(journal, asked.again, missed=asked.missed)
        if asked.yes and not asked.repeat and not asked.dry_run:
            again.refuse_unasked()
        return again

    async def _reached(self, client: Client, resend: Send | None) -> list[Reached]:
        asked = self._asked
        pools, desktops = asked.pools, asked.desktops
        if resend and resend.target.kind == "pool":
            pools = [resend.target.pool_id]
        elif resend:
            desktops = resend.target.desktop_ids
        reached = await targets.found(client, pools, desktops)
        if asked.yes and not asked.dry_run:
            return reached  # nobody reads how many are connected
        return await targets.with_connected(client, reached)

    def _refuse_open(self, texts: Sequence[str]) -> None:
        """Raise where nobody is asked, and a text has a place that nobody filled in."""
        asked = self._asked
        if asked.literal or not asked.yes:
            return
        for text in texts:
            if found := message.placeholders(text):
                raise message.MessageError(
                    f"{targets.named(found)} looks like a place left open",
                    hint="fill it in, or --literal where it is meant so",
                )

    def _agree(self, offer: Offer) -> None:
        """Let an offer go, or raise; where nobody is asked, the options must allow it."""
        asked = self._asked
        resend = offer.resend
        known = {resend.id} if resend else set()
        others = {
            target: left
            for target, sends in offer.lately.items()
            if (left := [each for each in sends if each.id not in known])
        }
        if asked.yes:
            if others and not asked.repeat:
                raise repetition.RepeatedError(others, "--repeat sends it all the same")
            if offer.left_out:
                say(cell(offer.left_out))
            for each in offer.reached:
                for remark in each.remarks:
                    say(f"{cell(each.target.name)} {remark}")
            return
        show(offer)
        confirm(offer)
        if (others or offer.doubts) and not asked.repeat:
            confirm_repetition()

    def _send(self, runner: asyncio.Runner, client: Client, journal: Journal, offer: Offer) -> int:
        asked = self._asked
        known = {each.id for sends in offer.lately.values() for each in sends}
        try:
            sends = runner.run(
                dispatch.dispatch(
                    journal,
                    client,
                    offer.texts,
                    list(offer.texts),
                    confirmed=offer.place,
                    resend_of=offer.resend.id if offer.resend else None,
                    knowing=known,
                    on_change=self._note,
                )
            )
            code = dispatch.exit_code(sends)
            self._drop_draft(journal, sends)
            if asked.wait:
                sends = runner.run(self._wait(journal, client, sends))
                if code is Exit.DONE and not all(each.verdict == "delivered" for each in sends):
                    code = Exit.PARTLY
        except KeyboardInterrupt:
            so_far = outbox.settled(journal, [self._latest[each] for each in sorted(self._latest)])
            for each in so_far:
                _tell_if_going_on(each)
            self._put(so_far)
            self._drop_draft(journal, so_far)
            raise
        sends = outbox.settled(journal, sends)
        self._put(sends)
        return code

    def _drop_draft(self, journal: Journal, sends: Sequence[Send]) -> None:
        """Forget what was typed in the editor, unless nobody saw any of it."""
        typed = self._asked.again is None and self._asked.wording.typed
        if typed and any(each.outcome is not Outcome.REJECTED for each in sends):
            with suppress(JournalError):  # what became of the sends is so all the same
                journal.drop_draft(wording.DRAFT)

    def _note(self, send: Send) -> None:
        self._latest[send.id] = send
        outbox.tell(send)

    async def _wait(self, journal: Journal, client: Client, sends: list[Send]) -> list[Send]:
        progress = outbox.Progress()
        seconds = self._asked.timeout

        def note(send: Send) -> None:
            self._latest[send.id] = send
            progress.send(send)

        runs = [
            asyncio.create_task(
                follow(
                    journal,
                    client,
                    each,
                    on_change=note,
                    on_trouble=progress.trouble,
                    timeout=seconds,
                )
            )
            for each in sends
        ]
        ended = await outbox.followed(runs, sends)
        for each in ended:
            if each.ended:
                outbox.tell_missed(each)
            _tell_if_going_on(each)
        return ended

    def _put(self, sends: Sequence[Send]) -> None:
        """Write the outcome to stdout; where that fails, what became of the sends is so still."""
        columns = [column(record.SentRecord, name) for name in _COLUMNS]
        json = self._asked.form == "json"
        out = writer(self._asked.form, record.SENT, None if json else columns, None)
        try:
            if sends:
                out.page([record.row(each) for each in sends])
            out.end()
        except OutputError as error:
            tell_error(error)
        except ReaderGoneError:
            pass  # it was told on stderr, and the exit code says it


def refuse_unknown(asked: Asked) -> None:
    """Raise where what is to be repeated is not there, or has missed nobody.

    Raises:
        TargetError: so it is.
        JournalError: the journal cannot be read.
    """
    if asked.again is None:
        return
    journal = outbox.looked_at()
    if journal is None:
        raise _no_journal(asked.again)
    with journal:
        found(journal, asked.again, missed=asked.missed)


def _no_journal(number: int) -> TargetError:
    return TargetError(f"there is no send {number} without a journal")


def _tell_if_going_on(send: Send) -> None:
    if send.is_accepted and not send.ended:
        say(f"{cell(send.target.name)}: not over; it goes on without being watched")
        if follow_it := outbox.follow_command(send):
            write(f"  {follow_it}")


def _put_calls(offer: Offer, asked: Asked) -> int:
    """Write the requests that would be made."""
    calls = [
        (call.operation.method, call.target(offer.place.project_id), dict(call.body or {}))
        for call in (dispatch.call_for(target, text) for target, text in offer.texts.items())
    ]
    if asked.form == "json":
        rows: list[Json] = [
            {"method": method, "path": path, "body": body} for method, path, body in calls
        ]
        put(f"{json_text(rows)}\n")
    else:
        put("".join(f"{method} {path}\n{json_text(body)}\n" for method, path, body in calls))
    for each in offer.reached:
        for remark in each.remarks:
            say(f"{cell(each.target.name)} {remark}")
    for remark in filter(None, [offer.left_out, *offer.remarks, *repetitions(offer)]):
        say(cell(remark))
    say(f"a dry run: nothing was sent to {cell(offer.place.endpoint)}")
    return Exit.DONE
