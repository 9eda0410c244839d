"""What a login asks, which of it belongs together, and the profile's entry that the answers make.

Nothing here is drawn, and no secret comes here: of those, only what they are called.
"""

import shlex
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, get_args

from console.client.endpoints import checked as checked_endpoint
from console.client.endpoints import regions
from console.client.operation import TITLES, ServiceName
from console.errors import SettingsError
from console.login import renewed
from console.profiles.book import RESERVED, checked_name
from console.profiles.entry import FILLED_BY_OTHERS, Colour, Entry, is_region
from console.profiles.stores.store import NAMES

_SERVICES: Final[tuple[ServiceName, ...]] = (
    "workspace",
    "codeartscheck",
    "metastudio",
    "dataartsstudio",
)
_KEYS: Final = ("access-key", "temporary-key")
_YES_NO: Final = (("", "no"), ("yes", "yes"))


@dataclass(frozen=True, slots=True)
class Question:
    """One thing that a login asks.

    Attributes:
        key: what is asked for.
        title: the same in two words.
        placeholder: what an empty line says.
        secret: whether nothing of the answer is shown.
        choices: the values to choose from, each with its words; none where it is typed.
        ways: the ways to log in that it goes with; none for all.
        optional: whether it may stay empty.
    """

    key: str
    title: str
    placeholder: str = "mandatory"
    secret: bool = False
    choices: Sequence[tuple[str, str]] = ()
    ways: tuple[str, ...] = ()
    optional: bool = False


QUESTIONS: Final = (
    Question("name", "Profile", "a name of your choice"),
    Question(
        "auth",
        "Log in with",
        choices=tuple((each, each.replace("-", " ")) for each in (*_KEYS, "token", "password")),
    ),
    Question("access_key", "Access key", "its id, the AK", ways=_KEYS),
    Question("secret_key", "Secret key", secret=True, ways=_KEYS),
    Question("security_token", "Security token", secret=True, ways=("temporary-key",)),
    Question("token", "Token", secret=True, ways=("token",)),
    Question("domain_name", "Account", "its name", ways=("password",)),
    Question("user_name", "User", "the IAM user's name", ways=("password",)),
    Question("password", "Password", secret=True, ways=("password",)),
    Question(
        "totp",
        "Second factor",
        choices=(("", "none"), ("yes", "six digits of a device")),
        ways=("password",),
    ),
    Question("user_id", "User id", "the IAM user's id", ways=("password",)),
    Question("passcode", "Six digits", secret=True, ways=("password",)),
    Question(
        "expires_at",
        "Ends at",
        "not known; else such as 2030-01-31T12:00:00Z",
        ways=("temporary-key", "token"),
        optional=True,
    ),
    Question("region", "Region"),
    Question("store", "Keep secret in", choices=tuple((each, each) for each in NAMES)),
    Question("secret_command", "Command", "prints the secret, such as: pass show cloud"),
    Question("passphrase", "Passphrase", secret=True),
    Question("again", "Once more", secret=True),
    Question("endpoint", "Endpoint", "that of the region; else one for all", optional=True),
    Question("agency_name", "Agency", "none", optional=True),
    Question("agency_domain", "Its account", "the name of the agency's account"),
    Question(
        "colour", "Colour", choices=tuple((each, each or "none") for each in get_args(Colour))
    ),
    Question("read_only", "Read-only", choices=_YES_NO),
    Question("production", "Production", choices=_YES_NO),
)
"""Everything, in the order in which it is asked."""

OF_CREDENTIAL: Final = frozenset(
    {"auth", *(each.key for each in QUESTIONS if each.ways), "agency_name", "agency_domain"}
)
"""What is not asked where a credential is taken over as it was found."""

SECRETS: Final = tuple(
    each.key for each in QUESTIONS if each.secret and each.key not in {"passphrase", "again"}
)

_TYPED: Final = ("access_key", "domain_name", "user_name", "user_id", "region", "endpoint")
_CODE: Final = 6  # digits


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What is asked depends on it beside the answers.

    Attributes:
        names: the profiles that there are; a new one is none of them.
        taken: whether the credential was found, and is not typed.
        passphrase: whether the encrypted file's is to be typed.
        new_file: whether that file is yet to be made.
    """

    names: tuple[str, ...] = ()
    taken: bool = False
    passphrase: bool = True
    new_file: bool = True


def is_asked(question: Question, values: Mapping[str, str], given: Circumstances) -> bool:
    """Tell whether `question` is asked, after the other answers."""
    key, auth, store = question.key, values.get("auth", ""), values.get("store", "")
    if given.taken and key in OF_CREDENTIAL:
        return False
    if question.ways and auth not in question.ways:
        return False
    if key in {"user_id", "passcode"} and not values.get("totp"):
        return False
    if question.secret and key in SECRETS:
        return key == "passcode" or store not in FILLED_BY_OTHERS
    rules = {
        "secret_command": store == "command",
        "passphrase": store == "file" and given.passphrase,
        "again": store == "file" and given.passphrase and given.new_file,
        "agency_domain": bool(values.get("agency_name")),
    }
    return rules.get(key, True)


def lacks(question: Question, values: Mapping[str, str]) -> bool:
    """Tell whether the answer to `question`, which is asked, is missing."""
    if values.get(question.key) or question.optional or question.choices:
        return question.key == "store" and not values.get("store")
    return not (question.key == "access_key" and values.get("store") in FILLED_BY_OTHERS)


def problem(key: str, value: str, given: Circumstances) -> str:
    """Return what is wrong with an answer that is no secret; empty where nothing is, or none is.

    No answer is repeated: a secret may have been pasted into the wrong line.
    """
    if key == "name" and value:
        return _name_problem(value, given.names)
    if key == "endpoint" and value:
        return _endpoint_problem(value)
    if not value or key not in _RULES:
        return ""
    sentence, is_right = _RULES[key]
    return "" if is_right(value) else sentence


def code_problem(code: str) -> str:
    """Return what is wrong with the six digits of a device."""
    return "" if len(code) == _CODE and code.isascii() and code.isdigit() else "six digits"


def _name_problem(name: str, names: tuple[str, ...]) -> str:
    try:
        checked_name(name)
    except SettingsError as error:
        return error.hint if name not in RESERVED else "that name is reserved: choose another"
    if name in names:
        return "there is a profile of that name: escape, then l on it logs in again"
    return ""


def _endpoint_problem(addresses: str) -> str:
    try:
        for each in addresses.split(","):
            checked_endpoint(each)
    except SettingsError as error:
        return error.hint or "an address alone, such as https://host or https://host:port"
    return ""


def region_note(typed: str) -> str:
    """Return what is known of a region, or which ones begin like that."""
    if typed in known_regions():
        lacking = [TITLES[each] for each in _SERVICES if typed not in regions(each)]
        return f"it has no {', no '.join(lacking)}" if lacking else "it has every service"
    if begin := [each for each in known_regions() if each.startswith(typed)]:
        return ", ".join(begin)
    return "" if problem("region", typed, Circumstances()) else "none that the console knows of"


def known_regions() -> list[str]:
    """Return every region that has one of the services, sorted."""
    return sorted({region for each in _SERVICES for region in regions(each)})


def answers(entry: Entry) -> dict[str, str]:
    """Return what a profile that is logged in again has answered already."""
    role = entry.assume_role
    return {
        "auth": entry.auth,
        "store": entry.store,
        **{key: str(getattr(entry, key)) for key in (*_TYPED, "colour")},
        "totp": "yes" if entry.totp else "",
        "secret_command": shlex.join(entry.secret_command),
        "agency_name": role.agency_name if role else "",
        "agency_domain": role.domain_name or role.domain_id if role else "",
        "read_only": "yes" if entry.read_only else "",
        "production": "yes" if entry.production else "",
    }


def entry_of(
    values: Mapping[str, str],
    asked: frozenset[str],
    *,
    before: Entry | None = None,
    taken: Mapping[str, object] | None = None,
) -> Entry:
    """Return the entry that the answers make.

    Args:
        values: the answers by their keys; no secrets.
        asked: what was asked; the answer to anything else does not count.
        before: the profile that is logged in again; what is not asked stays as it is.
        taken: the fields of a credential that was found.

    Raises:
        EntryError: they break a rule.
    """
    fields: dict[str, object] = dict(taken or {})
    if before:
        fields = renewed(before, auth=values.get("auth"), store=values.get("store"))
    said: dict[str, object] = {
        key: values.get(key, "") for key in (*_TYPED, "auth", "store", "colour")
    }
    said |= {key: bool(values.get(key)) for key in ("totp", "read_only", "production")}
    said["expires_at"] = _time(values.get("expires_at", ""))
    said["secret_command"] = _words(values.get("secret_command", ""))
    said["assume_role"] = _role(values, before)
    for key, value in said.items():
        if key in asked or (key == "assume_role" and "agency_name" in asked):
            fields.pop(key, None)
            if value:
                fields[key] = value
    return Entry.read(fields)


def _role(values: Mapping[str, str], before: Entry | None) -> dict[str, str]:
    """Return the agency; its account by id, as it was, where nobody has changed it."""
    agency, account = values.get("agency_name", ""), values.get("agency_domain", "")
    if not agency:
        return {}
    role = before.assume_role if before else None
    if role and account == role.domain_id and not role.domain_name:
        return {"agency_name": agency, "domain_id": account}
    kept = {"domain_id": role.domain_id} if role and account == role.domain_name else {}
    return {"agency_name": agency, "domain_name": account} | {k: v for k, v in kept.items() if v}


def _time(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo else None


def _is_id(text: str) -> bool:
    return text.isascii() and text.isprintable() and " " not in text


def _words(text: str) -> list[str]:
    try:
        return shlex.split(text)
    except ValueError:
        return []


_RULES: Final[Mapping[str, tuple[str, Callable[[str], object]]]] = {
    "region": ("that is no region, such as cn-north-4", is_region),
    "access_key": ("an access key's id has letters, digits and signs of ASCII only", _is_id),
    "expires_at": ("that is no time with its zone, such as 2030-01-31T12:00:00Z", _time),
    "secret_command": ("the command has a quote that is not closed", _words),
}
"""What is wrong with an answer, and what tells that it is right."""
