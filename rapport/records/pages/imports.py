"""The pages of imports: file, columns, check, write, result."""

import tempfile
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from rapport.platform.ui.templatetags.ui import number
from rapport.records import registry
from rapport.records.errors import InvalidFields, NotFound
from rapport.records.fields.base import row_id
from rapport.records.importing import results, steps
from rapport.records.importing.examples import examples
from rapport.records.importing.mapping_form import mapping_context, passes_posted
from rapport.records.importing.preview import GROUPS, previews
from rapport.records.importing.storing import may_import
from rapport.records.jobs import check_import, write_import
from rapport.records.many.run import begin_undo
from rapport.records.models import ImportRun
from rapport.records.pages.guard import page, undoable

# A file up to this size is checked while the page waits.
AT_ONCE = 2 * 2**20
KNOWN_ORDER = ("people", "organisations", "deals", "products", "tasks", "users")


def _importable(request: HttpRequest) -> list[tuple[str, str]]:
    found = [r for r in registry.all_records() if r.may(request.viewer, "import") and r.may(request.viewer, "create")]
    rank = {name: i for i, name in enumerate(KNOWN_ORDER)}
    return [(r.entity, str(r.plural)) for r in sorted(found, key=lambda r: (rank.get(r.entity, 99), str(r.plural)))]


@page
@require_safe
def import_list(request: HttpRequest) -> HttpResponse:
    """The viewer's imports, newest first; everybody's for who may see all."""
    query = ImportRun.objects.order_by("-pk").defer("questions", "plan", "settings").select_related("created_by")
    if not steps.sees_all(request.viewer):
        query = query.filter(created_by_id=request.viewer.id)
    runs = list(query[:100])
    steps.note_undone(runs)
    rows = [{"run": run, "what": registry.get(run.entity).plural, "summary": "; ".join(results.summary(run)),
             "undo": _undoable(run, request)} for run in runs]  # fmt: skip
    return render(request, "imports/list.html", {"rows": rows, "may_import": bool(_importable(request))})


@page
def new_import(request: HttpRequest) -> HttpResponse:
    """Takes a file."""
    entity = request.POST.get("entity") or request.GET.get("entity", "")
    options = _importable(request)
    if not options:
        may_import(registry.all_records()[0], request.viewer)
    error = ""
    if request.method == "POST":
        record, file = registry.find(entity), request.FILES.get("file")
        if record is None:
            error = _("Say what the rows of the file are.")
        elif file is None:
            error = _("Choose a file.")
        else:
            try:
                run = steps.upload(record, file.name or "file", file.chunks(), viewer=request.viewer)
                return HttpResponseRedirect(f"/imports/{run.pk}")
            except InvalidFields as problem:
                error = " ".join(problem.errors.values())
    record = registry.find(entity)
    shown = [e for e in examples() if not record or e["entity"] == record.entity]
    context = {"record": record, "entity": entity, "options": options, "error": error, "examples": shown}
    return render(request, "imports/upload.html", context, status=422 if error else 200)


@page
@require_safe
def import_page(request: HttpRequest, id: int) -> HttpResponse:
    """Where the import stands: the step that comes next."""
    run = steps.run_for(id, request.viewer)
    if run.status == ImportRun.UPLOADED:
        return _columns(request, steps.run_to_change(id, request.viewer))
    if run.status in (ImportRun.CHECKING, ImportRun.WRITING):
        return render(request, "imports/progress.html", _context(run, request))
    context = {**_context(run, request), **_rows(request, run), "seen_at": results.address_of(run)}
    if getattr(request, "htmx", None) and request.GET.get("after"):
        return render(request, "imports/rows.html#more", context)
    return render(request, "imports/check.html" if run.status == ImportRun.CHECKED else "imports/done.html", context)


def _context(run: ImportRun, request: HttpRequest) -> dict[str, Any]:
    record = registry.get(run.entity)
    states = run.counts.get("states", {})
    tally = [
        ("green", _("Created"), states.get("create", 0) + states.get("created", 0)),
        ("blue", _("Updated"), states.get("update", 0) + states.get("updated", 0)),
        ("grey", _("Unchanged"), states.get("skip", 0)),
        ("grey", _("Repeated"), states.get("repeat", 0)),
        ("yellow", _("Questions"), states.get("question", 0)),
        ("red", _("Refused"), states.get("refused", 0)),
    ]
    may = steps.may_go_on(run, request.viewer)
    at = {ImportRun.UPLOADED: 1, ImportRun.CHECKING: 2, ImportRun.CHECKED: 2}.get(run.status, 3)
    return {
        "run": run,
        "record": record,
        "tally": [
            (colour, label, number(n)) for colour, label, n in tally if n or label in (_("Created"), _("Refused"))
        ],
        "summary": results.summary(run),
        "refused": states.get("refused", 0) + states.get("question", 0),
        "to_write": results.written_words(run) if may else "",
        "questions": [q for q in run.questions if may and q["kind"] in ("alike", "namesakes")],
        "missing": _missing(run) if may else [],
        "doubtful": [q for q in run.questions if q["kind"] == "dates"],
        "at": at,
        "live": f"imports-{run.pk}",
        "undoable": _undoable(run, request) and run.action_id is not None,
        "may_go_on": may,
        "may_cancel": may or run.created_by_id == request.viewer.id,
    }


def _undoable(run: ImportRun, request: HttpRequest) -> bool:
    written = run.status in (ImportRun.DONE, ImportRun.FAILED)
    return written and registry.get(run.entity).may(request.viewer, "edit")


def _missing(run: ImportRun) -> list[dict[str, Any]]:
    """Names that no record has, by column: one question for each column."""
    found: dict[tuple[int, str], dict[str, Any]] = {}
    for one in run.questions:
        if one["kind"] != "missing":
            continue
        group = found.setdefault(
            (one["pass"], one["target"]),
            {"key": f"{one['pass']}|{one['target']}", "what": registry.get(one["entity"]).plural, "names": [], "rows": 0,
             "may_create": one["may_create"]},
        )  # fmt: skip
        group["names"].append(one["text"])
        group["rows"] += one["rows"]
    return list(found.values())


def _rows(request: HttpRequest, run: ImportRun) -> dict[str, Any]:
    group = request.GET.get("state", "")
    group = group if group in GROUPS else ""
    step, _dash, line = request.GET.get("after", "0-0").partition("-")
    after = (int(step), int(line)) if step.isdecimal() and line.isdecimal() and len(step + line) < 15 else (0, 0)
    rows, more = previews(run, group, after, request.viewer)
    states = run.counts.get("states", {})
    labels = {"create": _("Created"), "update": _("Updated"), "skip": _("Unchanged"), "repeat": _("Repeated"), "question": _("Questions"),
              "refused": _("Refused")}  # fmt: skip
    tabs = [("", _("All"), sum(states.values()))]
    tabs += [(key, labels[key], n) for key, of in GROUPS.items() if (n := sum(states.get(s, 0) for s in of))]
    return {"rows": rows, "more": more, "tabs": [(k, label, number(n)) for k, label, n in tabs], "state": group}


@page
def columns_page(request: HttpRequest, id: int) -> HttpResponse:
    """What each column is: shows it, keeps a draft, or keeps it and checks all rows."""
    run = steps.run_to_change(id, request.viewer)
    steps.must_be_open(run)
    return _columns(request, run)


def _columns(request: HttpRequest, run: ImportRun) -> HttpResponse:
    errors: dict[str, str] = {}
    if request.method == "POST":
        try:
            steps.set_mapping(run, passes_posted(run, request.POST), viewer=request.viewer)
            if request.POST.get("do") == "check":
                return _check(request, run)
        except InvalidFields as problem:
            errors = problem.errors
    context = {**_context(run, request), **mapping_context(run, request.viewer), "errors": errors, "at": 1}
    part = request.method == "POST" and getattr(request, "htmx", None) and request.POST.get("do") != "check"
    status = 422 if errors and not part else 200
    return render(request, "imports/columns.html#mapping" if part else "imports/columns.html", context, status=status)


def _check(request: HttpRequest, run: ImportRun) -> HttpResponse:
    if run.size <= AT_ONCE:
        steps.check_now(run, viewer=request.viewer)
    else:
        with transaction.atomic():
            run.status = ImportRun.CHECKING
            run.save(update_fields=["status"])
            check_import.defer(run_id=run.pk, user_id=request.viewer.id)
    return HttpResponseRedirect(f"/imports/{run.pk}")


@page
@require_POST
def reading(request: HttpRequest, id: int) -> HttpResponse:
    """Reads the file with another encoding, delimiter or sheet, and proposes a mapping anew."""
    run = steps.run_to_change(id, request.viewer)
    steps.must_be_open(run)
    given = {k: request.POST.get(k, "") for k in ("encoding", "delimiter", "sheet")}
    kept = {**run.settings}
    run.settings = {k: v.replace("\\t", "\t") for k, v in given.items() if v}
    if request.POST.get("header") in ("yes", "no"):
        run.settings["header"] = request.POST["header"] == "yes"
    try:
        steps.repropose(run, viewer=request.viewer)
    except InvalidFields as problem:
        ImportRun.objects.filter(pk=run.pk).update(settings=kept)
        messages.error(request, " ".join(problem.errors.values()))
    return HttpResponseRedirect(f"/imports/{run.pk}/columns")


@page
@require_POST
def answers(request: HttpRequest, id: int) -> HttpResponse:
    """Takes answers to questions and checks all rows again."""
    run = steps.run_to_change(id, request.viewer)
    given: dict[tuple[int, str, str], Any] = {}
    for key, value in request.POST.items():
        number_of, _bar, rest = key.partition("|")
        number = row_id(number_of)
        if number is None or not value:
            continue
        target, bar, text = rest.partition("|")
        if bar:
            chosen = row_id(value)
            given[number, target, text] = str(value) if chosen is None else chosen
        elif value in ("create", "empty", "refuse"):
            steps.on_missing(run, number, target, value)
    steps.answer(run, given, viewer=request.viewer)
    return _check(request, run)


@page
@require_POST
def write_page(request: HttpRequest, id: int) -> HttpResponse:
    """Begins the write; asked twice it goes on with the one that is under way."""
    run = steps.run_to_change(id, request.viewer)
    with transaction.atomic():
        begun = ImportRun.objects.filter(pk=run.pk, status__in=(ImportRun.CHECKED, ImportRun.FAILED)).update(
            status=ImportRun.WRITING
        )
        if begun:
            write_import.defer(run_id=run.pk, user_id=request.viewer.id)
    if begun:
        steps.remember_mapping(run)
    return HttpResponseRedirect(f"/imports/{run.pk}")


@page
@require_safe
def progress(request: HttpRequest, id: int) -> HttpResponse:
    """How far the check or the write has come; once it is through, the page is loaded anew."""
    run = steps.run_for(id, request.viewer)
    answer = render(request, "imports/progress.html#bar", _context(run, request))
    if run.status not in (ImportRun.CHECKING, ImportRun.WRITING):
        answer["HX-Redirect"] = f"/imports/{run.pk}"
    return answer


@page
@require_POST
def undo(request: HttpRequest, id: int) -> HttpResponse:
    """Takes the whole import back."""
    run = steps.run_for(id, request.viewer)
    if (
        run.action_id
        and run.status in (ImportRun.DONE, ImportRun.FAILED)
        and begin_undo(run.action_id, viewer=request.viewer)
    ):
        messages.info(request, _("It is being undone. You may go on working; a notice comes when it is through."))
        return HttpResponseRedirect(f"/imports/{run.pk}")
    done = steps.undo_run(run, viewer=request.viewer)
    text = _("The import was undone.")
    if done.kept:
        text = ngettext(
            "The import was undone, but %(n)s record was changed or used since and stays as it is.",
            "The import was undone, but %(n)s records were changed or used since and stay as they are.",
            len(done.kept),
        ) % {"n": len(done.kept)}
    undoable(request, text, None)
    return HttpResponseRedirect(f"/imports/{run.pk}")


@page
@require_POST
def cancel(request: HttpRequest, id: int) -> HttpResponse:
    """Gives the import up before anything is written."""
    run = steps.run_for(id, request.viewer)
    steps.cancel(run, viewer=request.viewer)
    messages.success(request, _("The import was given up; nothing was written."))
    return HttpResponseRedirect("/imports")


@page
@require_safe
def refused(request: HttpRequest, id: int, ending: str) -> HttpResponse | StreamingHttpResponse | FileResponse:
    """The refused rows as a file, with the reasons, to be mended and imported again."""
    run = steps.run_for(id, request.viewer)
    if not run.counts or ending not in ("csv", "xlsx"):
        raise NotFound
    name = f"{run.name.rpartition('.')[0] or run.name}-refused.{ending}"
    if ending == "csv":
        answer = StreamingHttpResponse(results.refused_csv(run), content_type="text/csv; charset=utf-8")
        answer["Content-Disposition"] = f'attachment; filename="{_ascii(name)}"'
        return answer
    file = tempfile.SpooledTemporaryFile(max_size=2**22)  # noqa: SIM115 the answer closes it
    results.refused_xlsx(run, file)  # type: ignore[arg-type]
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename=_ascii(name))  # type: ignore[arg-type]


def _ascii(name: str) -> str:
    return "".join(c if c.isascii() and (c.isalnum() or c in "-_. ") else "_" for c in name)
