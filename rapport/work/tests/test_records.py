from rapport.records.testing import RecordCase


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
    edit = {"location": "The mill"}

    def values(self, i=0):
        return {"title": f"Quillfeather {i}", "at": "2026-11-22T10:00:00Z"}


class TestCalls(RecordCase):
    entity = "calls"
    edit = {"outcome": "reached"}

    def values(self, i=0):
        return {"title": f"Quillfeather {i}"}
