"""Where the pictures are."""

from pathlib import Path
from typing import Final

FOLDER: Final = Path(__file__).parents[2] / "screenshots"
