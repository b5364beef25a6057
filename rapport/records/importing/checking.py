"""The dry run: reads the file, and says of each row what it would do, without touching a record."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import orjson
from django.db import connection, transaction
from django.utils import timezone

from rapport.platform.identity.viewer import Viewer
from rapport.platform.live.touch import touch
from rapport.records import registry
from rapport.records.errors import InvalidFields
from rapport.records.fields import Field, Generated, Link, Tags
from rapport.records.importing import matching, tying
from rapport.records.importing.cells import Reading
from rapport.records.importing.definition import Pass, passes_from
from rapport.records.importing.matching import Step, defaults_json
from rapport.records.importing.naming import Name, Namer, folded, words_of
from rapport.records.importing.staging import Staged, defaults_of, stage, stage_missing
from rapport.records.importing.storing import may_import, opened
from rapport.records.importing.surveying import Survey, survey
from rapport.records.importing.targets import target_of
from rapport.records.models import ImportRun
from rapport.records.record import Record

MOST_QUESTIONS = 300


def check(run: ImportRun, *, viewer: Viewer) -> ImportRun:
    """Stages and judges every row anew; leaves the run as checked. Raises InvalidFields for what cannot be read."""
    with transaction.atomic():
        ImportRun.objects.select_for_update().get(pk=run.pk)
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM records_importrow WHERE run_id = %s", [run.pk])
        with opened(run) as table:
            columns = {column.name: column.index for column in table.columns}
            passes = passes_from(run.settings, list(columns))
            for one in passes:
                may_import(registry.get(one.entity), viewer)
            planner = _Planner(run, passes, survey(table, passes), columns, viewer)
            staged = planner.prepare()
            stage(run.pk, table, staged)
        planner.finish(staged)
        with connection.cursor() as cursor:
            # What rows are found by; to look at their values, or at more of them, would take longer than it helps.
            cursor.execute("SET LOCAL default_statistics_target = 30")
            cursor.execute("ANALYZE records_importrow (run_id, step, line, state, key, record_id)")
            cursor.execute("RESET default_statistics_target")
        for step in planner.steps:
            tying.keep_present(run.pk, step, viewer)
            tying.tie(run.pk, step)
            matching.drop_repeats(run.pk, step)
            tying.refuse_ambiguous(run.pk, step, planner.steps)
            tying.resolve_rows(run.pk, step)
            matching.match(run.pk, step, viewer)
        run.plan = [step.to_json() for step in planner.steps]
        run.questions = _still_asked(run.pk, planner.questions)
        run.settings = {
            **run.settings,
            "read_as": {f"{n + 1}|{key}": form for (n, key), form in planner.survey.dates.items()},
        }
        run.counts = counted(run)
        run.status, run.error, run.checked_at = ImportRun.CHECKED, "", timezone.now()
        run.done, run.total = 0, to_write(run)
        run.save()
        touch(f"imports-{run.pk}")
    return run


def _still_asked(run_id: int, questions: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The questions without those about namesakes which the records' present links answer."""
    if not any(q["kind"] == "namesakes" for q in questions):
        return questions
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT DISTINCT e.value FROM records_importrow r CROSS JOIN LATERAL jsonb_each_text(r.errors) e
               WHERE r.run_id = %s AND r.state = 'question'""",
            [run_id],
        )
        asked = {row[0] for row in cursor.fetchall()}
    return [q for q in questions if q["kind"] != "namesakes" or q["error"] in asked]


def counted(run: ImportRun) -> dict[str, Any]:
    """How many rows are in each state: {"rows": n, "states": {...}, "steps": [{"step", "entity", "kind", states...}]}."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT step, state, count(*) FROM records_importrow WHERE run_id = %s GROUP BY 1, 2 ORDER BY 1", [run.pk]
        )
        found = cursor.fetchall()
    steps: list[dict[str, Any]] = []
    for step in steps_of(run):
        here = {state: n for no, state, n in found if no == step.no}
        steps.append({"step": step.no, "entity": step.entity, "kind": step.kind, "states": here})
    states: Counter[str] = Counter()
    for one in steps:
        states.update(one["states"])
    return {"states": dict(states), "steps": steps}


def to_write(run: ImportRun) -> int:
    """How many rows the write will touch."""
    return sum(run.counts.get("states", {}).get(state, 0) for state in ("create", "update"))


def steps_of(run: ImportRun) -> list[Step]:
    """The plan of the check."""
    return [Step(**one) for one in run.plan]


@dataclass
class _Planner:
    """Makes steps of passes: names that have to be created become steps of their own before the pass that uses them."""

    run: ImportRun
    passes: list[Pass]
    survey: Survey
    columns: dict[str, int]
    viewer: Viewer
    steps: list[Step] = field(default_factory=list)
    questions: list[dict[str, Any]] = field(default_factory=list)
    step_of_pass: dict[int, int] = field(default_factory=dict)
    coming: dict[str, Counter[str]] = field(default_factory=dict)
    created: set[tuple[str, str, str]] = field(default_factory=set)

    def prepare(self) -> list[Staged]:
        """Decides about every name, and returns what is to be staged."""
        country = next(
            (s.column for one in self.passes for k, s in one.columns.items() if k.endswith(".country") and s.column), ""
        )
        made = []
        for number, one in enumerate(self.passes):
            record = registry.get(one.entity)
            if number in self.survey.titles:
                self.coming.setdefault(one.entity, Counter()).update(self.survey.titles[number])
            names = self._names(number, one, record)
            reading = Reading(
                record, one, record.context(self.viewer), self._part(self.survey.dates, number),
                self._part(self.survey.decimals, number), self._part(self.survey.doubtful, number), names, self.columns, country,
            )  # fmt: skip
            made.append(self._add(number, one, record, reading))
        return made

    def finish(self, staged: list[Staged]) -> None:
        """What the entities added by themselves to some new records, all new records of the step must have."""
        for one in staged:
            if one.added:
                step = next(step for step in self.steps if step.no == one.step)
                more = defaults_of(step.record, [step.record.field(name) for name in sorted(one.added)], self.viewer)
                step.defaults = orjson.dumps(
                    {**orjson.loads(defaults_json(more)), **orjson.loads(step.defaults)}
                ).decode()

    def _part(self, whole: dict[tuple[int, str], Any], number: int) -> dict[str, Any]:
        return {key: value for (place, key), value in whole.items() if place == number}

    def _add(self, number: int, one: Pass, record: Record, reading: Reading) -> Staged:
        targets = {key: target_of(record, key, self.viewer) for key in one.columns}
        fields: list[Field] = []
        for target in targets.values():
            if target and target.field and target.field not in fields:
                fields.append(target.field)
        if any(isinstance(f, Generated) for f in fields):
            fields += [record.field(name) for name in record.fill({record.title: "A B"}, self.viewer)]
            fields = [f for f in fields if not isinstance(f, Generated)]
        # A field that follows another (a stage its pipeline) is written with it.
        fields += [
            f
            for f in record.fields_for().values()
            if isinstance(f, Link) and f.within in one.columns and f not in fields
        ]
        defaults = defaults_of(record, fields, self.viewer)
        empty = {f.column for f in fields}
        columns = [
            str(c.column) for c in record.model._meta.concrete_fields
            if c.column in {*defaults, *empty} or any(c.column == f"{f.column}_currency" for f in fields)
        ]  # fmt: skip
        changing = [c for c in columns if c in empty or c.removesuffix("_currency") in empty]
        step = Step(
            len(self.steps) + 1, one.entity, "pass", one.key, one.mode, changing, defaults_json(defaults),
            {targets[k].field.column: self.step_of_pass[s.of - 1] for k, s in one.columns.items() if s.of},  # type: ignore[union-attr]
            [f.name for f in fields if isinstance(f, Link | Tags)],
        )  # fmt: skip
        self.steps.append(step)
        self.step_of_pass[number] = step.no
        ready = {column for column, value in defaults.items() if value not in (None, "")}
        return Staged.of_pass(step.no, reading, dict.fromkeys(ready, True))

    def _names(self, number: int, one: Pass, record: Record) -> dict[str, dict[Name, Any]]:
        """The meaning of all names in the pass, link by link; those within others come after them."""
        found: dict[str, dict[Name, Any]] = {}
        links = [(key, f) for key in one.columns if isinstance(f := self._field(record, key), Link | Tags)]
        for key, f in sorted(links, key=lambda pair: bool(getattr(pair[1], "within", ""))):
            source = one.columns[key]
            if source.of:
                continue
            within = f.target.field(f.within) if isinstance(f, Link) and f.within else None
            scope = record.fill({}, self.viewer).get(f.within) if within is not None and isinstance(f, Link) else None
            counter = self.survey.names[number, key]
            if isinstance(f, Tags):
                counter = _words(counter)
            namer = Namer(
                f.target, source, self.viewer, self.coming.get(f.target.entity, Counter()),
                within if isinstance(within, Link) else None, scope,
            )  # fmt: skip
            namer.find(counter)
            found[key] = namer.meanings
            if namer.to_create:
                scopes = found.get(f.within, {}) if isinstance(f, Link) else {}
                self._create(f.target, namer.to_create, within, scope, scopes)
            self._ask(number, key, f.target, namer, counter)
        for key, forms in self._part(self.survey.doubtful, number).items():
            self.questions.append({"pass": number + 1, "target": key, "kind": "dates", "forms": list(forms)})
        return found

    def _field(self, record: Record, key: str) -> Field | None:
        target = target_of(record, key, self.viewer)
        return target.field if target else None

    def _create(self, target: Record, names: list[Name], within: Any, default: Any, scopes: dict[Name, Any]) -> None:
        context = target.context(self.viewer)
        rows: list[tuple[str, dict[str, Any], dict[str, str]]] = []
        defaults = defaults_of(target, [target.field(target.title)], self.viewer)
        columns: set[str] = set()
        for scope, text in names:
            if (target.entity, folded(scope), folded(text)) in self.created:
                continue
            self.created.add((target.entity, folded(scope), folded(text)))
            links: dict[str, str] = {}
            values: dict[str, Any] = {target.title: text}
            extra: dict[str, Any] = {}
            if within is not None:
                meaning = scopes.get(("", scope)) if scope else None
                if meaning is not None and meaning.pending:
                    links[within.column] = meaning.pending
                else:
                    extra[within.column] = meaning.id if meaning is not None and meaning.id else default
            cleaned: dict[str, Any] = {}
            for name, value in target.fill(values, self.viewer).items():
                cleaned |= target.field(name).clean(value, context)
            cleaned |= extra
            columns |= set(cleaned) | set(links)
            rows.append((text, cleaned, links))
        if rows:
            step = Step(
                len(self.steps) + 1, target.entity, "missing", "", "create", sorted(columns), defaults_json(defaults),
                {}, [within.name] if within is not None else [],
            )  # fmt: skip
            self.steps.append(step)
            stage_missing(self.run.pk, step.no, rows)

    def _ask(self, number: int, key: str, target: Record, namer: Namer, counter: Counter[Name]) -> None:
        for name, meaning in namer.meanings.items():
            if meaning.error and len(self.questions) < MOST_QUESTIONS:
                self.questions.append(
                    {
                        "pass": number + 1, "target": key, "entity": target.entity, "text": name[1], "rows": counter[name],
                        "kind": "namesakes" if meaning.namesakes else "alike" if meaning.candidates else "missing",
                        "candidates": meaning.candidates,
                        "error": meaning.error, "may_create": namer.may_create,
                    }
                )  # fmt: skip


def _words(counter: Counter[Name]) -> Counter[Name]:
    made: Counter[Name] = Counter()
    for (_scope, text), count in counter.items():
        for word in words_of(text):
            made["", word] += count
    return made


def fail(run: ImportRun, problem: InvalidFields) -> None:
    """Keeps why the file could not be checked."""
    run.status = ImportRun.UPLOADED
    run.error = " ".join(
        f"{name}: {text}" if name not in ("", "file") else text for name, text in problem.errors.items()
    )
    run.save(update_fields=["status", "error"])
    touch(f"imports-{run.pk}")
