"""Rules of check events as sentences, and how the project's differ from the tenant's.

What the cloud did not say is never read as 'off', and a value that no document knows is shown as it
came. Everything here returns text that may hold outside text: whoever shows it makes it safe.
"""

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from console.services.check_notifications import EVENTS, CheckNotification
from console.services.column import MISSING

Scope: TypeAlias = Literal["project", "tenant"]
SCOPES: Final[tuple[Scope, Scope]] = ("project", "tenant")

SILENT: Final = f"{MISSING} (the cloud said nothing)"
"""What stands for a rule that is missing; the sign alone stands in the table."""

_SEPARATORS: Final = re.compile(r"[,;|\n\t\uff0c\uff1b\u3001]")
"""What may stand between names: a comma is documented for users, nothing is for roles."""

Value: TypeAlias = bool | int | str | None
"""A switch: on, off, not said, or something that no document knows."""


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a sentence.

    Attributes:
        text: the words.
        about: what they are about: `mail`, `system message`, `roles`, `users`; empty for the
            words between.
    """

    text: str
    about: str = ""


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing in which the project's rule and the tenant's differ.

    Attributes:
        about: what it is about, as in `Part`; empty where it is the rule as a whole.
        words: how they differ.
        names: the roles that only one of them names; empty where it differs as a whole.
    """

    about: str
    words: str
    names: tuple[str, ...] = ()

    def is_in(self, part: Part) -> bool:
        """Tell whether a part of a sentence is what differs."""
        return part.about == self.about != "" and (not self.names or part.text in self.names)


@dataclass(frozen=True, slots=True)
class Event:
    """The rules of one event.

    Attributes:
        name: the event, as the cloud calls it.
        title: what it means; the name where nobody knows.
        rules: the rule in each scope that was asked; None where none came in that scope.
    """

    name: str
    title: str
    rules: dict[Scope, CheckNotification | None]

    def differences(self) -> list[Difference]:
        """Return how the scopes differ; nothing where only one was asked."""
        if len(self.rules) < len(SCOPES):
            return []
        return differences(self.rules["project"], self.rules["tenant"])


def events(records: Iterable[CheckNotification]) -> list[Event]:
    """Return the rules by event, in the order in which the events came."""
    found: dict[str, dict[Scope, CheckNotification]] = {}
    asked: set[Scope] = set()
    for record in records:
        scope: Scope = "project" if record.scope == "project" else "tenant"
        asked.add(scope)
        found.setdefault(record.event or "", {})[scope] = record
    return [
        Event(
            name,
            EVENTS.get(name) or name or "an event without a name",
            {scope: rules.get(scope) for scope in SCOPES if scope in asked},
        )
        for name, rules in found.items()
    ]


def is_silent(rule: CheckNotification | None) -> bool:
    """Tell whether the cloud said nothing of what a rule does."""
    return rule is None or (
        not rule.model_extra
        and all(
            value is None
            for value in (
                rule.send_mail,
                rule.send_message,
                rule.send_roles_enable,
                rule.roles,
                rule.send_users_enable,
                rule.user_ids,
            )
        )
    )


def tells_nobody(rule: CheckNotification | None) -> bool:
    """Tell whether a rule surely sends nothing to anybody; not where something was not said."""
    if rule is None or is_silent(rule) or rule.model_extra:
        return False
    no_channel = rule.send_mail is False and rule.send_message is False
    return no_channel or (
        _reaches_none(rule.send_roles_enable, rule.roles)
        and _reaches_none(rule.send_users_enable, rule.user_ids)
    )


def _reaches_none(switch: Value, listed: str | None) -> bool:
    return switch is False or (switch is True and listed is not None and not names(listed))


def names(listed: str | None) -> list[str]:
    """Return the names in a list of roles or users, however they are separated, each once."""
    if not listed:
        return []
    found: Sequence[object] = _SEPARATORS.split(listed)
    if listed.lstrip().startswith("["):
        try:
            read = json.loads(listed)
        except (ValueError, RecursionError):
            pass  # no JSON after all
        else:
            found = read if isinstance(read, list) else found
    texts = [each.strip() if isinstance(each, str) else json.dumps(each) for each in found]
    return list(dict.fromkeys(text for text in texts if text))


def sentence(rule: CheckNotification | None) -> list[Part]:
    """Return what a rule does as the parts of one sentence."""
    if rule is None or is_silent(rule):
        return [Part(SILENT)]
    parts = _said(rule)
    for name, value in (rule.model_extra or {}).items():
        parts += [Part("; also "), Part(f"{name} {_written(value)}")]
    return parts


def text_of(parts: Iterable[Part]) -> str:
    """Return the sentence that parts make up."""
    return "".join(part.text for part in parts)


def _said(rule: CheckNotification) -> list[Part]:
    channels: list[tuple[str, Value]] = [
        ("mail", rule.send_mail),
        ("system message", rule.send_message),
    ]
    on = [Part(name, name) for name, value in channels if value is True]
    others = [Part(_channel(name, value), name) for name, value in channels if value is not True]
    if all(value is False for _, value in channels):
        told = [Part("nobody is told: ")] if not rule.model_extra else []
        return [*told, *_joined(others, ", ")]
    audience = _audience(rule)
    if not on:
        return _sentences([*([each] for each in others), [Part("meant for "), *audience.said]])
    channel = _joined(on, " and ")
    if audience.is_sure:
        channel = [*channel, Part(" to "), *audience.said]
    else:
        channel = [*channel, Part(" on; "), *audience.said]
    return _sentences([channel, *([each] for each in others)])


def _channel(name: str, value: Value) -> str:
    """Say of a channel that is not surely on how it is."""
    if value is False:
        return f"no {name}"
    return f"nothing said of {name}" if value is None else f"{name} switch says {_written(value)}"


@dataclass(frozen=True, slots=True)
class _Audience:
    """Who is told, and whether that is sure of at least some of them, or of nobody."""

    said: list[Part]
    is_sure: bool


def _audience(rule: CheckNotification) -> _Audience:
    roles, users = names(rule.roles), names(rule.user_ids)
    told: list[list[Part]] = []
    unsure: list[Part] = []
    none: list[Part] = []
    empty: list[Part] = []
    for about, switch, listed, words in (
        ("roles", rule.send_roles_enable, roles, ", ".join(roles)),
        ("users", rule.send_users_enable, users, _users(users)),
    ):
        if switch is True and listed:
            each = [Part(name, about) for name in (roles if about == "roles" else [words])]
            told.append(_joined(each, ", "))
        elif switch is True:
            empty.append(Part(f"{about} on but none named", about))
        elif switch is False:
            none.append(Part(f"{about} off", about))
        else:
            of = f" ({words})" if listed else ""
            said = "not said" if switch is None else f"switch says {_written(switch)}"
            unsure.append(Part(f"{about}{of}: {said}", about))
    if told:
        sure = _sentences(told, " and ")
        return _Audience(_sentences([sure, *([e] for e in unsure + empty)]), is_sure=True)
    if unsure:
        return _Audience(_joined(unsure + empty, "; "), is_sure=False)
    return _Audience([Part("nobody: "), *_joined(empty + none, ", ")], is_sure=True)


def _users(users: Sequence[str]) -> str:
    return "1 user" if len(users) == 1 else f"{len(users)} users"


def _written(value: object) -> str:
    """Return a value that no document knows, as it came."""
    if isinstance(value, str):
        return value or "''"
    return json.dumps(value, ensure_ascii=False)


def _joined(parts: Sequence[Part], between: str) -> list[Part]:
    joined: list[Part] = []
    for number, part in enumerate(parts):
        joined += [Part(between)] * bool(number) + [part]
    return joined


def _sentences(sentences: Sequence[Sequence[Part]], between: str = "; ") -> list[Part]:
    joined: list[Part] = []
    for number, parts in enumerate(sentences):
        joined += [Part(between)] * bool(number) + list(parts)
    return joined


def differences(
    project: CheckNotification | None, tenant: CheckNotification | None
) -> list[Difference]:
    """Return how the project's rule differs from the tenant's, in what either of them does."""
    silent = is_silent(project), is_silent(tenant)
    if project is None or tenant is None or any(silent):
        if all(silent):
            return []
        return [Difference("", "only the tenant has a rule" if silent[0] else _ONLY_PROJECT)]
    found = [
        *_switch("mail", project.send_mail, tenant.send_mail),
        *_switch("system message", project.send_message, tenant.send_message),
        *_listed("roles", _Told.roles(project), _Told.roles(tenant)),
        *_listed("users", _Told.users(project), _Told.users(tenant)),
    ]
    ours, theirs = project.model_extra or {}, tenant.model_extra or {}
    every = [
        (name, _said_or_not(ours, name), _said_or_not(theirs, name))
        for name in dict.fromkeys([*ours, *theirs])
    ]
    return found + [
        Difference("", f"{name}: {left} in the project, {right} for the tenant")
        for name, left, right in every
        if left != right
    ]


_ONLY_PROJECT: Final = "only the project has a rule"


def _said_or_not(values: dict[str, object], name: str) -> str:
    return _written(values[name]) if name in values else "not said"


def _switch(about: str, project: Value, tenant: Value) -> list[Difference]:
    if _same(project, tenant):
        return []
    if project is True and tenant is False:
        return [Difference(about, f"{about} only in the project")]
    if project is False and tenant is True:
        return [Difference(about, f"{about} only for the tenant")]
    ours, theirs = _state(project), _state(tenant)
    return [Difference(about, f"{about}: {ours} in the project, {theirs} for the tenant")]


def _same(one: Value, other: Value) -> bool:
    """Tell whether two switches say the same; the number 1 never comes here, it is True."""
    return type(one) is type(other) and one == other


def _state(value: Value) -> str:
    match value:
        case True:
            return "on"
        case False:
            return "off"
        case None:
            return "not said"
        case _:
            return _written(value)


@dataclass(frozen=True, slots=True)
class _Told:
    """Who is told by one rule: the switch, and the names that it is about."""

    switch: Value
    names: tuple[str, ...]

    @classmethod
    def roles(cls, rule: CheckNotification) -> "_Told":
        return cls._of(rule.send_roles_enable, rule.roles)

    @classmethod
    def users(cls, rule: CheckNotification) -> "_Told":
        return cls._of(rule.send_users_enable, rule.user_ids)

    @classmethod
    def _of(cls, switch: Value, listed: str | None) -> "_Told":
        # Names behind a switch that is off are told nothing, so they make no difference.
        return cls(switch, () if switch is False else tuple(names(listed)))


def _listed(about: str, project: _Told, tenant: _Told) -> list[Difference]:
    ours = [name for name in project.names if name not in tenant.names]
    theirs = [name for name in tenant.names if name not in project.names]
    if project.switch in (True, False) and tenant.switch in (True, False) and (ours or theirs):
        return [
            Difference(
                about,
                f"{_users(listed) if about == 'users' else ', '.join(listed)} only {where}",
                () if about == "users" else tuple(listed),
            )
            for listed, where in ((ours, "in the project"), (theirs, "for the tenant"))
            if listed
        ]
    if found := _switch(about, project.switch, tenant.switch):
        return found
    if ours or theirs:
        return [Difference(about, f"other {about}")]
    return []
