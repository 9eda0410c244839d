"""A console that is killed between any two steps of a send: no text leaves twice or unjournalled.

Where a send is cut off, and in how many cases what the cloud received is counted against what the
journal, or the outcome, says; each test asserts its number:

===============================================  ==================================  =======
the connection ends at any byte, with a journal  `test_dispatch.py`                    > 600
the same without one, for both kinds of send     `tests/client/test_send_cuts.py`    > 1,700
SIGKILL before any step of a send                here                                  >= 60
SIGKILL before any step of the journal alone     `tests/outbox/test_kill.py`           >= 57
held keys, pastes, clicks on a terminal          `tests/app/test_sending_by_keys.py`    each
===============================================  ==================================  =======
"""

import asyncio
import json
from collections import Counter
from pathlib import Path

from console.client.client import Client
from console.outbox.journal import Journal
from console.outbox.send import Outcome
from console.sending.dispatch import dispatch
from console.sending.targets import every_pool, of_pool
from tests.cloud import Cloud
from tests.profiles.forked import killed_at

STEPS = (
    *("console/sending/dispatch.py", "console/outbox/journal.py", "console/outbox/ledger.py"),
    *("console/client/send.py", "console/client/transport.py"),
    *("httpcore/_async/connection.py", "httpcore/_async/http11.py"),
)
"""The files whose calls are counted."""


def test_killed_before_any_step_of_a_send_it_left_once_or_not_as_the_journal_says(
    cloud: Cloud, tmp_path: Path
) -> None:
    path = tmp_path / "outbox.sqlite3"

    async def send() -> None:
        async with Client(cloud.profile()) as client:
            pool = next(each for each in await every_pool(client) if each.name == "QA-Linux")
            with Journal(path) as journal:
                await dispatch(journal, client, f"text {number}", [of_pool(pool).target])

    number = 0
    while killed_at(number, lambda: asyncio.run(send()), of=STEPS):
        number += 1
    assert number >= 60
    bodies = [each["body"] for each in cloud.requests() if each["method"] == "POST"]
    received = Counter(json.loads(body)["notifications"] for body in bodies if body)
    with Journal(path) as journal:
        said = {each.text: each.outcome for each in journal.sends()}
    assert set(received.values()) == {1}
    assert received.keys() <= said.keys()
    found = Counter((outcome, received[text]) for text, outcome in said.items())
    assert found.keys() == {
        (Outcome.REJECTED, 0),
        (Outcome.UNKNOWN, 0),
        (Outcome.UNKNOWN, 1),
        (Outcome.ACCEPTED, 1),
    }
    cut_off = bodies.count(None)  # the head alone arrived
    assert 0 < cut_off <= found[Outcome.UNKNOWN, 0]
