"""The engine's commands."""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from rapport.kit.whole_files import whole
from rapport.platform.setup.command import Refused, command


def _say(text: str = "") -> None:
    sys.stdout.write(f"{text}\n")


def _entity(name: str) -> str:
    from rapport.records import registry

    if registry.find(name) is None:
        known = ", ".join(sorted(r.entity for r in registry.all_records()))
        raise argparse.ArgumentTypeError(f"there is no entity {name!r}; known are {known}")
    return name


def _file(name: str) -> Path:
    if not Path(name).is_file():
        raise argparse.ArgumentTypeError(f"there is no file {name!r}")
    return Path(name)


def _answer(text: str) -> tuple[str, str]:
    name, equals, meant = text.partition("=")
    if not equals or not name.strip():
        raise argparse.ArgumentTypeError("write it as NAME=MEANT, for example --answer 'GTXPro=GTX Pro'")
    return name.strip(), meant.strip()


@command("import", "Reads a CSV or workbook file into an entity: people, organisations, deals, products, ...")
def import_file(args: argparse.Namespace) -> None:
    from rapport.platform.access.gate import Refused as GateRefused
    from rapport.platform.identity.commands import find_user
    from rapport.platform.identity.viewer import viewer_for
    from rapport.records.errors import InvalidFields

    try:
        _import(args, viewer_for(find_user(args.user), "command"))
    except InvalidFields as problem:
        raise Refused(
            "; ".join(f"{k}: {v}" if k not in ("", "file") else v for k, v in problem.errors.items())
        ) from None
    except GateRefused as problem:
        raise Refused(str(problem)) from None


@import_file.arguments
def _(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("entity", type=_entity, metavar="ENTITY", help="what the rows are: people, deals, ...")
    parser.add_argument("file", type=_file, metavar="FILE", help="CSV, XLSX, XLS or ODS")
    parser.add_argument("--mapping", metavar="NAME|FILE.json", help="a shipped mapping, or one of your own")
    parser.add_argument("--key", metavar="FIELD", help="the field that finds records to update; '' to create always")
    parser.add_argument("--create-missing", action="store_true", help="create linked records that do not exist")
    parser.add_argument(
        "--answer", type=_answer, action="append", default=[], metavar="NAME=MEANT",
        help="what a name means: a title or id, or create, empty, refuse; may be repeated",
    )  # fmt: skip
    parser.add_argument("--dry-run", action="store_true", help="only say what would happen")
    parser.add_argument("--user", metavar="EMAIL", help="in whose name (default: the first administrator)")
    parser.add_argument("--refused", type=Path, metavar="OUT.csv", help="where to write the rows that were refused")


def _import(args: argparse.Namespace, viewer: Any) -> None:
    from rapport.records import registry
    from rapport.records.importing import results, steps
    from rapport.records.importing.writing import write

    with args.file.open("rb") as file:
        run = steps.upload(registry.get(args.entity), args.file.name, file, viewer=viewer)
    passes = _passes(args, run.settings["passes"])
    try:
        steps.set_mapping(run, passes, viewer=viewer)
        steps.check_now(run, viewer=viewer)
    except Exception:
        run.delete()
        raise
    for line in results.summary(run):
        _say(line)
    questions = steps.open_questions(run)
    for question in questions[:20]:
        _say(f"  ? {results.question_text(question)}")
    if args.refused:
        results.write_refused(run, args.refused)
    left = sum(run.counts["states"].get(state, 0) for state in ("refused", "question"))
    if questions:
        if args.dry_run:
            run.delete()
        raise Refused(
            "Nothing was written: questions are open. Answer with --answer 'NAME=MEANT' (or =create, =empty, =refuse), "
            "or give date_format in a mapping."
        )
    if not args.dry_run:
        write(run, viewer=viewer)
        steps.remember_mapping(run)
        _say("written:")
        for line in results.summary(run):
            _say(line)
        if args.refused:
            results.write_refused(run, args.refused)
        left = sum(run.counts["states"].get(state, 0) for state in ("refused", "question"))
    for row in results.some_refused(run, 10):
        _say(f"  row {row.line}: {results.reasons(row.errors)}")
    if args.dry_run:
        run.delete()
    if left:
        raise Refused(
            f"{left} rows were refused; --refused OUT.csv writes them to a file to be mended and imported again."
        )


def _passes(args: argparse.Namespace, proposed: list[dict[str, Any]]) -> list[dict[str, Any]]:
    from rapport.records.importing.examples import example_named, examples

    passes: Any = proposed
    if args.mapping:
        example = example_named(args.mapping)
        if example:
            passes = example["settings"]["passes"]
        elif Path(args.mapping).is_file():
            try:
                data = json.loads(Path(args.mapping).read_text("utf-8"))
            except ValueError as problem:
                raise Refused(f"{args.mapping} is not JSON: {problem}") from None
            passes = data.get("passes") if isinstance(data, dict) else data
        else:
            known = ", ".join(one["name"] for one in examples())
            raise Refused(f"There is no mapping {args.mapping!r}, and no such file. Shipped are {known}.")
    passes = json.loads(json.dumps(passes))
    if not isinstance(passes, list) or not all(
        isinstance(p, dict) and isinstance(p.get("columns"), dict) for p in passes
    ):
        raise Refused("A mapping is a list of passes with columns.")
    if args.key is not None:
        passes[0]["key"] = args.key
    _answer_links(passes, args)
    return passes


def _answer_links(passes: list[dict[str, Any]], args: argparse.Namespace) -> None:
    from rapport.records import registry
    from rapport.records.fields import Link, Tags
    from rapport.records.importing.targets import target_of

    for one in passes:
        record = registry.find(str(one.get("entity")))
        for key, source in one["columns"].items():
            target = target_of(record, key) if record else None
            if target is None or not isinstance(target.field, Link | Tags) or not isinstance(source, dict):
                continue
            if args.create_missing and target.field.name not in ("owner",):
                source["on_missing"] = "create"
            source.setdefault("answers", {}).update(dict(args.answer))


@command("export", "Writes the records of an entity to a CSV or XLSX file, or CSV to the standard output.")
def export_file(args: argparse.Namespace) -> None:
    from django.db import transaction

    from rapport.platform.identity.commands import find_user
    from rapport.platform.identity.viewer import viewer_for
    from rapport.records.errors import InvalidFields
    from rapport.records.exporting import csv_chunks, note, xlsx_file
    from rapport.records.read import Query
    from rapport.records.registry import get

    record, viewer = get(args.entity), viewer_for(find_user(args.user), "command")
    if not record.may(viewer, "export"):
        raise Refused("This user may not export.")
    query = Query(columns=args.fields.replace(",", " ").split(), filter=args.filter or None, sort=args.sort)
    excel = args.file is not None and args.file.suffix.lower() == ".xlsx"
    try:
        made = note(record, query, viewer=viewer, form="xlsx" if excel else "csv")
        with transaction.atomic():
            if args.file is None:
                for chunk in csv_chunks(record, query, viewer=viewer, made=made):
                    sys.stdout.buffer.write(chunk)
            else:
                with whole(args.file) as target:
                    if excel:
                        target.write(xlsx_file(record, query, viewer=viewer, made=made).read())
                    else:
                        target.writelines(csv_chunks(record, query, viewer=viewer, made=made))
    except InvalidFields as problem:
        raise Refused(str(problem)) from None
    except OSError as problem:
        raise Refused(f"{args.file} cannot be written: {problem.strerror}") from None


@export_file.arguments
def _(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("entity", type=_entity, metavar="ENTITY", help="people, organisations, deals, ...")
    parser.add_argument("file", type=Path, nargs="?", metavar="FILE", help="a name that ends in .csv or .xlsx")
    parser.add_argument("--fields", default="", help="names of the fields wanted; all if not said")
    parser.add_argument("--filter", default="", metavar="JSON", help="a condition, as in the API")
    parser.add_argument("--sort", default="created_at", help="names of fields, with a minus for descending")
    parser.add_argument("--user", metavar="EMAIL", help="in whose name; an administrator if not said")
