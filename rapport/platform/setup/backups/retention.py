"""Which backups of a schedule stay: the last of each of so many days, weeks and months."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

KEPT = {"days": 7, "weeks": 4, "months": 6}
_NAME = re.compile(r"rapport-(\d{8}T\d{6})Z\.backup")


def name_for(moment: datetime) -> str:
    """The file name of a scheduled backup; `moment` has a time zone."""
    return f"rapport-{moment.astimezone(UTC):%Y%m%dT%H%M%S}Z.backup"


def made_at(path: Path) -> datetime | None:
    """When a scheduled backup was made; None for any other file."""
    found = _NAME.fullmatch(path.name)
    return datetime.strptime(found[1], "%Y%m%dT%H%M%S").replace(tzinfo=UTC) if found else None


def superfluous(folder: Path, *, days: int, weeks: int, months: int) -> list[Path]:
    """The scheduled backups that need not stay. The newest always stays; files of other names are never touched."""
    found = sorted(((at, path) for path in folder.glob("*.backup") if (at := made_at(path))), reverse=True)
    keep = {path for _at, path in found[:1]}
    periods: list[tuple[int, Callable[[datetime], object]]] = [
        (days, lambda at: at.date()),
        (weeks, lambda at: at.isocalendar()[:2]),
        (months, lambda at: (at.year, at.month)),
    ]
    for number, period in periods:
        newest: dict[object, Path] = {}
        for at, path in found:
            newest.setdefault(period(at), path)
        keep |= set(list(newest.values())[:number])
    return [path for _at, path in found if path not in keep]
