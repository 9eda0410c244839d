"""A process with a journal, told by lines of JSON what to do; it ends with its input.

Run as `python -m tests.outbox.driver PATH`.
"""

import json
import os
import signal
import sqlite3
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from console.outbox.journal import Journal, JournalError
from console.outbox.send import Draft, Outcome
from console.text import Json
from tests.outbox.making import OTHER, PLACE, POOL

LONG_AGO: Final = datetime(2026, 1, 1, tzinfo=UTC)


class Driver:
    """Does what the lines say: each names a method of this class, and gives what it takes."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.journal = Journal(path)
        self.held: list[sqlite3.Connection] = []

    def run(self) -> None:
        """Do what is asked for until there is nothing more."""
        for line in sys.stdin:
            word, *values = json.loads(line)
            try:
                said: Json = getattr(self, word.replace("-", "_"))(*values)
            except JournalError as error:
                said = f"{error.sentence} | {error.hint}"
            self.say(said)
        self.journal.close()

    def say(self, said: Json) -> None:
        sys.stdout.write(f"{json.dumps(said)}\n")
        sys.stdout.flush()

    def write(self, text: str) -> Json:
        return [each.id for each in self.journal.write(PLACE, [POOL], text)]

    def write_two(self, text: str) -> Json:
        return [each.id for each in self.journal.write(PLACE, [POOL, OTHER], text)]

    def write_many(self, count: int) -> Json:
        return [self.journal.write(PLACE, [POOL], f"{n}")[0].id for n in range(count)]

    def going(self, number: int) -> None:
        self.journal.going(number)

    def settle(self, number: int, outcome: str) -> Json:
        return self.journal.settle(number, Outcome(outcome), job_id="j").outcome.value

    def adopt(self, most: int = 9) -> Json:
        return [each.id for each in self.journal.adopt(PLACE, LONG_AGO, most)]

    def outcomes(self) -> Json:
        return {str(each.id): each.outcome.value for each in self.journal.sends()}

    def recover(self) -> Json:
        return [[each.id, each.outcome.value] for each in self.journal.recover()]

    def draft(self, text: str) -> None:
        self.journal.put_draft(Draft("d", text))

    def version(self) -> Json:
        return self.journal.version()

    def notice(self) -> Json:
        return self.journal.notice

    def hold(self) -> None:
        """Hold the file, as any other program that opens it could."""
        self.held.append(sqlite3.connect(self.path, isolation_level=None))
        self.held[0].execute("BEGIN EXCLUSIVE")

    def let_go(self) -> None:
        self.held.pop().close()

    def leave_a_child(self) -> None:
        """Be killed while a child runs that outlives this process, such as an editor."""
        with subprocess.Popen(["/bin/sleep", "30"], stdin=subprocess.DEVNULL) as child:
            self.say(child.pid)
            self.die()

    def die(self) -> None:
        os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    Driver(Path(sys.argv[1])).run()
