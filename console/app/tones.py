"""Tones: how text looks that is less, or more, than the rest. No meaning is by colour alone."""

from collections.abc import Mapping
from typing import Final

MUTED: Final = "$text 60%"
"""Beside what matters. `$text-muted` is made for CSS; in a `Content` it comes out brightest."""

STYLES: Final[Mapping[str, str]] = {
    "": "",
    "notice": "bold",
    "warning": "bold $text-warning",
    "error": "bold $text-error",
}
"""How words stand that are said in a tone."""
