from rapport.work.models.activities import Call, Meeting, Note, Task
from rapport.work.models.attachment import Attachment
from rapport.work.models.reminder import Reminder

__all__ = ["Attachment", "Call", "Meeting", "Note", "Reminder", "Task"]
