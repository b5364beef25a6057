"""Nothing is forgotten: every entity has its inherited tests, every address its rights."""

import importlib
import re

import pytest
from django.conf import settings
from django.test import Client
from django.urls import get_resolver

from rapport.records import registry
from rapport.records.testing import RecordCase
from rapport.records.testing.cast import make_cast
from rapport.records.testing.silence import silence

ROOT = settings.ROOT
# What anybody may ask for: to sign in, to set up, whether the server is well. The palette is empty.
OPEN = {
    "sign-in", "sign-in/link/<str:token>", "sign-out", "welcome", "welcome/start", "healthz", "readyz", "appearance",
    "palette", "shortcuts",
}  # fmt: skip


def _cases() -> list[type[RecordCase]]:
    for path in sorted(ROOT.glob("rapport/**/tests/test_*.py")):
        if "RecordCase" in path.read_text():
            importlib.import_module(".".join(path.relative_to(ROOT).with_suffix("").parts))
    return [case for case in RecordCase.__subclasses__() if case.__module__.startswith("rapport.")]


def _addresses(resolver=None, prefix=""):
    for pattern in (resolver or get_resolver()).url_patterns:
        whole = prefix + str(pattern.pattern)
        if hasattr(pattern, "url_patterns"):
            yield from _addresses(pattern, whole)
        else:
            yield whole, pattern.callback


def _filled(pattern: str) -> str:
    samples = {
        "int": "1", "str": "x", "slug": "name", "path": "x", "entity": "people", "uuid": "0" * 32,
    }  # fmt: skip
    return "/" + re.sub(r"<(\w+):\w+>", lambda found: samples[found.group(1)], pattern)


def test_every_entity_has_its_inherited_tests():
    tested = [case.entity for case in _cases()]
    assert sorted(tested) == sorted(record.entity for record in registry.all_records())
    assert len(set(tested)) == len(tested)


def test_the_guard_above_notices_an_entity_without_tests(monkeypatch):
    monkeypatch.setitem(registry._records, "ghosts", registry.get("people"))
    with pytest.raises(AssertionError):
        test_every_entity_has_its_inherited_tests()


@pytest.mark.django_db
def test_every_api_operation_is_one_that_the_inherited_tests_try():
    """RecordCase tries these as each person; an operation that is added is added there too, or stands here with a test."""
    make_cast()
    known = {
        "GET /search", "POST /actions/{id}/undo", "POST /files", "GET /files/{id}", "GET /files/{id}/content",
    }  # fmt: skip
    for record in registry.all_records():
        base = f"/{record.entity}"
        known |= {f"GET {base}", f"POST {base}", f"POST {base}/bulk", f"POST {base}/{{id}}/restore"}
        known |= {f"{method} {base}/{{id}}" for method in ("GET", "PATCH", "DELETE")}
        known |= {f"POST {base}/{{id}}/{verb.name}" for verb in record.verbs}
        known |= {f"POST {base}/duplicates"} if record.duplicates else set()
        # Tried with every kind of figure in records/tests/test_totals.py.
        known |= {f"GET {base}/totals"}
    assert _operations() == known


def _operations() -> set[str]:
    """Every operation that is routed, as the API's own document lists them."""
    paths = Client().get("/api/v1/openapi.json").json()["paths"]
    return {f"{method.upper()} {path.removeprefix('/api/v1')}" for path, methods in paths.items() for method in methods}


@pytest.mark.django_db
def test_no_api_operation_answers_nobody_or_somebody_switched_off():
    cast = make_cast()
    with silence():
        for operation in sorted(_operations()):
            method, path = operation.replace("{id}", "1").split()
            for who in ("nobody", "dora"):
                answer = cast.call(who, method, path, {} if method != "GET" else None)
                assert answer.status == 401, (who, operation, answer)
                assert answer.headers["WWW-Authenticate"] == "Bearer"


@pytest.mark.django_db
def test_no_page_answers_nobody():
    make_cast()
    with silence():
        for pattern, _view in _addresses():
            if pattern in OPEN or pattern.startswith(("api/", "static/", "__")):
                continue
            address = _filled(pattern)
            for method in ("get", "post"):
                response = getattr(Client(), method)(address)
                away = response.status_code == 302 and response["Location"].startswith("/sign-in")
                assert away or response.status_code in (401, 403, 404, 405), (method, pattern, response.status_code)


@pytest.mark.django_db
def test_settings_are_for_administrators():
    cast = make_cast()
    for who in ("ana", "mia", "rita", "cleo"):
        browser = Client()
        browser.force_login(cast.users[who])
        for address in (
            "/settings/company",
            "/settings/health",
            "/settings/roles",
            "/settings/roles/member",
            "/users/new",
        ):
            with silence():
                assert browser.get(address).status_code in (403, 404), (who, address)
                assert browser.post(address, {"name": "Mine"}).status_code in (403, 404, 405), (who, address)
