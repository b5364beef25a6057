from rapport.records.testing import RecordCase


class TestDeals(RecordCase):
    entity = "deals"
    edit = {"description": "Twelve looms"}

    def values(self, i=0):
        return {"name": f"Quillfeather {i}"}

    def before_verb(self, name, pk):
        if name == "reopen":
            assert self.call("ana", "POST", f"/{pk}/win", {}).status == 200


class TestDealLines(RecordCase):
    entity = "deal-lines"
    edit = {"description": "Spare shuttles"}

    def values(self, i=0):
        return {"deal": self.linked("deals"), "price": "10.00", "description": f"Quill {i}"}


class TestDealContacts(RecordCase):
    entity = "deal-contacts"
    edit = {"role": "pays"}
    steady = ("person",)

    def values(self, i=0):
        return {"deal": self.linked("deals"), "person": self.another("people")}


class TestPipelines(RecordCase):
    entity = "pipelines"
    edit = {"position": 7}

    def values(self, i=0):
        return {"name": f"Quill {i}"}


class TestStages(RecordCase):
    entity = "stages"
    edit = {"rotting_days": 9}

    def values(self, i=0):
        return {"pipeline": self.linked("pipelines"), "name": f"Quill {i}"}


class TestLostReasons(RecordCase):
    entity = "lost-reasons"
    edit = {"external_id": "L-1"}

    def values(self, i=0):
        return {"name": f"Quill {i}"}
