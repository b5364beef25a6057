"""The same rights on the pages as in the API: every address of a record, asked by those who may not."""

import re
from typing import Any

from django.test import Client
from django.urls import get_resolver

from rapport.records.testing.base import Base
from rapport.records.testing.silence import digest, silence

# Addresses of the engine below one record, whatever is added to rapport/records/urls.py.
_ONE = "<entity:record>/<int:id>"


def addresses(prefix: str = "<entity:record>") -> list[str]:
    """The engine's patterns that begin so."""
    return [str(p.pattern) for p in _patterns(get_resolver()) if str(p.pattern).startswith(prefix)]


def _patterns(resolver: Any) -> list[Any]:
    found = []
    for pattern in resolver.url_patterns:
        found += _patterns(pattern) if hasattr(pattern, "url_patterns") else [pattern]
    return found


class PagesCase(Base):
    """Pages are signed-in only; a stranger finds nothing, a reader writes nothing."""

    def browser(self, who: str) -> Client:
        """A browser in which that person is signed in."""
        client = Client()
        client.force_login(self.cast.users[who])
        return client

    def _address(self, pattern: str, pk: int) -> str:
        verb = self.record.verbs[0].name if self.record.verbs else "nothing"
        name = verb if "/do/" in pattern else next(iter(self.edit))
        parts = {"record": self.entity, "id": str(pk), "name": name, "activity": "notes"}
        return "/" + re.sub(r"<\w+:(\w+)>", lambda found: parts[found.group(1)], pattern)

    def test_a_stranger_finds_no_page_of_the_record(self):
        pk = self.make()
        who = "cleo" if not self.is_shared else "rita"
        browser = self.browser(who)
        for pattern in addresses(_ONE):
            address = self._address(pattern, pk)
            for method in ("get", "post"):
                before = digest(without=("last_login",))
                response = getattr(browser, method)(address, {})
                told = (self.entity, who, method, address, response.status_code)
                assert digest(without=("last_login",)) == before, told
                if not self.is_shared:
                    # Who may see a record and why is for administrators alone, whether or not there is one.
                    assert response.status_code in ((403,) if pattern.endswith("/access") else (404, 405)), told
                elif method == "post":
                    assert response.status_code in (403, 404, 405, 200), told

    def test_nobody_is_asked_to_sign_in(self):
        pk = self.make()
        with silence():
            for pattern in addresses():
                for method in ("get", "post"):
                    response = getattr(Client(), method)(self._address(pattern, pk), {})
                    told = (method, pattern, response.status_code)
                    assert response.status_code == 302 and response["Location"].startswith("/sign-in?"), told

    def test_a_reader_writes_nothing_from_a_page(self):
        pk = self.make()
        browser = self.browser("rita")
        (name,) = self.edit
        values = {key: str(value) for key, value in self.values(97).items()}
        with silence():
            for address, data in (
                (f"/{pk}/cells/{name}", {name: str(self.edit[name])}),
                (f"/{pk}/delete", {}),
                (f"/{pk}/restore", {}),
                ("/new", values),
                ("/many", {"do": "delete", "ids": [pk]}),
                ("/many", {"do": "edit", "ids": [pk], "field": name, name: str(self.edit[name])}),
                ("/many", {"do": "delete", "everything": "1"}),
                *((f"/{pk}/do/{verb.name}", {}) for verb in self.record.verbs),
            ):
                response = browser.post(self.path + address, data)
                assert response.status_code in (403, 404), (self.entity, address, response.status_code)

    def test_pages_show_the_record_to_those_who_may_see_it(self):
        pk = self.make()
        item = self.call(self.writer, "GET", f"/{pk}").json
        title = item[self.record.title]
        for who in (self.writer, "mia"):
            browser = self.browser(who)
            for path in (f"/{pk}", "", "/bin", "/options"):
                response = browser.get(self.path + path)
                assert response.status_code == 200, (who, path, response.status_code)
            if isinstance(title, str) and title and self.record.field(self.record.title).kind != "choice":
                assert title in browser.get(f"{self.path}/{pk}").content.decode(), title
        if not self.is_shared:
            stranger = self.browser("cleo")
            for path in ("", "/bin", "/options", "/export.csv"):
                response = stranger.get(self.path + path)
                body = b"".join(getattr(response, "streaming_content", None) or [response.content])
                assert f"{self.path}/{pk}".encode() not in body, path
                if self.is_owned:
                    assert str(title).encode() not in body, path

    def test_a_value_changes_in_place(self):
        pk = self.make()
        (name,) = self.edit
        value = self.edit[name]
        browser = self.browser(self.writer)
        given = {"true": "on"}.get(str(value).lower(), str(value))
        response = browser.post(f"{self.path}/{pk}/cells/{name}", {name: given})
        assert response.status_code == 200, (response.status_code, response.content[:500])
        now = self.call(self.writer, "GET", f"/{pk}").json[name]
        assert now == value or str(now).startswith(str(value)), name
