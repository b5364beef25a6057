"""The table of injections: every place that takes text from outside x every payload. Each function returns its cells.

An answer may be fine or a clear refusal; it may not be a crash. That nothing is run is asserted by `injections.watched`,
inside which all of this happens. What a request writes is rolled back.
"""

import io
import json
from collections.abc import Iterable, Sequence
from contextlib import contextmanager
from typing import Any

from django.db import transaction
from django.test import Client

from rapport.kit.condition import OPERATORS, Leaf
from rapport.records.api.requests import LIST_PARAMETERS
from rapport.records.errors import InvalidFields
from rapport.records.fields import Link
from rapport.records.importing import steps
from rapport.records.importing.targets import targets
from rapport.records.importing.writing import write as write_run
from rapport.records.read import Reader
from rapport.records.record import Record
from tests.hostile import parameters
from tests.hostile.injections import MARK

OPERATOR_NAMES = sorted({op for table in OPERATORS.values() for op in table})
CRASHED: list[str] = []
FINE = {200, 201, 204, 302, 400, 401, 403, 404, 405, 409, 413, 415, 422}


@contextmanager
def rolled_back() -> Any:
    """Whatever is written inside is not."""
    with transaction.atomic():
        try:
            yield
        finally:
            transaction.set_rollback(True)


def fields_of(record: Record) -> list[str]:
    """Every name that a filter or sort may say: its own fields and those of the records it links to."""
    names = list(record.fields_for())
    for one in record.fields_for().values():
        if isinstance(one, Link):
            names += [f"{one.name}.{far}" for far in one.target.fields_for()]
    return names


def shaped(payload: str) -> list[Any]:
    """The payload in the shapes that an operator might take it in; the first two are those that fit the most."""
    return [payload, [payload, payload], [payload], {payload: payload}, {"id": payload}]


def conditions(cast: Any, record: Record, payloads: Sequence[str], shapes: int = 5) -> int:
    """Every field x every operator x every payload is compiled; SQL and parameters stay apart."""
    cells, viewer = 0, cast.viewer("adam")
    for name in fields_of(record):
        reader = Reader(record, viewer)
        for op in OPERATOR_NAMES:
            for payload in payloads:
                for value in shaped(payload)[:shapes]:
                    cells += 1
                    try:
                        rule = reader.leaf(Leaf(name, op, value))
                    except InvalidFields:
                        continue
                    assert MARK not in rule.sql.lower(), (record.entity, name, op, value, rule.sql)
                    assert rule.sql.replace("%%", "").count("%s") == len(rule.params), (name, op, rule)
    return cells


def filters(cast: Any, record: Record, payloads: Sequence[str], *, spread: bool = False) -> int:
    """The same, asked of the API and run. `spread`: each field with one operator of those that it has, in turn."""
    cells = 0
    for turn, (name, one) in enumerate(record.fields_for().items()):
        own = list(one.operators()) or OPERATOR_NAMES
        for op in [own[turn % len(own)]] if spread else OPERATOR_NAMES:
            for payload in payloads:
                value = [payload, payload] if op in ("any_of", "none_of", "between") else payload
                cells += _api(cast, "GET", f"/{record.entity}", {"filter": _leaf(name, op, value), "limit": "2"})
    return cells


def _leaf(name: str, op: str, value: Any) -> str:
    return json.dumps({"field": name, "op": op, "value": value})


def lists(cast: Any, record: Record, payloads: Sequence[str], pk: int, *, spread: bool = False) -> int:
    """Every parameter of the entity's lists, of one record, of totals and of the search; sorts and figures by every field.
    `spread`: of the ways to put a payload beside a field's name each field gets one of each kind in turn, not all."""
    cells = 0
    for payload in payloads:
        for name in (*sorted(LIST_PARAMETERS), payload):
            cells += _api(cast, "GET", f"/{record.entity}", {name: payload})
        for name in ("group", "calc", "filter", "q", payload):
            cells += _api(cast, "GET", f"/{record.entity}/totals", {name: payload})
        for name in ("include", "fields", payload):
            cells += _api(cast, "GET", f"/{record.entity}/{pk}", {name: payload})
        for name in ("q", "entity", "limit", payload):
            cells += _api(cast, "GET", "/search", {"q": "quill", name: payload})
        for turn, name in enumerate(record.fields_for()):
            ways = (f"{name}{payload}", f"{name} {payload}", f"-{name},{payload}", f"{name}.{payload}")
            for said in [ways[turn % 4]] if spread else ways:
                cells += _api(cast, "GET", f"/{record.entity}", {"sort": said})
            for key in [("group", "calc")[turn % 2]] if spread else ("group", "calc"):
                cells += _api(cast, "GET", f"/{record.entity}/totals", {key: f"{name}:{payload}"})
        cells += _api(cast, "GET", f"/{record.entity}", {"filter": json.dumps({payload: payload})})
        cells += _api(cast, "GET", f"/{record.entity}", {"filter": _leaf(payload, "is", payload)})
        cells += _api(cast, "GET", f"/{record.entity}", {"filter": _leaf(record.title, payload, payload)})
    return cells


def bodies(cast: Any, record: Record, payloads: Sequence[str], pk: int, values: dict[str, Any]) -> int:
    """Every field of every body by itself: create, change, bulk, duplicates, verbs; and names that are no fields."""
    cells, path = 0, f"/{record.entity}"
    for payload in payloads:
        for name in [*record.fields_for(), payload]:
            cells += _api(cast, "POST", path, body=values | {name: payload})
            cells += _api(cast, "PATCH", f"{path}/{pk}", body={name: payload})
            cells += _api(cast, "PATCH", f"{path}/{pk}", body={name: [payload, {"id": payload, payload: payload}]})
            cells += _api(cast, "POST", f"{path}/bulk", body={"ids": [pk], "values": {name: payload}})
            if record.duplicates:
                cells += _api(cast, "POST", f"{path}/duplicates", body={name: payload})
        for part in ("ids", "filter", "q", "action", "values"):
            for value in (payload, [payload], {payload: payload}):
                cells += _api(cast, "POST", f"{path}/bulk", body={"ids": [pk], "values": {}, part: value})
        for verb in record.verbs:
            for name in [*(one.name for one in verb.fields), payload]:
                cells += _api(cast, "POST", f"{path}/{pk}/{verb.name}", body={name: payload})
    return cells


def whole_bodies(cast: Any, record: Record, payload: str, pk: int, values: dict[str, Any]) -> int:
    """The same in few requests: every field at once, as each is looked at whatever another's mistake; then all that
    were not refused, so that they are written, too."""
    path, names = f"/{record.entity}", [*record.fields_for(), payload]
    every = dict.fromkeys(names, payload)
    cells = _api(cast, "POST", path, body=every) + _api(cast, "POST", path, body=values | {payload: payload})
    listed = {name: [payload, {"id": payload, payload: payload}] for name in names}
    for taken in (every, listed):
        blamed = _refused(cast, "PATCH", f"{path}/{pk}", taken)
        assert payload in blamed, "what is no field is refused by its name"
        fitting = {name: value for name, value in taken.items() if name not in blamed}
        for body in (taken, fitting):
            cells += _api(cast, "POST", f"{path}/bulk", body={"ids": [pk], "values": body})
        # A constraint of the database stops all of them, so then each goes by itself.
        if _refused(cast, "PATCH", f"{path}/{pk}", fitting):
            cells += sum(_api(cast, "PATCH", f"{path}/{pk}", body={name: value}) for name, value in fitting.items())
        cells += _api(cast, "POST", path, body=values | fitting)
        if record.duplicates:
            cells += _api(cast, "POST", f"{path}/duplicates", body=fitting)
    for part in ("ids", "filter", "q", "action", "values", payload):
        cells += _api(cast, "POST", f"{path}/bulk", body={"ids": [pk], "values": {}, part: payload})
    for verb in record.verbs:
        for body in ({one.name: payload for one in verb.fields}, {payload: payload}):
            cells += _api(cast, "POST", f"{path}/{pk}/{verb.name}", body=body)
    return cells


def _refused(cast: Any, method: str, path: str, body: Any) -> set[str]:
    """The fields that the answer refuses by name, or the empty name if it refuses without one."""
    with rolled_back():
        answer = cast.call("adam", method, path, body)
    assert answer.status in FINE, (method, path, body, answer)
    return set() if answer.status < 400 else answer.blamed or {""}


def _api(
    cast: Any, method: str, path: str, query: dict[str, Any] | None = None, body: Any = None, **headers: str
) -> int:
    with rolled_back():
        answer = cast.call("adam", method, path, body, query=query, **headers)
    assert answer.status in FINE, (method, path, query, body, headers, answer)
    return 1


def pages(cast: Any, ids: dict[str, list[int]], payloads: Sequence[str], entities: list[str]) -> tuple[int, set[str]]:
    """Every address x what its view asks for x every payload, by GET and POST; (cells, the names that were found)."""
    client, cells, seen = Client(raise_request_exception=False), 0, set()
    client.force_login(cast.adam)
    for pattern in parameters.routes(entities):
        for method in ("GET", "POST"):
            names: set[str] = set()
            for known in ({}, None):
                # A second time with what was asked for at first: some views ask for more then.
                with parameters.asked_for() as asked:
                    _page(
                        client,
                        method,
                        parameters.filled(pattern, ids),
                        dict.fromkeys(names, "1") if known is None else {},
                    )
                names |= {name for name in asked if MARK not in name}
            seen |= names
            for payload in payloads:
                for name in sorted(names):
                    cells += _page(client, method, parameters.filled(pattern, ids), {name: payload})
                cells += _page(client, method, parameters.filled(pattern, ids), {payload: payload})
                if "<str:" in pattern or "<path:" in pattern:
                    text = payload.replace("/", "").replace("\x00", "%00").replace("?", "").replace("#", "")
                    cells += _page(client, method, parameters.filled(pattern, ids, text), {})
    crashed = CRASHED[:]
    CRASHED.clear()
    assert crashed == []
    return cells, seen


def _page(client: Client, method: str, address: str, values: dict[str, Any]) -> int:
    with rolled_back():
        response = parameters.call(client, method, address, values)
    if response.status_code not in FINE:
        CRASHED.append(f"{method} {address} {values}: {response.status_code}")
    return 1


def headers(cast: Any, payloads: Sequence[str]) -> int:
    """What comes beside the address: headers and cookies, to the API and to a page."""
    cells = 0
    for payload in payloads:
        text = "".join(c if c.isprintable() and c.isascii() else "?" for c in payload)
        for name in (
            "If_Match",
            "Idempotency_Key",
            "Accept_Language",
            "User_Agent",
            "X_Forwarded_For",
            "HX_Target",
            "HX_Current_URL",
            "Referer",
        ):
            cells += _api(cast, "POST", "/people", body={"name": "x"}, **{name: text})
        for name in ("sessionid", "csrftoken", "theme", "notice-1", "language"):
            client = Client()
            client.cookies[name] = text
            cells += _page(client, "GET", "/sign-in", {})
            cells += _page(client, "POST", "/sign-in", {"email": payload, "password": payload})
        cells += _page(Client(headers={"Authorization": f"Bearer {text}"}), "GET", "/api/v1/people", {})
    return cells


def imports(cast: Any, record: Record, payloads: Sequence[str]) -> int:
    """Every target's column under a hostile header with a hostile cell in it, and every part of a mapping."""
    viewer, cells = cast.viewer("adam"), 0
    if not record.may(viewer, "import"):
        return 0
    keys = [one.key for one in targets(record, viewer)]
    header = [f"{payloads[i % len(payloads)]} {i}".replace("\x00", " ") for i in range(len(keys))]
    rows = [[payload.replace("\x00", " ") for _key in keys] for payload in payloads]
    with rolled_back():
        run = steps.upload(record, f"{payloads[0]}.csv", io.BytesIO(csv_of(header, rows)), viewer=viewer, header=True)
        names = [column["name"] for column in _columns(run)]
        columns = {key: {"column": name} for key, name in zip(keys, names, strict=True)}
        cells += len(keys) * len(rows) + len(keys)
        for chosen in [
            columns,
            *({record.title: columns[record.title], key: columns[key]} for key in keys if record.title in columns),
        ]:
            with rolled_back():
                _bring(run, [{"entity": record.entity, "columns": chosen}], viewer)
        for payload in payloads:
            for one in _mappings(record, names[0], payload):
                cells += 1
                with rolled_back():
                    _bring(run, one, viewer)
    return cells


def _mappings(record: Record, column: str, payload: str) -> Iterable[Any]:
    """Mappings with the payload in each of their parts."""
    title = record.title
    usual = {"entity": record.entity, "columns": {title: {"column": column}}}
    for part in ("entity", "key", "mode", "empty", "where", payload):
        yield [usual | {part: payload}]
    for part in (
        "column",
        "value",
        "template",
        "of",
        "date_format",
        "decimal",
        "scale",
        "currency",
        "on_missing",
        payload,
    ):
        yield [usual | {"columns": {title: {"column": column, part: payload}}}]
        yield [usual | {"columns": {title: {part: payload}}}]
    for part in ("translate", "answers"):
        yield [usual | {"columns": {title: {"column": column, part: {payload: payload}}}}]
    yield [usual | {"columns": {payload: {"column": column}}}]
    yield payload


def _bring(run: Any, passes: Any, viewer: Any) -> None:
    try:
        steps.set_mapping(run, passes, viewer=viewer)
        write_run(steps.check_now(run, viewer=viewer), viewer=viewer)
    except InvalidFields as problem:
        assert all(problem.errors.values()), "a refusal says why"


def _columns(run: Any) -> list[dict[str, Any]]:
    from rapport.records.importing.storing import opened

    with opened(run) as table:
        return [{"name": column.name} for column in table.columns]


def csv_of(header: list[str], rows: list[list[str]]) -> bytes:
    """The table as CSV."""
    import csv

    out = io.StringIO()
    csv.writer(out).writerows([header, *rows])
    return out.getvalue().encode()
