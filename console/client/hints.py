"""What to do about the errors we know, in plain words.

Sources: the error code pages of the services, the gateway's, and the official Terraform provider.
"""

from typing import Final

from console.client.operation import TITLES, Operation

MISSING: Final = frozenset({"WKS.0202", "DLM.4001", "DLM.4205"})
"""Codes that mean 'does not exist' whatever the HTTP status says."""

GONE: Final = frozenset({"MSS.00010003"})
"""Codes of a path that the service does not have."""

_BY_CODE: Final = {
    "APIGW.0101": "the service does not know this path: is the endpoint the right one?",
    "APIGW.0201": "the service behind the gateway did not answer in time; try again",
    "APIGW.0301": "check the access key, its secret and, for temporary keys, the security token; "
    "a token may have ended: get a new one",
    "APIGW.0307": "the token has ended: get a new one",
    "APIGW.0308": "too many requests; wait a little and try again",
    "CC.00000000": "the service is busy; try again",
    "CC.00000003": "the token has ended: get a new one",
    "DLM.4001": "check the DataArts instance and workspace; without X-Project-Id it says this too",
    "MSS.00000001": "the credential is not accepted: check it, or get a new token",
    "MSS.00000005": "ask for permission on MetaStudio in this project",
    "MSS.00010008": "the token is not valid: get a new one",
    "MSS.00010009": "the project is not the credential's own: check the project id",
    "WKS.0001": "a parameter is missing or not allowed, or the pool does not exist",
    "WKS.0202": "it does not exist, or not in this project",
    "WKS.00010099": "Workspace is not enabled in this project",
    "WKS.00129901": "Workspace is not available at the moment; try again",
    "WKS.00170117": "Workspace knows no tenant for this project: is it enabled here?",
    "WKS.00170312": "Workspace knows no tenant for this project: is it enabled here?",
}

_BY_STATUS: Final = {
    401: "check the credential; a token may have ended",
    403: "the credential may not do this: ask for permission",
    404: "it does not exist, or not in this project",
    409: "it is in the middle of another change; try again when that is done",
    429: "too many requests; wait a little and try again",
    502: "the cloud's front end had no answer from the service; try again",
    503: "the service is not available at the moment; try again",
    504: "the service did not answer the cloud's front end in time; try again",
}


_FORBIDDEN: Final = 403


def hint_for(status: int, code: str, operation: Operation | None = None) -> str:
    """Return what to do about an error; empty where we know nothing better than its own words.

    Args:
        status: the HTTP status.
        code: the cloud's code; empty where it gave none.
        operation: what was asked; None where that is not known.
    """
    hint = _BY_CODE.get(code) or _BY_STATUS.get(status, "")
    if code in _BY_CODE or status != _FORBIDDEN or operation is None:
        return hint
    service = TITLES[operation.service]
    return f"{hint} for {operation.action or operation.name} ({service})"
