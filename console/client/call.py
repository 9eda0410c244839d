"""One call of an operation, ready to be signed and sent."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from console.client.operation import Operation
from console.client.signer import encode
from console.errors import Problem, QueryError
from console.text import Json

# A dot segment is resolved by whoever reads the path, so it would name another resource.
_DOTS = frozenset({"", ".", ".."})


@dataclass(frozen=True, slots=True)
class Call:
    """An operation with everything that fills it in.

    Attributes:
        operation: what is called.
        path: values of the path's parameters, `project_id` aside.
        query: the parameters, in any order; a list is one pair for each item.
        headers: headers of the operation's own, such as `workspace`.
        body: the JSON body, or nothing.
    """

    operation: Operation
    path: Mapping[str, str] = field(default_factory=dict)
    query: tuple[tuple[str, str], ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)  # may hold a token
    body: Mapping[str, Json] | None = field(default=None, repr=False)  # may hold a password

    def target(self, project_id: str) -> str:
        """Return the path with its parameters filled in and encoded.

        Raises:
            QueryError: a parameter is empty or would change the path's shape.
        """
        values = {**self.path, "project_id": project_id}
        wrong = [
            Problem(name, "is empty" if not value else f"cannot be {value!r}")
            for name, value in values.items()
            if value in _DOTS and f"{{{name}}}" in self.operation.path
        ]
        if wrong:
            raise QueryError(wrong)
        return self.operation.path.format_map({k: encode(v) for k, v in values.items()})

    def content(self) -> bytes:
        """Return the body's exact bytes.

        Raises:
            QueryError: the text in it cannot be written as UTF-8.
        """
        if self.body is None:
            return b""
        try:
            return json.dumps(self.body, ensure_ascii=False).encode()
        except UnicodeEncodeError as error:
            raise QueryError([Problem("body", f"is not text: {error.reason}")]) from error
