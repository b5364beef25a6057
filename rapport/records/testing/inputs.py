"""What a caller may send and must not: every refusal names the field, and nothing changes."""

from typing import Any

import orjson
from jsonschema import Draft202012Validator

from rapport.records import fields as f
from rapport.records.testing.base import Base
from rapport.records.testing.samples import bad
from rapport.records.testing.silence import silence

# One of each kind that JSON has, and some that people send out of habit.
STRANGE: list[Any] = [True, 7, 7.5, "7", "", [], {}, [7], ["7"], [[7]], {"id": "7"}, {"amount": [7]}, None]
RIGHT_TO_LEFT, FAMILY = "مرحبا بالعالم \u202eabc", "Zoë 👩‍👩‍👧 Ænima"


class InputsCase(Base):
    """Bodies of POST and PATCH."""

    def _refused(self, pk: int, name: str, value: Any, *, post: bool = True) -> None:
        """PATCH and POST with that value are refused and say why. The caller wraps it in `silence`."""
        for method, path, body in (
            ("PATCH", f"/{pk}", {name: value}),
            *([("POST", "", self._given | {name: value})] if post else []),
        ):
            answer = self.call(self.writer, method, path, body)
            told = (self.entity, method, name, str(value)[:80], answer)
            assert answer.status == 422 and name in answer.blamed, told

    @property
    def _given(self) -> dict[str, Any]:
        if not hasattr(self, "_kept"):
            self._kept = self.values(99)
        return self._kept

    def test_nothing_can_be_set_but_declared_fields(self):
        """Mass assignment: every column of the table, and what it is called in Python."""
        pk = self.make()
        known = set(self.writable)
        names = {
            n for field in self.record.model._meta.get_fields() for n in (field.name, getattr(field, "attname", ""))
        }
        names |= {
            "pk",
            "id",
            "version",
            "deleted_at",
            "owner_id",
            "created_by_id",
            "is_superuser",
            "password",
            "__class__",
        }
        names |= {name for name, one in self.record.fields_for().items() if one.readonly}
        assert self._given
        with silence():
            for i, name in enumerate(sorted(names - known - {""})):
                self._refused(pk, name, (1, None)[i % 2], post=name not in self.also_taken)

    def test_values_of_a_wrong_type_are_refused_by_name(self):
        pk = self.make()
        assert self._given
        with silence():
            for name, one in self.writable.items():
                for value in bad(one):
                    self._refused(pk, name, value)

    def test_nothing_is_taken_that_the_document_does_not_name(self):
        """Each value in all the fields at once that should not take it, by an independent reading of the document."""
        pk = self.make()
        judges = {name: Draft202012Validator(one.input_schema()) for name, one in self.writable.items()}
        for value in STRANGE:
            wrong = {name: value for name, judge in judges.items() if not judge.is_valid(value)}
            with silence():
                answer = self.call(self.writer, "PATCH", f"/{pk}", wrong) if wrong else None
            assert answer is None or (answer.status, answer.blamed) == (422, set(wrong)), (self.entity, value, answer)

    def test_what_is_needed_cannot_be_left_out_or_emptied(self):
        pk = self.make()
        needed = [name for name, one in self.writable.items() if one.required]
        for name in needed:
            nothing: tuple[Any, ...] = (None, "", [], {})
            for empty in nothing:
                with silence():
                    answer = self.call(self.writer, "PATCH", f"/{pk}", {name: empty})
                    assert answer.status == 422 and name in answer.blamed, (name, empty, answer)
        with silence():
            answer = self.call(self.writer, "POST", body={})
        assert answer.status == 422 and answer.blamed, "nobody wants a record that says nothing"
        assert not needed or answer.blamed & set(needed), answer

    def test_text_of_any_script_comes_back_as_it_was_and_too_long_text_is_refused(self):
        pk = self.make()
        for name, one in self.writable.items():
            if type(one) not in (f.Text, f.LongText):
                continue
            for text in (RIGHT_TO_LEFT, FAMILY, 'O\'Brien "x" <script>alert(1)</script> {{ 7*7 }} %s \\ --'):
                cut = text[: one.longest].strip()  # type: ignore[attr-defined]
                answer = self.call(self.writer, "PATCH", f"/{pk}", {name: cut})
                assert answer.status == 200 and answer.json[name] == cut, (name, answer)
            whole = "ß" * one.longest  # type: ignore[attr-defined]
            answer = self.call(self.writer, "PATCH", f"/{pk}", {name: whole})
            assert answer.status == 200 and answer.json[name] == whole, (name, answer)
            self._refused(pk, name, whole + "ß")

    def test_links_to_what_is_out_of_reach_or_in_the_bin_are_refused(self):
        if self.is_shared:
            return
        pk = self.make()
        for name, one in self.writable.items():
            if not isinstance(one, f.Link) or name in ("owner",):
                continue
            gone = self.another(one.to)
            actor = "adam" if self._is_shared(one.to) else "ana"
            assert self.cast.call(actor, "DELETE", f"/{one.to}/{gone}").status == 204
            self._refused(pk, name, gone)
            self._refused(pk, name, {"id": gone})
            if not self._is_shared(one.to):
                self._refused(pk, name, self.another(one.to, "cleo"))

    def _is_shared(self, entity: str) -> bool:
        from rapport.records import registry
        from rapport.records.access import Shared

        return isinstance(registry.get(entity).access, Shared)

    def test_nobody_can_give_a_record_away_to_where_they_cannot_follow(self):
        if not self.is_owned:
            return
        pk = self.make()
        for method, path, body in (
            ("PATCH", f"/{pk}", {"owner": self.cast.cleo.pk}),
            ("POST", "", self.values(98) | {"owner": self.cast.cleo.pk}),
            ("POST", "/bulk", {"ids": [pk], "values": {"owner": self.cast.cleo.pk}}),
        ):
            with silence():
                answer = self.call("ana", method, path, body)
                assert answer.status == 403, (method, answer)
        assert self.call("ana", "PATCH", f"/{pk}", {"owner": self.cast.ben.pk}).json["owner"]["id"] == self.cast.ben.pk

    def test_bodies_that_are_no_json_object_are_refused(self):
        pk = self.make()
        deep = b'{"x":' * 5000 + b"1" + b"}" * 5000
        for body in (
            b"{",
            b"[]",
            b"5",
            b'"x"',
            b"null",
            b"\xff\xfe",
            b'{"x": "\\ud800"}',
            b"{'x': 1}",
            b"NaN",
            deep,
            b"\x00",
        ):
            for method, path in (("POST", ""), ("PATCH", f"/{pk}"), ("POST", "/bulk")):
                with silence():
                    answer = self.call(self.writer, method, path, body)
                    assert answer.status == 400, (method, path, body[:40], answer)
                    assert answer.headers["Content-Type"] == "application/problem+json"

    def test_rows_that_are_not_there(self):
        for pk in ("0", "999999999", str(2**63), "9" * 40):
            for method, path, body in (
                ("GET", "", None), ("PATCH", "", self.edit), ("DELETE", "", None), ("POST", "/restore", None),
            ):  # fmt: skip
                with silence():
                    answer = self.call(self.writer, method, f"/{pk}{path}", body)
                    assert answer.status == 404, (pk, method, answer)
        for path in ("/x", "/-1", "/1/nonsense", "/1.5"):
            with silence():
                answer = self.call(self.writer, "GET", path)
                assert answer.status in (404, 405), (path, answer)
                assert answer.headers["Content-Type"] == "application/problem+json", (path, answer)

    def test_bulk_refuses_what_an_edit_refuses(self):
        pk = self.make()
        (name,) = self.edit
        for body, blamed in (
            ({"ids": [pk], "values": {"nonsense": 1}}, "nonsense"),
            ({"ids": [pk], "values": {"version": 1}}, "version"),
            ({"ids": [pk], "values": {name: {"x": 1}}}, name),
            ({"ids": [pk], "values": {}}, "values"),
            ({"ids": [pk], "values": [1]}, "values"),
            ({"ids": ["x"], "values": self.edit}, "ids"),
            ({"ids": {"x": 1}, "values": self.edit}, "ids"),
            ({"ids": [2**63], "values": self.edit}, "ids"),
            ({"ids": [pk], "action": "destroy"}, "action"),
            ({"ids": [pk], "action": ["edit"], "values": self.edit}, "action"),
            ({"ids": [pk], "values": self.edit, "nonsense": 1}, "nonsense"),
            ({"filter": {"field": "nonsense", "op": "is", "value": 1}, "values": self.edit}, "nonsense"),
            ({"filter": "{", "values": self.edit}, "filter"),
            ({"filter": [1], "values": self.edit}, "filter"),
            ({"filter": 5, "values": self.edit}, "filter"),
        ):
            with silence():
                answer = self.call(self.writer, "POST", "/bulk", body)
                assert (answer.status, answer.blamed) == (422, {blamed}), (orjson.dumps(body), answer)
