from rapport.records.testing import RecordCase


class TestPeople(RecordCase):
    entity = "people"
    edit = {"job_title": "Head of Looms"}
    also_taken = frozenset({"name"})
    steady = ("first_name",)

    def values(self, i=0):
        return {"first_name": "Ida", "last_name": f"Quillfeather{i}", "emails": [f"ida{i}@quill.test"]}


class TestOrganisations(RecordCase):
    entity = "organisations"
    edit = {"industry": "Looms"}

    def values(self, i=0):
        return {"name": f"Quillfeather {i} Ltd"}


class TestEmployments(RecordCase):
    entity = "employments"
    edit = {"job_title": "Weaver"}
    steady = ("person", "organisation", "starts_on", "ends_on")

    def values(self, i=0):
        return {"person": self.linked("people"), "organisation": self.another("organisations"), "job_title": "Dyer"}


class TestRelationships(RecordCase):
    entity = "relationships"
    edit = {"description": "since school"}
    steady = ("person", "organisation", "other_person", "other_organisation")

    def values(self, i=0):
        return {"person": self.linked("people"), "kind": "friend", "other_organisation": self.linked("organisations")}


class TestTags(RecordCase):
    entity = "tags"
    edit = {"colour": "red"}
    # Whoever may tag may need a new word for it.
    creators = ("ana", "ben", "cleo")

    def values(self, i=0):
        return {"name": f"Quill {i}"}


class TestTiers(RecordCase):
    entity = "tiers"
    edit = {"position": 7}

    def values(self, i=0):
        return {"name": f"Quill {i}"}
