"""A file is whole or not there."""

import os
from pathlib import Path

import pytest

from rapport.kit.whole_files import whole


def test_it_takes_its_place_at_the_end(tmp_path):
    path = tmp_path / "list.csv"
    with whole(path) as file:
        file.write(b"one")
        assert not path.exists()
    assert path.read_bytes() == b"one"
    assert path.stat().st_mode & 0o077 == 0o666 & ~_mask() & 0o077
    assert list(tmp_path.iterdir()) == [path]


def test_after_an_error_what_was_there_is_still_there(tmp_path):
    path = tmp_path / "list.csv"
    path.write_bytes(b"before")
    with pytest.raises(OSError, match="full"), whole(path) as file:
        file.write(b"half")
        raise OSError("full")
    assert path.read_bytes() == b"before"
    assert list(tmp_path.iterdir()) == [path]


def test_a_device_is_written_to_as_it_is():
    with whole(Path("/dev/null")) as file:
        file.write(b"gone")


def _mask():
    mask = os.umask(0)
    os.umask(mask)
    return mask
