"""What file system a path is on."""

from pathlib import Path

import pytest

from console.outbox.filesystem import is_remote

MOUNTS = r"""
21 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
22 21 0:5 / /proc rw - proc proc rw
30 21 0:50 / /net/homes rw,relatime shared:9 - nfs4 server:/homes rw,vers=4.2
31 21 0:51 / /net/a\040b rw - cifs //server/share rw
32 30 8:2 / /net/homes/local rw - xfs /dev/sdb rw
33 21 0:52 / /mnt/ssh rw - fuse.sshfs me@server: rw
34 21 0:53 / /covered rw - ext4 /dev/sdc rw
35 34 0:54 / /covered rw - nfs server:/x rw
odd
"""


@pytest.fixture
def mounts(tmp_path: Path) -> Path:
    path = tmp_path / "mountinfo"
    path.write_text(MOUNTS)
    return path


@pytest.mark.parametrize(
    "path",
    ["/net/homes", "/net/homes/me/.local/state", "/net/a b/x", "/mnt/ssh/x", "/covered/x"],
)
def test_what_other_machines_may_mount_is_remote(mounts: Path, path: str) -> None:
    assert is_remote(Path(path), mounts)


@pytest.mark.parametrize(
    "path", ["/", "/net", "/net/homes2/x", "/net/homes/local/x", "/home/me", "/proc"]
)
def test_what_is_this_machine_s_is_not(mounts: Path, path: str) -> None:
    assert not is_remote(Path(path), mounts)


def test_without_a_list_nothing_is_known_to_be_remote(tmp_path: Path) -> None:
    assert not is_remote(Path("/net/homes"), tmp_path / "none")


def test_the_kernel_s_own_list_is_understood(tmp_path: Path) -> None:
    assert not is_remote(tmp_path)
