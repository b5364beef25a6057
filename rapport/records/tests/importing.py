"""Bringing small files in, for the tests of imports."""

import io
from typing import Any

from rapport.platform.identity.models import User
from rapport.platform.identity.viewer import Viewer, viewer_for
from rapport.records import registry
from rapport.records.importing import steps
from rapport.records.importing.writing import write
from rapport.records.models import ImportRow, ImportRun
from rapport.records.read import Query, Reader


def somebody(role: str = "administrator", name: str = "Ana Ruiz", **more: Any) -> Viewer:
    """A new user at work."""
    email = f"{name.split()[0].lower()}@example.com"
    return viewer_for(User.objects.create_user(email=email, name=name, role=role, **more))


def upload(viewer: Viewer, entity: str, content: str | bytes, name: str = "file.csv", **reading: Any) -> ImportRun:
    """An uploaded file with the mapping that Rapport proposes."""
    data = content.encode() if isinstance(content, str) else content
    return steps.upload(registry.get(entity), name, io.BytesIO(data), viewer=viewer, **reading)


def checked(viewer: Viewer, entity: str, content: str | bytes, *, change: Any = None, **reading: Any) -> ImportRun:
    """The same after the dry run; `change(passes)` may mend the proposed mapping."""
    run = upload(viewer, entity, content, **reading)
    if change:
        passes = run.settings["passes"]
        change(passes)
        steps.set_mapping(run, passes, viewer=viewer)
    return steps.check_now(run, viewer=viewer)


def brought_in(viewer: Viewer, entity: str, content: str | bytes, **more: Any) -> ImportRun:
    """The same, written."""
    return write(checked(viewer, entity, content, **more), viewer=viewer)


def states(run: ImportRun) -> dict[str, int]:
    """How many rows are in each state."""
    return run.counts["states"]


def reasons(run: ImportRun) -> dict[int, str]:
    """Line -> reasons of refused rows and questions."""
    rows = ImportRow.objects.filter(run=run, state__in=("refused", "question"))
    return {row.line: " ".join(f"{k}: {v}" if k else v for k, v in row.errors.items()) for row in rows}


def items(viewer: Viewer, entity: str, columns: str, **query: Any) -> list[dict[str, Any]]:
    """Records of an entity as the viewer sees them."""
    return Reader(registry.get(entity), viewer).slice(Query(columns=columns.split(), limit=200, **query)).items
