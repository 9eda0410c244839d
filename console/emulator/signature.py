"""The gateway's side of SDK-HMAC-SHA256: is this request signed by the key it names?

Source: API Request Signing Guide. The canonical request is built again from what arrived, for
exactly the headers that the client says it signed.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote

from console.emulator.parameters import pairs

if TYPE_CHECKING:
    from collections.abc import Mapping

ALGORITHM = "SDK-HMAC-SHA256"
MOST_SKEW = timedelta(minutes=15)
DATE_FORM = "%Y%m%dT%H%M%SZ"
UNSIGNED = "UNSIGNED-PAYLOAD"
CLAIM = re.compile(
    rf"{ALGORITHM} Access=(?P<access>[^,\s]+), ?"
    r"SignedHeaders=(?P<headers>[^,\s]+), ?Signature=(?P<signature>[0-9a-f]{64})"
)


class SignatureError(Exception):
    """A signature that does not hold; `clock` tells that only its time is at fault."""

    def __init__(self, message: str, *, clock: bool = False) -> None:
        super().__init__(message)
        self.clock = clock


@dataclass(frozen=True, slots=True)
class SignedRequest:
    """The parts of a request that a signature covers, as they arrived.

    Attributes:
        path: The path, still percent-encoded.
        query: The query string, still percent-encoded.
        headers: Header values as text, names in lower case.
    """

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Claim:
    """What an Authorization header asserts."""

    access_key: str
    signed_headers: tuple[str, ...]
    signature: str


def read_claim(authorization: str) -> Claim:
    """Take an Authorization header apart.

    Raises:
        SignatureError: It is not of this scheme, or leaves the host or the date unsigned.
    """
    match = CLAIM.fullmatch(authorization)
    if match is None:
        raise SignatureError("authorization header format error")
    signed = tuple(match["headers"].split(";"))
    if "host" not in signed or "x-sdk-date" not in signed:
        raise SignatureError("host and x-sdk-date must be signed")
    return Claim(match["access"], signed, match["signature"])


def _encoded(text: str) -> str:
    return quote(text, safe="~")


def canonical_path(path: str) -> str:
    """Encode each segment of a path anew and end it with a slash."""
    encoded = "/".join(map(_encoded, unquote(path).split("/")))
    return encoded if encoded.endswith("/") else encoded + "/"


def canonical_query(query: str) -> str:
    """Sort the pairs as plain text, then encode them."""
    return "&".join(f"{_encoded(key)}={_encoded(value)}" for key, value in sorted(pairs(query)))


def _payload_hash(request: SignedRequest) -> str:
    # The literal stands for a body only; without one, the hash of nothing is signed.
    if request.body and request.headers.get("x-sdk-content-sha256") == UNSIGNED:
        return UNSIGNED
    return hashlib.sha256(request.body).hexdigest()


def canonical_request(request: SignedRequest, signed_headers: tuple[str, ...]) -> str:
    """Build the text whose hash is signed.

    Raises:
        SignatureError: A header said to be signed did not arrive.
    """
    lines = []
    for name in signed_headers:
        if name not in request.headers:
            raise SignatureError(f"signed header {name} is missing")
        lines.append(f"{name}:{request.headers[name].strip()}\n")
    return "\n".join(
        (
            request.method,
            canonical_path(request.path),
            canonical_query(request.query),
            "".join(lines),
            ";".join(signed_headers),
            _payload_hash(request),
        )
    )


def _check_clock(date: str, now: datetime) -> None:
    try:
        signed_at = datetime.strptime(date, DATE_FORM).replace(tzinfo=UTC)
    except ValueError as error:
        raise SignatureError("x-sdk-date format error", clock=True) from error
    if abs(now - signed_at) > MOST_SKEW:
        raise SignatureError("the signature has expired, check the clock", clock=True)


def verify(request: SignedRequest, claim: Claim, secret_key: str, now: datetime) -> None:
    """Check that a request was signed with a secret key, lately.

    Raises:
        SignatureError: It was not.
    """
    date = request.headers.get("x-sdk-date", "")
    _check_clock(date, now)
    canonical = canonical_request(request, claim.signed_headers)
    digest = hashlib.sha256(canonical.encode()).hexdigest()
    expected = hmac.digest(secret_key.encode(), f"{ALGORITHM}\n{date}\n{digest}".encode(), "sha256")
    if not hmac.compare_digest(expected.hex(), claim.signature):
        raise SignatureError("verify aksk signature fail")
