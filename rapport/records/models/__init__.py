from rapport.records.models.activity import Activity, Touch
from rapport.records.models.bulk import BulkRun
from rapport.records.models.exports import ExportMade
from rapport.records.models.imports import ImportMapping, ImportPiece, ImportRow, ImportRun
from rapport.records.models.keys import IdempotencyKey
from rapport.records.models.rows import Owned, first_point, folded, search_index, search_text
from rapport.records.models.telling import Draft, Follow, Mention, Notification
from rapport.records.models.view import View, ViewUse
from rapport.records.models.visits import Visit

__all__ = [
    "Activity", "BulkRun", "Draft", "ExportMade", "Follow", "IdempotencyKey", "ImportMapping", "ImportPiece", "ImportRow",
    "ImportRun", "Mention", "Notification", "Owned", "Touch", "View", "ViewUse", "Visit", "first_point", "folded",
    "search_index", "search_text",
]  # fmt: skip
