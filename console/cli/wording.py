"""Where the message of `console send` comes from: option, file, pipe, template or editor."""

import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import click

from console.cli.output import put
from console.cli.talk import say
from console.outbox.journal import Journal, JournalError
from console.outbox.send import Draft, Target
from console.sending import editor
from console.sending.message import MessageError, checked, of_file
from console.sending.template import Template, template, templates
from console.text import cell, safe

LARGEST: Final = 1 << 20
"""Bytes of a file or a pipe that may be a message; more is a mistake."""

DRAFT: Final = "console send"
"""The id of the draft that the editor leaves, and begins with."""

STDIN: Final = "-"


@dataclass(frozen=True, slots=True)
class Wording:
    """What the options say of the message.

    Attributes:
        message: the text itself.
        file: the file that holds it; `-` for a pipe.
        template: the template's name.
        values: what stands in the template's fields.
    """

    message: str | None = None
    file: str | None = None
    template: str | None = None
    values: Mapping[str, str] = field(default_factory=dict)

    @property
    def typed(self) -> bool:
        """Whether it is still to be typed, in an editor."""
        return self.message is None and self.file is None and self.template is None

    def read(self) -> "str | Template":
        """Return the text, checked, or the template that makes one for each target.

        Raises:
            MessageError: the text cannot be sent as it is, or the file cannot be read.
            TemplateError: there is no such template, or its fields are not filled in rightly.
        """
        if self.template is not None:
            found = template(os.environ, self.template)
            checked(found.filled(self.values, pool="pool"))  # before anybody is asked anything
            return found
        if self.message is not None:
            return checked(self.message)
        return checked(of_file(_text_of(self.file or STDIN)))


def parsed(pairs: Sequence[str]) -> dict[str, str]:
    """Return the fields of `--set k=v`.

    Raises:
        click.UsageError: one has no name, or stands twice.
    """
    values: dict[str, str] = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals or not name.strip():
            raise click.UsageError(f"--set {pair}: name=value is expected")
        if name.strip() in values:
            raise click.UsageError(f"--set {name.strip()} stands twice")
        if not value.strip():  # a text with a hole, or the usual value: nobody can tell
            raise click.UsageError(
                f"--set {name.strip()}= says nothing; leave it out, or fill it in"
            )
        values[name.strip()] = value
    return values


def texts_of(
    wording: "str | Template", values: Mapping[str, str], targets: Sequence[Target]
) -> "dict[Target, str]":
    """Return the message for each target, checked.

    Raises:
        MessageError: one cannot be sent as it is.
        TemplateError: a field is not filled in.
    """
    if isinstance(wording, str):
        return dict.fromkeys(targets, wording)
    found = wording.texts(values, targets)
    return {target: checked(text) for target, text in found.items()}


def edited(journal: Journal, targets: Sequence[Target], profile: str) -> str:
    """Let the operator type the message in `$EDITOR`; return it, checked.

    What is typed is kept as a draft until it is sent, and is there at the next time.

    Raises:
        MessageError: nothing was saved, or it cannot be sent as it is.
        JournalError: the drafts cannot be read.
        EditorError: the editor failed; what it saved is kept.
    """
    before = next((each.text for each in journal.drafts() if each.id == DRAFT), "")
    text = editor.edited(os.environ, before)
    if text is None:
        raise MessageError("the editor saved nothing; nothing was sent")
    try:
        journal.put_draft(Draft(DRAFT, text, tuple(targets), profile))
    except JournalError:
        say("the text could not be kept as a draft; here it is:")
        click.echo(safe(text), err=True)
        raise
    return checked(text)


def put_templates() -> None:
    """Write every template with its fields."""
    for each in templates(os.environ).values():
        fields = [
            f"{name}={each.defaults[name]}" if name in each.defaults else name
            for name in each.fields
        ]
        origin = "yours" if each.own else "built in"
        meaning = f": {each.meaning}" if each.meaning else ""
        put(f"{cell(each.name)} ({origin}){cell(meaning)}\n")
        put(f"  fields  {cell(', '.join(fields) or 'none')}\n")
        for number, line in enumerate(safe(each.text).split("\n")):
            put(f"  {'' if number else 'text':<6}  {line}\n")


def _text_of(path: str) -> str:
    try:
        if path == STDIN:
            data = sys.stdin.buffer.read(LARGEST + 1)
        else:
            with Path(path).open("rb") as file:
                data = file.read(LARGEST + 1)
    except OSError as error:
        reason = (error.strerror or "the system gives no reason").lower()
        raise MessageError(f"{path} cannot be read: {reason}") from error
    except ValueError as error:  # a NUL in the path
        raise MessageError(f"{path!r} is no path") from error
    if len(data) > LARGEST:
        raise MessageError(f"{path} is larger than {LARGEST >> 20} MiB, so it is no message")
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        raise MessageError(f"{path} is not UTF-8 text, from byte {error.start} on") from error
