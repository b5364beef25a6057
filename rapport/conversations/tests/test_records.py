from rapport.records.testing import RecordCase


class TestMessages(RecordCase):
    entity = "messages"
    edit = {"sender": "ida@quill.test"}

    def values(self, i=0):
        return {"title": f"Quillfeather {i}", "body": "Dear all"}
