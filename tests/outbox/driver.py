"""A process with a journal, told by lines of JSON what to do; it ends with its input.

Run as `python -m tests.outbox.driver PATH`.
"""

import json
import os
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

from console.outbox.journal import Journal, JournalError
from console.outbox.send import Draft, Outcome
from console.text import Json
from tests.outbox.making import OTHER, PLACE, POOL


def main(path: Path) -> None:
    """Do what is asked for until there is nothing more."""
    journal = Journal(path)
    held: list[sqlite3.Connection] = []
    for line in sys.stdin:
        word, *values = json.loads(line)
        try:
            said = done(journal, held, path, word, values)
        except JournalError as error:
            said = f"{error.sentence} | {error.hint}"
        sys.stdout.write(f"{json.dumps(said)}\n")
        sys.stdout.flush()
    journal.close()


def done(
    journal: Journal,
    held: list[sqlite3.Connection],
    path: Path,
    word: str,
    values: list[Json],
) -> Json:
    """Do one thing, and return what came of it."""
    match word, values:
        case "write", [str(text)]:
            return [each.id for each in journal.write(PLACE, [POOL], text)]
        case "write-two", [str(text)]:
            return [each.id for each in journal.write(PLACE, [POOL, OTHER], text)]
        case "write-many", [int(count)]:
            return [journal.write(PLACE, [POOL], f"{n}")[0].id for n in range(count)]
        case "going", [int(number)]:
            journal.going(number)
        case "settle", [int(number), str(outcome)]:
            return journal.settle(number, Outcome(outcome), job_id="j").outcome.value
        case "outcomes", []:
            return {str(each.id): each.outcome.value for each in journal.sends()}
        case "recover", []:
            return [[each.id, each.outcome.value] for each in journal.recover()]
        case "draft", [str(text)]:
            journal.put_draft(Draft("d", text))
        case "version", []:
            return journal.version()
        case "notice", []:
            return journal.notice
        case "hold", []:  # as any other program that opens the file
            held.append(sqlite3.connect(path, isolation_level=None))
            held[0].execute("BEGIN EXCLUSIVE")
        case "let-go", []:
            held.pop().close()
        case "leave-a-child", []:  # an editor, say, that outlives the console
            with subprocess.Popen(["/bin/sleep", "30"], stdin=subprocess.DEVNULL) as child:
                sys.stdout.write(f"{child.pid}\n")
                sys.stdout.flush()
                os.kill(os.getpid(), signal.SIGKILL)
        case "die", []:
            os.kill(os.getpid(), signal.SIGKILL)
        case _:
            raise AssertionError(f"{word} {values}")
    return None


if __name__ == "__main__":
    main(Path(sys.argv[1]))
