from rapport.records.testing import RecordCase


class TestUsers(RecordCase):
    entity = "users"
    edit = {"name": "Ida Quill"}
    managed_by = ("adam",)

    def values(self, i=0):
        return {"name": f"Ida {i}", "email": f"ida{i}@quill.test"}


class TestTeams(RecordCase):
    entity = "teams"
    edit = {"name": "Weavers"}
    managed_by = ("adam",)

    def values(self, i=0):
        return {"name": f"Quill {i}"}
