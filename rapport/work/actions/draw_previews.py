from collections.abc import Sequence
from pathlib import PurePosixPath
from typing import Any

from rapport.platform.files import pictures, store
from rapport.platform.files.access import visible_file
from rapport.platform.files.names import clean_name
from rapport.platform.identity.viewer import Viewer
from rapport.work.models import Attachment


def draw_previews(ids: Sequence[int], viewer: Viewer | None) -> None:
    """Draws a small picture of each image among the attachments; what cannot be drawn has none."""
    waiting = Attachment.objects.filter(pk__in=ids, preview=None, file__mime__startswith="image/").select_related(
        "file"
    )
    for attachment in waiting:
        try:
            with store.open_blob(attachment.file) as content:
                drawn = pictures.redraw(content)
        except (pictures.NoPicture, FileNotFoundError):
            continue
        name = f"{PurePosixPath(attachment.file.name).stem}.webp"
        attachment.preview = store.keep([drawn], name, viewer=viewer, mime="image/webp", is_picture=True)
        attachment.save(update_fields=["preview"])


def file_name(given: Any, viewer: Viewer) -> str:
    """The name of what a file field was given: an upload, or the id of one. Empty if there is no such file."""
    if hasattr(given, "chunks"):
        return clean_name(given.name)
    text = str(given.get("id") if isinstance(given, dict) else given or "")
    found = visible_file(int(text), viewer) if text.isascii() and text.isdigit() and len(text) < 19 else None
    return found.name if found else ""
