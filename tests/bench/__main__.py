"""`python -m tests.bench`: measure, print one table, and exit with 1 where an aim was missed."""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from tests.bench.machine import Machine
from tests.bench.report import as_json, heading, table
from tests.bench.result import Result
from tests.bench.setting import Setting
from tests.bench.subjects import SUBJECTS


def _options(words: Sequence[str]) -> argparse.Namespace:
    about = "\n".join(f"  {name:<13} {subject.about}" for name, subject in SUBJECTS.items())
    parser = argparse.ArgumentParser(
        "python -m tests.bench",
        description="Measure the console beside the official SDK and other yardsticks.",
        epilog=f"subjects:\n{about}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--quick", action="store_true", help="few samples, short listings")
    parser.add_argument(
        "--only",
        metavar="NAME",
        action="append",
        choices=list(SUBJECTS),
        help="measure this subject alone; may be given more than once",
    )
    parser.add_argument("--json", metavar="FILE", type=Path, help="write every sample there")
    return parser.parse_args(words)


def main(words: Sequence[str]) -> int:
    """Run the bench and return its exit code: 0 where every aim was met, otherwise 1."""
    options = _options(words)
    machine = Machine.this()
    results: list[Result] = []
    try:
        with Setting(quick=options.quick) as setting:
            for name in options.only or SUBJECTS:
                sys.stderr.write(f"measuring: {SUBJECTS[name].about}\n")
                results += SUBJECTS[name].measure(setting)
    finally:  # what was measured is told, also where a subject does not come to its end
        machine = machine.afterwards()
        lines = (*heading(machine), "", *table(results))
        sys.stdout.writelines(f"{line}\n" for line in lines)
        if options.json:
            options.json.write_text(json.dumps(as_json(machine, results), indent=2) + "\n")
    return int(any(result.verdict == "no" for result in results))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
