"""`bin/api-as-each-role`: schemathesis over the API's own document as each role; every answer must be as it says.

Each request is rolled back, so that all begin with the same rows; ids of paths and links are mostly of rows that exist.
"""

import argparse
import os
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

from tests.database import TestCluster

# Who of the cast has the role.
ROLES = {"anonymous": "nobody", "Read-only": "rita", "Member": "ana", "Manager": "mia", "Administrator": "adam"}
EXAMPLES = 30
SEED = 1


@dataclass
class Found:
    """What the requests of one run were answered; `wrong` has a text for each answer that must not be."""

    answers: Counter[tuple[str, int]] = field(default_factory=Counter)
    wrong: dict[str, str] = field(default_factory=dict)
    operations: int = 0

    @property
    def requests(self) -> int:
        return sum(self.answers.values())


class Prober:
    """Tries the operations of the document. `ids`: {entity: ids} of rows that are there."""

    def __init__(self, cast: Any, ids: dict[str, list[int]], *, app: Any = None) -> None:
        import schemathesis
        from django.core.handlers.wsgi import WSGIHandler
        from schemathesis.specs.openapi import checks

        self.cast, self.ids = cast, ids
        with _rolled_back():
            self.schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app or WSGIHandler())
        self.checks = [
            schemathesis.checks.not_a_server_error, checks.status_code_conformance, checks.content_type_conformance,
            checks.response_headers_conformance, checks.response_schema_conformance, checks.negative_data_rejection,
            checks.unsupported_method, checks.missing_required_header,
        ]  # fmt: skip

    def operations(self) -> list[Any]:
        """Every operation of the document, in its order."""
        return [result.ok() for result in self.schema.get_all_operations()]

    def try_all(
        self, roles: Iterable[str], found: Found, *, examples: int = EXAMPLES, seed: int = SEED, edges: bool = True,
        only: Iterable[str] = (),
    ) -> None:  # fmt: skip
        """Every operation as those roles: with the edges of its parameters where `edges`, and with `examples` invented
        requests, in turn such as the document allows and such as it does not."""
        wanted = set(only)
        for operation in self.operations():
            if wanted and operation.label not in wanted:
                continue
            # To invent requests takes longer than to answer them, so every role asks the same ones.
            cases = list(enumerate(self._edges(operation))) if edges else []
            cases += self._invented(operation, examples, seed)
            for role in roles:
                found.operations += 1
                for number, case in cases:
                    self._try(role, case, number, found)

    def _edges(self, operation: Any) -> Iterator[Any]:
        """The cases of schemathesis' coverage phase: each parameter at its limits, left out, of another type."""
        from schemathesis.generation.modes import GenerationMode

        yield from operation.schema.iter_coverage_cases(
            operation, generation_modes=[GenerationMode.POSITIVE, GenerationMode.NEGATIVE],
            generation_config=self.schema.config.generation, extra_data_source=None, error_feedback=None,
        )  # fmt: skip

    def _invented(self, operation: Any, examples: int, seed: int) -> Iterator[tuple[int, Any]]:
        import hypothesis
        from hypothesis import HealthCheck, Phase
        from hypothesis import strategies as st
        from hypothesis.errors import Unsatisfiable
        from schemathesis.generation.modes import GenerationMode

        found: list[tuple[int, Any]] = []
        quiet = hypothesis.settings(
            max_examples=max(1, examples // 2), deadline=None, database=None, phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )  # fmt: skip

        def collect(case: Any, number: int) -> None:
            found.append((number, case))

        for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
            strategy = operation.as_strategy(generation_mode=mode)
            with suppress(Unsatisfiable):  # What takes no parameter cannot be asked wrongly.
                hypothesis.seed(seed)(quiet(hypothesis.given(case=strategy, number=st.integers(0, 2**20))(collect)))()
        yield from found

    def _try(self, role: str, case: Any, number: int, found: Found) -> None:
        from schemathesis.core.failures import Failure, FailureGroup

        who = ROLES[role]
        # The answers are looked at as they are, not packed.
        headers = {"Accept-Encoding": "identity"}
        headers |= {} if who == "nobody" else {"Authorization": f"Bearer {self.cast.tokens[who]}"}
        self._point(case, number)
        # An invented session would only ever be refused for its want of a CSRF token.
        case.cookies = {}
        with _rolled_back():
            response = case.call(headers=headers)
        found.answers[role, response.status_code] += 1
        try:
            case.validate_response(response, checks=self.checks)
        except (Failure, FailureGroup) as error:
            for one in getattr(error, "exceptions", [error]):
                what = f"{role} {case.operation.label}: {type(one).__name__} {response.status_code}"
                found.wrong.setdefault(
                    what, f"{one}\n{_said(case)}\n-> {response.status_code} {response.content[:400]!r}"
                )
        if who == "nobody" and response.status_code not in (400, 401, 403, 404, 405):
            found.wrong[f"{role} {case.operation.label}: let in with {response.status_code}"] = _said(case)

    def _point(self, case: Any, number: int) -> None:
        """Turns ids that nobody has into such as are there, three times in four."""
        if number % 4 == 0:
            return
        entity = case.path.removeprefix("/api/v1/").split("/")[0]
        known = self.ids.get(entity)
        if known and isinstance((case.path_parameters or {}).get("id"), int):
            case.path_parameters["id"] = known[number % len(known)]
        if _is_positive(case) and isinstance(case.body, dict) and entity in self.ids:
            self._link(case.body, entity, number)

    def _link(self, body: dict[str, Any], entity: str, number: int) -> None:
        from rapport.records import registry
        from rapport.records.fields import Link

        for name, one in registry.get(entity).fields_for().items():
            if name in body and isinstance(one, Link) and (known := self.ids.get(one.to)):
                body[name] = known[number % len(known)]


def _is_positive(case: Any) -> bool:
    return case.meta is None or case.meta.generation.mode.name == "POSITIVE"


def _said(case: Any) -> str:
    return (
        f"{case.method} {case.formatted_path} query={case.query} headers={dict(case.headers or {})} body={case.body!r}"[
            :800
        ]
    )


@contextmanager
def _rolled_back() -> Iterator[None]:
    from django.core.signals import request_finished, request_started
    from django.db import close_old_connections, transaction

    # A request would close the connection on which the transaction is.
    request_started.disconnect(close_old_connections)
    request_finished.disconnect(close_old_connections)
    try:
        with transaction.atomic():
            try:
                yield
            finally:
                transaction.set_rollback(True)
    finally:
        request_started.connect(close_old_connections)
        request_finished.connect(close_old_connections)


def main(arguments: list[str]) -> int:
    """Exit code 1 if any answer was not as the document says."""
    parser = argparse.ArgumentParser(
        prog="bin/api-as-each-role", description=__doc__.split(": ", 1)[1].split("\n", 1)[0]
    )
    parser.add_argument(
        "--examples", type=int, default=EXAMPLES, help=f"requests per operation and role (default {EXAMPLES})"
    )
    parser.add_argument(
        "--seed", type=int, default=SEED, help=f"the same seed makes the same requests (default {SEED})"
    )
    parser.add_argument("--role", action="append", choices=list(ROLES), help="only this role; may be said again")
    parser.add_argument("--only", action="append", default=[], metavar="OPERATION", help='such as "GET /api/v1/people"')
    given = parser.parse_args(arguments)
    cluster = TestCluster()
    try:
        server = cluster.start()
        os.environ |= {
            "DATABASE_URL": server.copy("api_roles"), "DJANGO_SETTINGS_MODULE": "tests.settings", "RAPPORT_LOG": "CRITICAL",
        }  # fmt: skip
        return _run(given)
    finally:
        from django.db import connections

        connections.close_all()
        cluster.stop()


def _run(given: argparse.Namespace) -> int:
    import django

    django.setup()
    from rapport.records.testing.cast import make_cast
    from tests.hostile.world import populate

    cast = make_cast()
    prober, found = Prober(cast, populate(cast)), Found()
    began = time.monotonic()
    prober.try_all(given.role or list(ROLES), found, examples=given.examples, seed=given.seed, only=given.only)
    for role in given.role or ROLES:
        statuses = ", ".join(f"{status}: {n}" for (who, status), n in sorted(found.answers.items()) if who == role)
        _tell(f"{role}: {statuses}")
    for what, how in list(found.wrong.items())[:200]:
        _tell(f"WRONG {what}\n{how}\n")
    took = time.monotonic() - began
    _tell(f"seed {given.seed}: {found.operations} operations x roles, {found.requests} requests in {took:.0f} s")
    _tell(f"{len(found.wrong)} wrong")
    return 1 if found.wrong else 0


def _tell(text: str) -> None:
    print(text, flush=True)  # noqa: T201


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
