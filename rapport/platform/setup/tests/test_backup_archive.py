"""An archive is either exactly what was written, or refused."""

import io
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from rapport.platform.setup.backups import archive, retention
from rapport.platform.setup.backups.schedule import freshness
from rapport.platform.setup.lease import Refused

IDENTITY, RECIPIENT = archive.new_key()


def made(folder: Path, recipient: str = "") -> Path:
    path = folder / "x.backup"
    with archive.writing(path, recipient) as target:
        target.add("database.dump", io.BytesIO(b"rows " * 500), 2500)
        target.add(
            "blobs/2c/f2/2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824", io.BytesIO(b"hello"), 5
        )
        target.close({"tables": {"t": [1, "2"]}})
    return path


@pytest.mark.parametrize(("recipient", "identity"), [("", ""), (RECIPIENT, IDENTITY)], ids=["plain", "encrypted"])
def test_what_was_written_is_read(tmp_path: Path, recipient: str, identity: str) -> None:
    path = made(tmp_path, recipient)
    assert path.stat().st_mode & 0o077 == 0, "others could read the whole company"
    manifest = archive.verified(path, identity)
    assert manifest["tables"] == {"t": [1, "2"]}
    assert next(name for name, _content in archive.members(path, identity)) == "database.dump"
    assert {name: content.read() for name, content in archive.members(path, identity)}[
        "database.dump"
    ] == b"rows " * 500
    assert (b"rows rows" in path.read_bytes()) is (not recipient)


@pytest.mark.parametrize(("recipient", "identity"), [("", ""), (RECIPIENT, IDENTITY)], ids=["plain", "encrypted"])
def test_every_change_is_noticed(tmp_path: Path, recipient: str, identity: str) -> None:
    path = made(tmp_path, recipient)
    whole = path.read_bytes()
    for place in range(0, len(whole), 37):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        with pytest.raises(Refused):
            archive.verified(path, identity)
    for length in (0, 1, 20, len(whole) // 2, len(whole) - 1):
        path.write_bytes(whole[:length])
        with pytest.raises(Refused):
            archive.verified(path, identity)
    path.write_bytes(whole + b"x")
    with pytest.raises(Refused):
        archive.verified(path, identity)
    path.write_bytes(whole)
    archive.verified(path, identity)


def test_another_key_or_none_is_refused(tmp_path: Path) -> None:
    path = made(tmp_path, RECIPIENT)
    with pytest.raises(Refused, match="--identity"):
        archive.verified(path)
    with pytest.raises(archive.Broken, match="another key"):
        archive.verified(path, archive.new_key()[0])
    with pytest.raises(Refused, match="no age identity"):
        archive.verified(path, "nonsense")
    with pytest.raises(Refused, match="no age recipient"):
        made(tmp_path, "nonsense")


def test_a_backup_that_fails_leaves_nothing(tmp_path: Path) -> None:
    path = tmp_path / "x.backup"
    with pytest.raises(OSError, match="unexpected end"), archive.writing(path) as target:
        target.add("database.dump", io.BytesIO(b"short"), 100)
    assert list(tmp_path.iterdir()) == []


def test_what_stays_of_a_year_of_nightly_backups(tmp_path: Path) -> None:
    last = datetime(2026, 11, 22, 2, 30, tzinfo=UTC)
    for day in range(365):
        (tmp_path / retention.name_for(last - timedelta(days=day))).touch()
    (tmp_path / "mine.backup").touch()
    for path in retention.superfluous(tmp_path, days=7, weeks=4, months=6):
        path.unlink()
    left = sorted(retention.made_at(path).date().isoformat() for path in tmp_path.glob("rapport-*"))
    weeks = ["2026-11-01", "2026-11-08", "2026-11-15"]
    months = ["2026-06-30", "2026-07-31", "2026-08-31", "2026-09-30", "2026-10-31"]
    assert left == sorted([*months, *weeks, *(f"2026-11-{day}" for day in range(16, 23))])
    assert (tmp_path / "mine.backup").exists()
    assert retention.superfluous(tmp_path, days=0, weeks=0, months=0)[0].name != retention.name_for(last)


def test_an_old_backup_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAPPORT_BACKUPS", str(tmp_path))
    for age, fine in ((72, False), (20, True)):
        (tmp_path / retention.name_for(datetime.now(UTC) - timedelta(hours=age))).touch()
        check = freshness()
        assert (check.is_fine, str(age) in check.text) == (fine, True)
    monkeypatch.setenv("RAPPORT_BACKUPS", "off")
    assert freshness().is_fine
