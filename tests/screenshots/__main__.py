"""Takes every picture anew: `python -m tests.screenshots`.

It needs the extra `screenshots` and two fonts: DejaVu Sans Mono, and Noto Sans CJK SC for what is
Chinese (Debian: fonts-dejavu-core, fonts-noto-cjk). Without the fonts the SVG files are the same,
and the PNG files look different.
"""

import asyncio
import os
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.screenshots import png, svg
from tests.screenshots.files import FOLDER
from tests.screenshots.reels import REELS, Shot, take
from tests.screenshots.studio import still_cloud


async def _taken() -> list[Shot]:
    shots = []
    with still_cloud() as cloud:
        for reel in REELS:
            with TemporaryDirectory() as folder:
                shots += await take(reel, cloud, Path(folder))
    return shots


def main() -> int:
    """Take every picture, write what has changed, and remove what no reel shows any more."""
    os.environ.pop("NO_COLOR", None)  # Textual reads it by itself
    wanted: set[str] = set()
    for shot in asyncio.run(_taken()):
        drawing = svg.write(shot.picture, shot.title)
        for kind, content in (("svg", drawing.encode()), ("png", png.render(drawing))):
            path = FOLDER / f"{shot.name}.{kind}"
            wanted.add(path.name)
            if not path.exists() or path.read_bytes() != content:
                path.write_bytes(content)
                sys.stdout.write(f"{path.name}: {len(content):,} bytes\n")
    for path in FOLDER.iterdir():
        if path.name not in wanted:
            path.unlink()
            sys.stdout.write(f"{path.name}: removed\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
