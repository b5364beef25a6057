"""Old versions and repeated requests: nothing is lost and nothing is done twice."""

from typing import Any

from rapport.records import write
from rapport.records.api import operations
from rapport.records.testing.base import Base
from rapport.records.testing.silence import silence

# A field that every entity has, beside the one that `edit` changes.
OTHER = {"external_id": "REF-OTHER"}


class VersionsCase(Base):
    """If-Match and Idempotency-Key, each with the control that it would be noticed if it were off."""

    @property
    def other(self) -> dict[str, Any]:
        """A change of another field than `edit` changes."""
        return {"name": "Quite another"} if "external_id" in self.edit else OTHER

    def second_edit(self) -> dict[str, Any]:
        """Another value for the field of `edit`."""
        (name,) = self.edit
        one = self.record.field(name)
        values: dict[str, Any] = {"number": 3, "choice": "", "bool": False}
        if one.kind == "choice":
            known = [key for key, _label in one.options if key != self.edit[name]]  # type: ignore[attr-defined]
            return {name: known[0]}
        return {name: values.get(one.kind, "Something else")}

    def _patch(self, pk: int, body: dict[str, Any], version: int) -> Any:
        return self.call(self.writer, "PATCH", f"/{pk}", body, If_Match=f'"{version}"')

    def test_two_editors_of_different_fields_keep_both(self):
        pk = self.make()
        seen = self.call(self.writer, "GET", f"/{pk}")
        version = seen.json["version"]
        assert seen.headers["ETag"] == f'"{version}"'
        first = self._patch(pk, self.edit, version)
        assert first.status == 200 and first.json["version"] > version
        second = self._patch(pk, self.other, version)
        assert second.status == 200, second
        now = self.call(self.writer, "GET", f"/{pk}").json
        for name in self.edit:
            assert now[name] == first.json[name] != seen.json[name]
        for name, value in self.other.items():
            assert now[name] == value

    def test_two_editors_of_one_field_see_both_values(self):
        pk = self.make()
        version = self.call(self.writer, "GET", f"/{pk}").json["version"]
        first = self._patch(pk, self.edit, version)
        assert first.status == 200, first
        (name,) = self.edit
        with silence():
            late = self._patch(pk, self.second_edit(), version)
        assert late.status == 409, late
        assert late.json["version"] == first.json["version"]
        assert late.json["conflicts"] == [
            {"field": name, "yours": self.second_edit()[name], "theirs": first.json[name]}
        ], late
        # The same value is no quarrel, and with the new version the writer may have their way.
        assert self._patch(pk, self.edit, version).status == 200
        assert self._patch(pk, self.second_edit(), late.json["version"]).status == 200

    def test_without_the_version_check_the_first_edit_would_be_lost(self, monkeypatch):
        """The control."""
        pk = self.make()
        version = self.call(self.writer, "GET", f"/{pk}").json["version"]
        assert self._patch(pk, self.edit, version).status == 200
        monkeypatch.setattr(write, "_check_version", lambda *_args: None)
        assert self._patch(pk, self.second_edit(), version).status == 200

    def test_a_version_must_be_a_number(self):
        pk = self.make()
        for version in ("x", '"x"', "1.5", "-1", "²", "9" * 30, "1, 2"):
            with silence():
                answer = self.call(
                    self.writer, "PATCH", f"/{pk}", self.edit, If_Match=version.encode().decode("latin1")
                )
                assert (answer.status, answer.blamed) == (422, {"If-Match"}), (version, answer)

    def _post_twice(self) -> tuple[Any, Any]:
        values = self.sent = self.values(42)
        return tuple(  # type: ignore[return-value]
            self.call(self.writer, "POST", body=values, Idempotency_Key="once") for _turn in range(2)
        )

    def test_a_post_sent_twice_is_done_once(self):
        first, second = self._post_twice()
        assert first.status == second.status == 201, (first, second)
        assert first.json == second.json
        assert second.headers["Idempotent-Replay"] == "true"
        for name in ("Location", "ETag"):
            assert second.headers[name] == first.headers[name]
        with silence():
            self.call(self.writer, "POST", body=self.sent, Idempotency_Key="once")
            other = self.call(self.writer, "POST", body=self.sent | {"external_id": "X"}, Idempotency_Key="once")
            assert other.status == 422, other
            assert self.call(self.writer, "POST", body={}, Idempotency_Key="k" * 201).status == 400
        # A key belongs to the person who chose it, and a refused POST uses none up.
        with silence():
            assert self.call(self.writer, "POST", body={"nonsense": 1}, Idempotency_Key="another").status == 422
        assert self.call(self.writer, "POST", body=self.values(43), Idempotency_Key="another").status == 201

    def test_without_the_key_kept_it_would_be_done_twice(self, monkeypatch):
        """The control."""
        monkeypatch.setattr(operations, "once", lambda _request, do: do())
        first, second = self._post_twice()
        assert first.status == 201
        assert (second.status, second.json.get("id")) != (201, first.json["id"])
