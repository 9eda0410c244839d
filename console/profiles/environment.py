"""The profile that the environment makes: the official SDK's names, Terraform's, and our own.

Sources: the credential providers of the official Python SDK (`HUAWEICLOUD_SDK_*`) and of the
official Terraform provider (`HW_*`). Where both name a thing, the SDK's name wins; our own
`CONSOLE_*` names win over both.
"""

from collections.abc import Mapping

from pydantic import SecretStr

from console.errors import CredentialsError, SettingsError
from console.profiles.credential import AccessKey, AssumedRole, Credential, Password, Token
from console.profiles.profile import DEFAULT_REGION, DEFAULT_SECONDS, Profile

_SERVICES = ("workspace", "codeartscheck", "metastudio", "dataartsstudio", "iam", "sts")

NAME = "environment"
"""The name of the profile that environment variables make."""


def profile(environ: Mapping[str, str]) -> Profile:
    """Return the profile that `environ` describes.

    Raises:
        CredentialsError: it holds no credential, or half of one.
        SettingsError: a number in it is none.
    """

    def first(*names: str) -> str:
        return next((value for name in names if (value := environ.get(name, "").strip())), "")

    return Profile(
        name=NAME,
        credential=_credential(environ),
        region=first("CONSOLE_REGION", "HW_REGION_NAME", "OS_REGION_NAME") or DEFAULT_REGION,
        project_id=first(
            "CONSOLE_PROJECT_ID", "HUAWEICLOUD_SDK_PROJECT_ID", "HW_PROJECT_ID", "OS_PROJECT_ID"
        ),
        domain_id=first(
            "CONSOLE_DOMAIN_ID", "HUAWEICLOUD_SDK_DOMAIN_ID", "HW_DOMAIN_ID", "OS_DOMAIN_ID"
        ),
        workspace=first("CONSOLE_WORKSPACE"),
        check_project_id=first("CONSOLE_CHECK_PROJECT"),
        endpoint=first("CONSOLE_ENDPOINT"),
        endpoints=_endpoints(environ),
        ca_file=first("CONSOLE_CA_FILE"),
        total_seconds=_seconds(first("CONSOLE_TIMEOUT")),
    )


def _endpoints(environ: Mapping[str, str]) -> dict[str, str]:
    found = {
        "iam": environ.get("HUAWEICLOUD_SDK_IAM_ENDPOINT", "") or environ.get("HW_AUTH_URL", ""),
        "sts": environ.get("HUAWEICLOUD_SDK_STS_ENDPOINT", ""),
    }
    for service in _SERVICES:
        if own := environ.get(f"CONSOLE_ENDPOINT_{service.upper()}"):
            found[service] = own
    # Terraform's address of IAM ends in the API's version; ours is the host alone.
    return {name: url.removesuffix("/").removesuffix("/v3") for name, url in found.items() if url}


def _seconds(text: str) -> float:
    if not text:
        return DEFAULT_SECONDS
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 1 <= seconds <= 3600:
        raise SettingsError(f"CONSOLE_TIMEOUT is {text!r}: a number of seconds from 1 to 3600")
    return seconds


def _credential(environ: Mapping[str, str]) -> Credential:
    base = _base(environ)
    agency = environ.get("HW_ASSUME_ROLE_AGENCY_NAME", "")
    if not agency:
        return base
    return AssumedRole(
        base=base,
        agency_name=agency,
        domain_name=environ.get("HW_ASSUME_ROLE_DOMAIN_NAME", ""),
        domain_id=environ.get("HW_ASSUME_ROLE_DOMAIN_ID", ""),
    )


def _base(environ: Mapping[str, str]) -> AccessKey | Token | Password:
    if key := _access_key(environ, "HUAWEICLOUD_SDK_AK", "HUAWEICLOUD_SDK_SK"):
        return key
    # Terraform's own order: a token, then keys, then a password.
    if token := environ.get("HW_AUTH_TOKEN") or environ.get("OS_AUTH_TOKEN"):
        return Token(SecretStr(token))
    for prefix in ("HW", "OS"):
        if key := _access_key(environ, f"{prefix}_ACCESS_KEY", f"{prefix}_SECRET_KEY"):
            return key
    if password := _password(environ):
        return password
    raise CredentialsError(
        "no credential in the environment",
        hint="set HUAWEICLOUD_SDK_AK and HUAWEICLOUD_SDK_SK (or HW_ACCESS_KEY and HW_SECRET_KEY)",
    )


_SECURITY_TOKENS = {
    "HUAWEICLOUD_SDK_AK": "HUAWEICLOUD_SDK_SECURITY_TOKEN",
    "HW_ACCESS_KEY": "HW_SECURITY_TOKEN",
    "OS_ACCESS_KEY": "OS_SECURITY_TOKEN",
}


def _access_key(environ: Mapping[str, str], key_name: str, secret_name: str) -> AccessKey | None:
    key, secret = environ.get(key_name, "").strip(), environ.get(secret_name, "").strip()
    if not key and not secret:
        return None
    if not (key and secret):
        missing = secret_name if key else key_name
        raise CredentialsError(f"{missing} is not set", hint="an access key needs both its halves")
    token = environ.get(_SECURITY_TOKENS[key_name], "").strip()
    return AccessKey(key, SecretStr(secret), SecretStr(token) if token else None)


_PASSWORDS = (
    # user, its password, its account, its id
    ("HW_USER_NAME", "HW_USER_PASSWORD", "HW_DOMAIN_NAME", "HW_USER_ID"),
    ("OS_USER_NAME", "OS_PASSWORD", "OS_DOMAIN_NAME", "OS_USER_ID"),
    ("OS_USERNAME", "OS_PASSWORD", "OS_DOMAIN_NAME", "OS_USER_ID"),
    ("OS_USERNAME", "OS_PASSWORD", "OS_USER_DOMAIN_NAME", "OS_USER_ID"),
    ("OS_USER_NAME", "OS_PASSWORD", "OS_USER_DOMAIN_NAME", "OS_USER_ID"),
)
"""The names that a password goes by, Terraform's first, then OpenStack's."""


def _password(environ: Mapping[str, str]) -> Password | None:
    lacking = ""
    for user, password, domain, user_id in _PASSWORDS:
        if not environ.get(user) or not environ.get(password):
            continue
        if not environ.get(domain):
            lacking = lacking or domain
            continue
        passcode = environ.get("CONSOLE_PASSCODE", "")
        return Password(
            user_name=environ[user],
            password=SecretStr(environ[password]),
            domain_name=environ[domain],
            user_id=environ.get(user_id, ""),
            passcode=SecretStr(passcode) if passcode else None,
        )
    if lacking:
        raise CredentialsError(f"{lacking} is not set", hint="a password needs the account's name")
    return None
