from rapport.work.models.activities import Call, Meeting, Note, Task

__all__ = ["Call", "Meeting", "Note", "Task"]
