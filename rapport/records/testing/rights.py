"""Who may do what, for everybody in the cast, on every operation; refused means nothing written, nothing stated."""

from typing import Any

from rapport.platform.access.gate import OPEN
from rapport.records.testing.base import Base
from rapport.records.testing.cast import NOBODY, PEOPLE
from rapport.records.testing.silence import digest, silence

EVERYBODY = (*PEOPLE, NOBODY)
_OUT = {"dora": 401, NOBODY: 401}

# What comes back for a row of Ana's, said by hand and not by the gate. Ben may edit what is his team's, but put into
# the bin only what is his own; a part of a record, such as a line of a deal, goes with the right to edit the whole.
SEE = {"ana": 200, "ben": 200, "mia": 200, "cleo": 404, "rita": 200, "adam": 200, **_OUT}
EDIT = SEE | {"rita": 403}
DELETE = {"ana": 204, "ben": 403, "mia": 204, "cleo": 404, "rita": 403, "adam": 204, **_OUT}
DELETE_PART = DELETE | {"ben": 204}
SEE_SHARED = SEE | {"cleo": 200}


class RightsCase(Base):
    """List, get, create, edit, delete, restore, bulk, verbs, search and undo, each as each person."""

    def expected(self, table: dict[str, int], good: int) -> dict[str, int]:
        """The table for an entity whose rows belong to everybody and are written by a few."""
        if not self.is_shared:
            return table
        return {who: good if who in self.managed_by else 403 for who in PEOPLE} | _OUT

    def verb_values(self, name: str) -> dict[str, Any]:
        """What a verb is given."""
        return {}

    def before_verb(self, name: str, pk: int) -> None:
        """Brings a row to where the verb does something."""

    def _try(self, who: str, expected: int, method: str, path: str = "", body: Any = None) -> Any:
        before = digest()
        answer = self.call(who, method, path, body)
        assert answer.status == expected, (self.entity, who, method, path, expected, answer)
        if expected >= 400:
            assert digest() == before, f"{who} was refused {method} {path}, and yet something was written"
            assert answer.headers["Content-Type"] == "application/problem+json", answer
        elif method != "GET":
            assert digest() != before, f"{who} did {method} {path} and nothing happened"
        return answer

    def test_everybody_reads_what_they_may(self):
        pk = self.make()
        for who, status in (SEE_SHARED if self.is_shared else SEE).items():
            answer = self._try(who, status, "GET", f"/{pk}")
            if status == 200:
                assert answer.json["id"] == pk
            listed = self._try(who, 200 if status in (200, 404) else status, "GET")
            if status in (200, 404):
                assert (pk in [row["id"] for row in listed.json["items"]]) == (status == 200), who

    def test_everybody_creates_where_they_may(self):
        allowed = dict.fromkeys(("ana", "ben", "mia", "cleo", "adam"), 201) | {"rita": 403, **_OUT}
        if not self.is_owned and not self.is_shared:
            # Cleo cannot name Ana's record, so she cannot add a part to it.
            allowed |= {"cleo": 422}
        table = self.expected(allowed, 201) | dict.fromkeys(self.creators, 201)
        for i, (who, status) in enumerate(table.items(), 10):
            answer = self._try(who, status, "POST", body=self.values(i))
            if status == 201:
                assert answer.headers["Location"] == f"/api/v1{self.path}/{answer.json['id']}"
                if self.record.has_owner:
                    assert answer.json["owner"]["id"] == self.cast.users[who].pk

    def test_everybody_edits_where_they_may(self):
        for who, status in self.expected(EDIT, 200).items():
            self._try(who, status, "PATCH", f"/{self.make()}", self.edit)

    def test_everybody_deletes_and_restores_where_they_may(self):
        table = self.expected(DELETE if self.is_owned else DELETE_PART, 204)
        for who, status in table.items():
            pk = self.make()
            self._try(who, status, "DELETE", f"/{pk}")
            if status == 204:
                self._try(who, 404, "GET", f"/{pk}")
                self._try(who, 404, "PATCH", f"/{pk}", self.edit)
                self._try(who, 404, "DELETE", f"/{pk}")
                back = self._try(who, 200, "POST", f"/{pk}/restore")
                assert back.json["id"] == pk
                self._try(who, 404, "POST", f"/{pk}/restore")
                self._try(who, 200, "GET", f"/{pk}")
        pk = self.make()
        assert self.call(self.writer, "DELETE", f"/{pk}").status == 204
        for who, status in table.items():
            if status != 204:
                self._try(who, status, "POST", f"/{pk}/restore")

    def test_bulk_changes_what_is_within_reach_and_nothing_else(self):
        edits, deletes = self.expected(EDIT, 200), self.expected(DELETE if self.is_owned else DELETE_PART, 204)
        for who in EVERYBODY:
            ids = [self.make(), self.make()]
            for do, status in (("edit", edits[who]), ("delete", deletes[who])):
                body = {"ids": [*ids, 999_999_999], "action": do, **({"values": self.edit} if do == "edit" else {})}
                before = digest()
                answer = self.call(who, "POST", "/bulk", body)
                if status >= 300:
                    # Out of reach is no error in bulk: it counts what it did not do.
                    assert answer.status in (200, 403) if status in (403, 404) else answer.status == status, (
                        who,
                        answer,
                    )
                    assert answer.status != 200 or answer.json["changed"] == 0, (who, answer)
                    assert digest() == before, f"{who} may not {do} and yet something was written"
                else:
                    assert (answer.status, answer.json["changed"], answer.json["beyond"]) == (200, 2, 1), (who, answer)
                    assert digest() != before
            if deletes[who] == 204:
                back = self.call(who, "POST", "/bulk", {"ids": ids, "action": "restore"})
                assert (back.status, back.json["changed"]) == (200, 2), (who, back)

    def test_bulk_by_filter_or_words_needs_one(self):
        self.make()
        for body in (
            {},
            {"q": ""},
            {"q": "   "},
            {"q": "\t"},
            {"filter": ""},
            {"filter": None},
            {"q": 5},
            {"ids": [True]},
        ):
            with silence():
                answer = self.call(self.writer, "POST", "/bulk", {"action": "delete"} | body)
                assert answer.status == 422, (body, answer)

    def test_words_that_nothing_holds_choose_nothing(self):
        pk = self.make()
        body = {"q": "zzqqxxyy", "action": "delete"}
        with silence():
            answer = self.call(self.writer, "POST", "/bulk", body)
            assert answer.status == 200 and answer.json["changed"] == 0, answer
        assert self.call(self.writer, "GET", query={"q": "zzqqxxyy"}).json["items"] == []
        assert self.call(self.writer, "GET", f"/{pk}").status == 200

    def test_everybody_does_the_verbs_where_they_may(self):
        for verb in self.record.verbs:
            for who, status in self.expected(EDIT, 200).items():
                pk = self.make()
                self.before_verb(verb.name, pk)
                self._try(who, status, "POST", f"/{pk}/{verb.name}", self.verb_values(verb.name))
                if status == 200:
                    with silence():
                        assert self.call(who, "POST", f"/{pk}/{verb.name}", {"nonsense": 1}).blamed == {"nonsense"}
            with silence():
                assert self.call(self.writer, "POST", f"/999999999/{verb.name}", {}).status == 404

    def test_search_finds_for_those_who_may_see(self):
        if not (self.record.searchable and self.record.has_search):
            assert self.call(self.writer, "GET", query={"q": "zzqqxxyy"}).json["items"] == []
            return
        pk = self.make()
        name = self.call(self.writer, "GET", f"/{pk}").json[self.record.title]
        assert name, "the row needs a name to be found by"
        for who, status in (SEE_SHARED if self.is_shared else SEE).items():
            answer = self.cast.call(who, "GET", "/search", query={"q": name})
            if status == 401:
                assert answer.status == 401
                continue
            hit = {"entity": self.entity, "id": pk} in [
                {"entity": one["entity"], "id": one["id"]} for one in answer.json["items"]
            ]
            listed = pk in [row["id"] for row in self.call(who, "GET", query={"q": name}).json["items"]]
            assert hit == listed == (status == 200), (who, answer)

    def test_only_those_who_may_edit_can_undo(self):
        for who, status in self.expected(EDIT, 200).items():
            pk = self.make()
            before = self.call(self.writer, "GET", f"/{pk}").json
            assert self.call(self.writer, "PATCH", f"/{pk}", self.edit).status == 200
            action = self.latest_action()
            with_rows = digest()
            answer = self.cast.call(who, "POST", f"/actions/{action}/undo")
            if status == 200:
                assert answer.status == 200 and answer.json["restored"] >= 1, (who, answer)
                after = self.call(self.writer, "GET", f"/{pk}").json
                for name in self.edit:
                    assert after[name] == before[name]
            else:
                assert answer.status in ({404, 403} if status in (403, 404) else {status}), (who, answer)
                assert digest() == with_rows, f"{who} was refused to undo, and yet something was written"

    def test_what_was_removed_by_an_undo_comes_back_only_for_those_who_may(self):
        answer = self.call(self.writer, "POST", body=self.values(77))
        pk = answer.json["id"]
        assert self.cast.call(self.writer, "POST", f"/actions/{self.latest_action()}/undo").status == 200
        assert self.call(self.writer, "GET", f"/{pk}").status == 404
        undoing = self.latest_action()
        for who in ("cleo", "rita"):
            with silence():
                refused = self.cast.call(who, "POST", f"/actions/{undoing}/undo")
                assert refused.status in (403, 404), (who, refused)
        assert self.cast.call(self.writer, "POST", f"/actions/{undoing}/undo").json["brought_back"] >= 1
        back = self.call(self.writer, "GET", f"/{pk}").json
        assert {k: v for k, v in back.items() if k not in ("version", "updated_at")} == {
            k: v for k, v in answer.json.items() if k not in ("version", "updated_at")
        }

    def test_without_the_gate_a_stranger_would_get_in(self, monkeypatch):
        """The control: with the rule open the tests above would fail."""
        pk = self.make()
        monkeypatch.setattr(type(self.record), "rule", lambda *_args: OPEN)
        assert self.call("cleo", "GET", f"/{pk}").status == 200
        assert self.call("rita", "PATCH", f"/{pk}", self.edit).status == 200
        assert self.call("rita", "DELETE", f"/{pk}").status == 204
