"""The options that many commands share; apart, so that `--help` loads nothing else."""

import math
from collections.abc import Callable
from typing import Any, TypeVar

import click

F = TypeVar("F", bound=Callable[..., Any])  # Any: a command takes what its options say


class Seconds(click.FloatRange):
    """How long something may take: a number of seconds, up to a day."""

    def __init__(self) -> None:
        """Take nothing."""
        super().__init__(min=1, max=86_400)

    def convert(  # noqa: D102 - the parent's docstring holds
        self,
        value: Any,  # Any: as the parent's
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> float:
        found = float(super().convert(value, param, ctx))
        if math.isnan(found):  # which is outside of no range
            self.fail(f"{value} is no number of seconds.", param, ctx)
        return found


def way_options() -> list[click.Parameter]:
    """Return the options that choose the way; every command that calls the cloud has them."""
    return [
        click.Option(
            ["--profile", "profile_name"],
            help="the profile to use  [default: CONSOLE_PROFILE, or the one chosen]",
        ),
        click.Option(
            ["--read-only"], is_flag=True, help="refuse every call that changes something"
        ),
    ]


def table_or_json(what: str) -> Callable[[F], F]:
    """Return the decorator that lets a command write `what` as a table or as JSON."""
    return click.option(
        "-o",
        "--output",
        "form",
        type=click.Choice(["table", "json"]),
        default="table",
        show_default=True,
        help=f"how to write {what}",
    )


mouse_option = click.option(
    "--mouse/--no-mouse",
    default=None,
    help="whether the screens use the mouse  [default: not over SSH]",
)
"""Lets a command that opens the screens use the mouse, or not."""

frames_option = click.option(
    "--whole-frames/--changed-cells",
    "whole_frames",
    default=None,
    help="what the terminal is sent: all that is painted, or what changed  [default: what changed]",
)
"""Lets a command that opens the screens send whole frames, as a terminal may need that errs."""
