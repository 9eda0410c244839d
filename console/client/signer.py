"""Sign a request with an access key: `SDK-HMAC-SHA256`.

Source: the public signing guide ("API request signing") and the signing vectors in the tests, which
the official signer made. The rules that surprise:

* the canonical path is unquoted, encoded again segment by segment, and ends in `/`, though the path
  on the wire does not;
* parameters are sorted by key and value *before* they are encoded;
* a header whose name holds `_` is sent but not signed;
* a body that is not JSON is signed as `UNSIGNED-PAYLOAD`.
"""

import hashlib
import hmac
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final
from urllib.parse import quote, unquote

ALGORITHM: Final = "SDK-HMAC-SHA256"
_UNSIGNED: Final = "UNSIGNED-PAYLOAD"
_SIGNABLE_BODIES: Final = ("application/json", "application/bson")
_EMPTY_HASH: Final = hashlib.sha256(b"").hexdigest()


@dataclass(frozen=True, slots=True)
class Signature:
    """What signing one request gives.

    Attributes:
        headers: the headers to add to the request, `Authorization` among them.
        canonical_request: what was hashed.
        string_to_sign: what was signed.
    """

    headers: Mapping[str, str] = field(repr=False)
    canonical_request: str = field(repr=False)  # holds the security token of a temporary key
    string_to_sign: str = field(repr=False)


def timestamp(now: datetime) -> str:
    """Return an aware `now` as `X-Sdk-Date` wants it: `20260115T093000Z`."""
    return now.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def encode(text: str) -> str:
    """Percent-encode `text` as UTF-8, keeping only `A-Za-z0-9-_.~`."""
    return quote(text, safe="", errors="surrogatepass")


def canonical_path(path: str) -> str:
    """Return `path` unquoted, encoded segment by segment, and ended with a slash."""
    segments = "/".join(map(encode, unquote(path).split("/")))
    return segments if segments.endswith("/") else f"{segments}/"


def canonical_query(pairs: Iterable[tuple[str, str]]) -> str:
    """Return the query string of `pairs`, which is also the one to send."""
    return "&".join(f"{encode(key)}={encode(value)}" for key, value in sorted(pairs))


def sign(
    *,
    access_key: str,
    secret_key: str,
    method: str,
    path: str,
    query: Iterable[tuple[str, str]],
    headers: Mapping[str, str],
    body: bytes,
    now: datetime,
) -> Signature:
    """Sign one request.

    Args:
        access_key: the key that names the caller.
        secret_key: the secret that signs.
        method: the HTTP method, upper case.
        path: the path as it goes over the wire.
        query: the parameters, decoded.
        headers: the headers to sign; `Host` must be among them, with its port where the address
            names one.
        body: the exact bytes of the body.
        now: the time of the request, aware.
    """
    added: dict[str, str] = {}
    signed = {name.lower(): value.strip() for name, value in headers.items() if "_" not in name}
    if "x-sdk-date" not in signed:
        added["X-Sdk-Date"] = signed["x-sdk-date"] = timestamp(now)
    payload = hashlib.sha256(body).hexdigest() if body else _EMPTY_HASH
    content_type = signed.get("content-type", "")
    if content_type and not content_type.startswith(_SIGNABLE_BODIES):
        added["X-Sdk-Content-Sha256"] = signed["x-sdk-content-sha256"] = _UNSIGNED
        payload = _UNSIGNED if body else payload
    names = sorted(signed)
    signed_names = ";".join(names)
    canonical = "\n".join(
        (
            method,
            canonical_path(path),
            canonical_query(query),
            *(f"{name}:{signed[name]}" for name in names),
            "",
            signed_names,
            payload,
        )
    )
    digest = hashlib.sha256(canonical.encode()).hexdigest()
    to_sign = f"{ALGORITHM}\n{signed['x-sdk-date']}\n{digest}"
    signature = hmac.new(secret_key.encode(), to_sign.encode(), hashlib.sha256).hexdigest()
    added["Authorization"] = (
        f"{ALGORITHM} Access={access_key}, SignedHeaders={signed_names}, Signature={signature}"
    )
    return Signature(added, canonical, to_sign)
