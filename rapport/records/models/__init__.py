from rapport.records.models.activity import Activity, Touch
from rapport.records.models.imports import ImportMapping, ImportPiece, ImportRow, ImportRun
from rapport.records.models.keys import IdempotencyKey
from rapport.records.models.rows import Owned, first_point, folded, search_index, search_text

__all__ = [
    "Activity", "IdempotencyKey", "ImportMapping", "ImportPiece", "ImportRow", "ImportRun", "Owned", "Touch",
    "first_point", "folded", "search_index", "search_text",
]  # fmt: skip
