"""STS: why was I refused, and who am I.

Sources: STS API reference, DecodeAuthorizationMessage and GetCallerIdentity; the API description
declares the AK/SK signature as the only way to authenticate.
"""

from __future__ import annotations

from console.emulator.dialects import STS
from console.emulator.operations import SIGNATURE, Answer, Call, Operation, document

LONGEST_MESSAGE = 10_240
SIGNED_ONLY = frozenset({SIGNATURE})


def decode_authorization_message(call: Call) -> Answer:
    """Decode the message of a 403 to JSON text."""
    message = call.document().get("encoded_message")
    if not isinstance(message, str) or not 1 <= len(message) <= LONGEST_MESSAGE:
        raise call.refuse(400, f"The length of encoded_message must be 1 to {LONGEST_MESSAGE}.")
    decoded = call.cloud.identity.unseal(message)
    if decoded is None:
        raise call.refuse(400, "The encoded authorization message is invalid.")
    return document({"decoded_message": decoded})


def get_caller_identity(call: Call) -> Answer:
    """Tell whose key signed the request."""
    domain_id, user = call.cloud.identity.domain_id, call.caller.user
    return document(
        {
            "account_id": domain_id,
            "principal_id": user.id,
            "principal_urn": f"iam::{domain_id}:user:{user.name}",
        }
    )


OPERATIONS = (
    Operation(
        "DecodeAuthorizationMessage",
        "POST",
        "/v5/decode-authorization-message",
        decode_authorization_message,
        STS,
        accepts=SIGNED_ONLY,
    ),
    Operation(
        "GetCallerIdentity",
        "GET",
        "/v5/caller-identity",
        get_caller_identity,
        STS,
        accepts=SIGNED_ONLY,
    ),
)
