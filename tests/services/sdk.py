"""The official SDK, pointed at the emulated cloud, and how its answers are compared with ours.

The SDK ships no types: each `Any` here is one of its objects.
"""

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib import import_module
from types import ModuleType, UnionType
from typing import Any, Final, Union, get_args, get_origin

import huaweicloudsdkdataartsstudio.v1
import huaweicloudsdkiam.v3
import huaweicloudsdkmetastudio.v1
import huaweicloudsdksts.v1
import huaweicloudsdkworkspace.v2
import pytest
from huaweicloudsdkcore.auth.credentials import BasicCredentials, GlobalCredentials
from huaweicloudsdkcore.exceptions.exceptions import ServiceResponseException
from huaweicloudsdkcore.utils.http_utils import sanitize_for_serialization

from console.client.answer import Answer
from console.client.call import Call
from console.client.client import Client
from console.client.operation import Operation
from console.errors import CloudError
from console.profiles.credential import AccessKey
from console.services import LISTINGS
from console.services.listing import AnyListing
from console.services.model import Record, wire_name
from console.text import Json
from tests.cloud import Cloud

PACKAGES: Final[Mapping[str, tuple[ModuleType, str]]] = {
    "workspace": (huaweicloudsdkworkspace.v2, "WorkspaceClient"),
    "metastudio": (huaweicloudsdkmetastudio.v1, "MetaStudioClient"),
    "dataartsstudio": (huaweicloudsdkdataartsstudio.v1, "DataArtsStudioClient"),
    "iam": (huaweicloudsdkiam.v3, "IamClient"),
    "sts": (huaweicloudsdksts.v1, "StsClient"),
}
"""Each service's package and its client; CodeArts Check's package lacks our operation."""

Refused = ServiceResponseException
"""What the SDK raises where the cloud refuses."""

REQUEST_ID: Final = "X-Request-Id"
"""A header, which the SDK puts among the fields of one answer."""

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_TIMES: Final = ("%Y-%m-%dT%H:%M:%S.%fZ", "%Y-%m-%dT%H:%M:%SZ", "%Y-%m-%d %H:%M:%S")


def method_name(operation: str) -> str:
    """Return what the SDK calls the method of an operation."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", operation).lower()


def model(operation: Operation, name: str) -> Any:
    """Return one of the SDK's classes of an operation's service."""
    return getattr(PACKAGES[operation.service][0], name)


class Sdk:
    """The official SDK in the name of one access key."""

    def __init__(self, cloud: Cloud, key: AccessKey, *, project_id: str = "") -> None:
        self._cloud = cloud
        self._key = key
        self._project_id = project_id or str(cloud.facts["project_id"])
        self._clients: dict[str, Any] = {}

    def client(self, service: str) -> Any:
        """Return the SDK's client of a service."""
        if service not in self._clients:
            package, name = PACKAGES[service]
            made = (
                getattr(package, name)
                .new_builder()
                .with_credentials(self._credentials(service))
                .with_endpoint(self._cloud.url)
                .build()
            )
            made.get_http_client()._session.trust_env = False  # no proxy stands before loopback
            self._clients[service] = made
        return self._clients[service]

    def _credentials(self, service: str) -> Any:
        secret = self._key.secret_key.get_secret_value()
        if service == "iam":
            made = GlobalCredentials(
                self._key.access_key, secret, str(self._cloud.facts["domain_id"])
            )
        else:
            made = BasicCredentials(self._key.access_key, secret, self._project_id)
        token = self._key.security_token
        return made.with_security_token(token.get_secret_value()) if token else made

    def call(self, operation: Operation, values: Mapping[str, Any]) -> Any:
        """Call an operation; values that are no parameters of its request make up the body."""
        request = model(operation, f"{operation.name}Request")()
        body = {}
        for name, value in values.items():
            if name in request.openapi_types:
                setattr(request, name, value)
            else:
                body[name] = value
        if body:
            request.body = model(operation, request.openapi_types["body"])(**body)
        return getattr(self.client(operation.service), method_name(operation.name))(request)

    def close(self) -> None:
        """Close every connection."""
        for client in self._clients.values():
            client.close()


@dataclass(frozen=True)
class Both:
    """The SDK and our client, in the name of the same user."""

    sdk: Sdk
    client: Client


def raw_call(operation: Operation, values: Mapping[str, Any]) -> Call:
    """Return our call with the values that `Sdk.call` takes, checked by nobody."""
    request = model(operation, f"{operation.name}Request")
    path: dict[str, str] = {}
    headers: dict[str, str] = {}
    query: list[tuple[str, str]] = []
    body: dict[str, Json] = {}
    for name, value in values.items():
        wire = request.attribute_map.get(name)
        if wire is None:
            body[name] = value
        elif f"{{{wire}}}" in operation.path:
            path[wire] = value
        elif wire in {"workspace", "Dlm-Type"}:
            headers[wire] = value
        else:
            query.append((wire, str(value)))
    return Call(operation, path=path, query=tuple(query), headers=headers, body=body or None)


def plain(theirs: Any) -> Json:
    """Return one of the SDK's objects as the JSON it stands for; the SDK keeps no nulls."""
    found: Json = sanitize_for_serialization(theirs)
    if isinstance(found, dict):
        found.pop(REQUEST_ID, None)
    return found


def without_nulls(value: Json) -> Json:
    """Return JSON without the fields that are null."""
    match value:
        case dict():
            return {name: without_nulls(each) for name, each in value.items() if each is not None}
        case list():
            return [without_nulls(each) for each in value]
        case _:
            return value


def moment(value: object) -> datetime:
    """Return the time that the cloud wrote, read without our own reader.

    Raises:
        ValueError: it is in none of the documented forms.
    """
    if isinstance(value, int | float):
        return _EPOCH + timedelta(milliseconds=value)
    for form in _TIMES:
        try:
            return datetime.strptime(str(value), form).replace(tzinfo=UTC)
        except ValueError:
            continue
    raise ValueError(f"{value!r} is no time")


def differences(ours: object, theirs: Any, place: str = "") -> Iterator[str]:
    """Yield each place where a value of ours is not what the SDK has there."""
    match ours:
        case Record() if theirs is not None:
            attributes = {wire: name for name, wire in theirs.attribute_map.items()}
            for name, field in type(ours).model_fields.items():
                attribute = attributes.get(wire_name(name, field))
                value = getattr(theirs, attribute) if attribute else None
                yield from differences(getattr(ours, name), value, f"{place}.{name}")
            yield from (f"{place}.{name} is no field of ours" for name in ours.model_extra or {})
        case list() if isinstance(theirs, list) and len(ours) == len(theirs):
            for number, pair in enumerate(zip(ours, theirs, strict=True)):
                yield from differences(*pair, f"{place}[{number}]")
        case dict() if isinstance(theirs, dict) and ours.keys() == theirs.keys():
            for name, each in ours.items():
                yield from differences(each, theirs[name], f"{place}.{name}")
        case datetime() if theirs is not None:
            if ours != moment(theirs):
                yield f"{place}: {ours} is not {theirs!r}"
        case _:
            if type(ours) is not type(theirs) or ours != theirs:
                yield f"{place}: {ours!r} is not {theirs!r}"


def values_in(ours: object) -> int:
    """Count the values in a record that are there to be compared."""
    match ours:
        case None:
            return 0
        case Record():
            return sum(values_in(getattr(ours, name)) for name in type(ours).model_fields)
        case list():
            return sum(map(values_in, ours))
        case dict():
            return sum(map(values_in, ours.values()))
        case _:
            return 1


def inner_type(openapi: str) -> str:
    """Return the type of the values in a list or a map of the SDK's."""
    while nested := re.fullmatch(r"list\[(.*)\]|dict\([^,]*, (.*)\)", openapi):
        openapi = nested[1] or nested[2]
    return openapi


def record_in(annotation: object) -> type[Record] | None:
    """Return the record that an annotation holds, however deep."""
    if isinstance(annotation, type) and issubclass(annotation, Record):
        return annotation
    return next(filter(None, map(record_in, get_args(annotation))), None)


def kinds_in(annotation: object) -> frozenset[object]:
    """Return the plain types of an annotation, one for each level of nesting."""
    if get_origin(annotation) in {Union, UnionType}:
        return frozenset[object]().union(*map(kinds_in, get_args(annotation)))
    return frozenset({get_origin(annotation) or annotation})


ROWS_OF: Final = {
    "KeystoneListAuthProjects": "projects",
    "KeystoneListAuthDomains": "domains",
    "ShowTenantNoticeConfiguration": "",
}
"""Where the rows are in the answers that our listings read by a function of their own."""


def listings() -> dict[str, AnyListing]:
    """Return every listing of ours whose operation the SDK has, by the name people type."""
    found = {
        name: getattr(import_module(f"console.services.{entry.module}"), entry.constant)
        for name, entry in LISTINGS.items()
    }
    return {name: each for name, each in found.items() if each.operation.service in PACKAGES}


def rows_key(listing: AnyListing) -> str:
    """Return the answer's key that holds the rows; empty where the answer is the row."""
    return listing.rows or ROWS_OF[listing.operation.name]


def rows_in(listing: AnyListing, answer: Any) -> list[Any]:
    """Return the SDK's rows in one of its answers."""
    key = rows_key(listing)
    return list(getattr(answer, key)) if key else [answer]


def raw_rows_in(listing: AnyListing, answer: Any) -> list[Json]:
    """Return the rows of one of the SDK's answers as the cloud wrote them."""
    body, key = answer.to_json_object(), rows_key(listing)
    return list(body[key]) if key else [body]


def filled(values: Mapping[str, Any], known: Mapping[str, str]) -> dict[str, Any]:
    """Return the values with this cloud's own in their places."""

    def of(value: Any) -> Any:
        if isinstance(value, list):
            return [of(each) for each in value]
        return value.format_map(known) if isinstance(value, str) else value

    return {name: of(value) for name, value in values.items()}


def last_request(cloud: Cloud) -> dict[str, Any]:
    """Return the last request as far as both must agree on it."""
    last = cloud.requests()[-1]
    seen = {name: last[name] for name in ("method", "path", "operation", "status", "user")}
    body = json.loads(last["body"]) if last["body"] else None
    return {**seen, "query": Counter(last["query"].split("&")), "body": body}


def later(cloud: Cloud, seconds: float) -> None:
    """Set the cloud's clock ahead, so that its jobs are done, without waiting for them."""
    cloud.control.put("/_emulator/clock", json={"offset_seconds": seconds}).raise_for_status()


def _answer(answer: Answer) -> Answer:
    return answer


async def refused_by_us(client: Client, call: Call) -> CloudError:
    """Make a call that must be refused."""
    made = client.send(call, _answer) if call.operation.mutates else client.read(call)
    with pytest.raises(CloudError) as caught:
        await made
    return caught.value
