from django.utils import timezone

from rapport.platform.files.models import File
from rapport.records.testing import RecordCase
from rapport.work.models import Attachment


class TestTasks(RecordCase):
    entity = "tasks"
    edit = {"body": "With the good scissors"}

    def values(self, i=0):
        return {"title": f"Cut quillfeather {i}"}

    def before_verb(self, name, pk):
        if name == "reopen":
            assert self.call("ana", "POST", f"/{pk}/finish", {}).status == 200


class TestNotes(RecordCase):
    entity = "notes"
    edit = {"pinned": True}

    def values(self, i=0):
        return {"title": f"Quillfeather {i}", "body": "They like blue."}


class TestMeetings(RecordCase):
    entity = "meetings"
    # An end of its own would lie before the beginning.
    steady = ("ends_at",)
    edit = {"location": "The mill"}

    def values(self, i=0):
        return {"title": f"Quillfeather {i}", "at": "2026-11-22T10:00:00Z"}


class TestCalls(RecordCase):
    entity = "calls"
    edit = {"outcome": "reached"}

    def values(self, i=0):
        return {"title": f"Quillfeather {i}"}


class TestAttachments(RecordCase):
    entity = "attachments"
    edit = {"body": "Signed by both"}
    steady = ("file",)

    def values(self, i=0):
        """A file that is in everybody's reach, because one in the bin that nobody owns holds it."""
        file = File.objects.create(sha256=f"{i:064}", name=f"quillfeather-{i}.txt", size=1, mime="text/plain")
        Attachment.objects.create(title="Pool", file=file, deleted_at=timezone.now())
        return {"title": f"Quillfeather {i}", "file": file.pk}
