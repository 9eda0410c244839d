"""What file system a path is on.

SQLite's log of changes (WAL) needs memory that all readers share, which two machines that mount
the same folder do not have.
"""

import os
import re
from pathlib import Path
from typing import Final

MOUNTS: Final = Path("/proc/self/mountinfo")
"""Where the kernel says what is mounted."""

_REMOTE: Final = re.compile(
    r"nfs\d?|cifs|smb\d?|smbfs|9p|afs|ceph|glusterfs|lustre|gpfs|ocfs2|gfs2|beegfs|davfs"
    r"|fuse\.(sshfs|glusterfs|davfs2?|s3fs|rclone|ceph.*|smb.*|juicefs|.*nfs.*)"
)
_OCTAL: Final = re.compile(r"\\([0-7]{3})")


def is_remote(path: Path, mounts: Path = MOUNTS) -> bool:
    """Tell whether `path` is on a file system that other machines may mount too.

    Args:
        path: what is asked about.
        mounts: the kernel's list; where there is none, nothing is known to be remote.
    """
    try:
        lines = mounts.read_text(encoding="utf-8", errors="surrogateescape").splitlines()
    except OSError:
        return False
    return _REMOTE.fullmatch(_kind(os.path.realpath(path), lines)) is not None


def _kind(path: str, lines: list[str]) -> str:
    best, kind = -1, ""
    for line in lines:
        before, _, after = line.partition(" - ")
        fields = before.split(" ")
        if len(fields) < 5:
            continue
        point = _OCTAL.sub(lambda found: chr(int(found[1], 8)), fields[4])
        inside = path == point or path.startswith(f"{point.rstrip('/')}/")
        if inside and len(point) >= best:  # of two at one point the later one covers the other
            best, kind = len(point), after.split(" ")[0]
    return kind
