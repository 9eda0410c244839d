"""Notices on resources as sentences: what is on, what is off, and what the cloud did not say."""

from collections.abc import Iterable
from typing import Final

from console.app.facts import json_laid_out
from console.app.summary import Urgency
from console.services.column import MISSING
from console.services.notice_configurations import TYPES, NoticeConfiguration
from console.text import cell, json_text, safe

_LONGEST: Final = 20_000
"""Characters of the properties that are shown here; the table and the detail have them all."""


def title(notice: NoticeConfiguration) -> str:
    """Return what a notice is about; its type as it came where nobody knows. Safe to show."""
    if notice.type is None:
        return "a notice without a type"
    return TYPES.get(notice.type) or cell(notice.type)


def sms(notice: NoticeConfiguration) -> str:
    """Say whether an SMS is sent. Safe to show."""
    match notice.send_msg:
        case True:
            return "SMS on"
        case False:
            return "SMS off"
        case None:
            return "SMS off (not said, and documented as off)"
        case _:
            return f"SMS switch says {cell(str(notice.send_msg))}"


def properties(notice: NoticeConfiguration) -> tuple[str, list[str]]:
    """Return what there is to say of the properties, and their lines. Safe to show."""
    text = notice.properties
    if text is None:
        return f"{MISSING} (the cloud said nothing)", []
    if not text.strip():
        return "empty" if not text else f"blank: {json_text(text)}", []
    if len(text) <= _LONGEST and (laid_out := json_laid_out(text)):
        return "", laid_out.split("\n")
    shown = text
    if len(text) > _LONGEST:
        shown = f"{text[:_LONGEST]}… (the beginning of {len(text):,} characters)"
    return "as they came", safe(shown).split("\n")


_FACTS: Final = {
    "RESOURCE_EXPIRE": "no SMS when resources expire",
    "RESOURCE_LEFT": "no SMS when little is left",
}


def most_urgent(found: Iterable[NoticeConfiguration]) -> tuple[str, Urgency]:
    """Return what is off, the most urgent first, and how urgent that is. Raw text."""
    urgency: Urgency = "calm"
    urgent: list[str] = []
    others: list[str] = []
    for notice in found:
        if notice.send_msg is True:
            continue
        if notice.send_msg not in (False, None):
            others.append(f"{title(notice)}: {sms(notice)}")
        elif notice.type == "RESOURCE_EXPIRE":
            urgent.append(_FACTS["RESOURCE_EXPIRE"])
        else:
            others.append(_FACTS.get(notice.type or "") or f"{title(notice)}: {sms(notice)}")
        urgency = "urgent" if urgent else "notice"
    return "; ".join(urgent + others), urgency
