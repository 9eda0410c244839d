"""Tones: how text looks that is less, or more, than the rest. No meaning is by colour alone."""

from typing import Final

MUTED: Final = "$text 60%"
"""Beside what matters. `$text-muted` is made for CSS; in a `Content` it comes out brightest."""
