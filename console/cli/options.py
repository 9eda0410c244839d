"""The options that many commands share; apart, so that `--help` loads nothing else."""

import click


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
