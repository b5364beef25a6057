from rapport.records.testing import RecordCase


class TestProducts(RecordCase):
    entity = "products"
    edit = {"unit": "bale"}

    def values(self, i=0):
        return {"name": f"Quillfeather {i}", "code": f"Q-{i}"}


class TestProductCategories(RecordCase):
    entity = "product-categories"
    edit = {"external_id": "C-1"}

    def values(self, i=0):
        return {"name": f"Quill {i}"}


class TestRates(RecordCase):
    entity = "rates"
    edit = {"rate": "1.25"}

    def values(self, i=0):
        return {"currency": "USD", "starts_on": f"{1900 + i}-01-01", "rate": "1.5"}
