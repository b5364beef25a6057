"""What one does on a board: move a card, add one to a column, fold a column."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from rapport.platform.access.gate import Refused
from rapport.platform.journal.acting import acting
from rapport.platform.ui.templatetags.ui import in_text
from rapport.records import write
from rapport.records.boards.moving import move
from rapport.records.boards.reading import grouping
from rapport.records.errors import Conflict, InvalidFields
from rapport.records.fields import Link
from rapport.records.fields.base import row_id
from rapport.records.pages.asked import asked
from rapport.records.pages.guard import moved, must, page, undoable
from rapport.records.pages.prompting import answered, askable, prompt
from rapport.records.read import Reader
from rapport.records.record import Record
from rapport.records.saved_views import use_view

MOST_FOLDED = 100


def refused(request: HttpRequest, text: str) -> HttpResponse:
    """Says why nothing was done; 409 tells the page to put the card back."""
    messages.error(request, text)
    return HttpResponse(status=409, headers={"HX-Reswap": "none"})


def column_name(record: Record, by: str, key: str, request: HttpRequest) -> str:
    """What the column of that key is called. Raises NotFound."""
    one = grouping(record, by, request.viewer)
    if not key:
        return _("Without %(field)s") % {"field": in_text(one.label)}
    if isinstance(one, Link):
        target = Reader(one.target, request.viewer).get(row_id(key) or 0, [one.target.title])
        return one.target.field(one.target.title).text(target[one.target.title])
    return one.text(key)


@page
@require_POST
def move_card(request: HttpRequest, record: Record, id: int) -> HttpResponse:
    """Puts a card into another column; asks in the dialog for what that column requires and the record lacks."""
    if record.board is None:
        raise Http404
    by, to, before = (request.POST.get(name, "") for name in ("by", "to", "from"))
    title = record.field(record.title)
    item = Reader(record, request.viewer).get(id, [record.title, by] if by in record.board.choices else [record.title])
    name = title.text(item[record.title])
    try:
        action = move(
            record, id, by, to, viewer=request.viewer, before=before if "from" in request.POST else None,
            values=answered(record, request),
        )  # fmt: skip
    except Conflict as conflict:
        theirs = conflict.fields[by]["theirs"] or _("no column")
        return refused(
            request, _("Somebody moved “%(name)s” to %(column)s meanwhile.") % {"name": name, "column": theirs}
        )
    except Refused as error:
        return refused(request, str(error))
    except InvalidFields as error:
        if names := askable(record, error.errors, request.viewer, apart=(by,)):
            column = column_name(record, by, to, request)
            return prompt(
                request, record, names, error.errors, title=name, url=f"/{record.entity}/{id}/move",
                text=_("To be moved to %(column)s this is needed:") % {"column": column},
            )  # fmt: skip
        return refused(request, " ".join(error.errors.values()))
    now = Reader(record, request.viewer).get(id, [by])[by]
    column = record.field(by).text(now) or column_name(record, by, "", request)
    undoable(
        request,
        _("%(name)s moved to %(column)s.") % {"name": name, "column": column},
        action,
        once=f"{record.entity}-{id}",
    )
    if not request.htmx:
        return HttpResponseRedirect(f"/{record.entity}/board")
    return moved()


@page
@require_POST
def add_card(request: HttpRequest, record: Record) -> HttpResponse:
    """Creates a record in a column from its name alone; asks for what else is needed."""
    if record.board is None:
        raise Http404
    must(record, request, "create")
    by, to, name = (request.POST.get(part, "") for part in ("by", "to", "name"))
    one = grouping(record, by, request.viewer)
    values = {record.title: name[:500].strip(), **({by: to} if to else {}), **answered(record, request)}
    parent = getattr(one, "within", "")
    if parent and row_id(request.POST.get("within", "")):
        values.setdefault(parent, request.POST["within"])
    try:
        with acting(request.viewer, f"create {record.entity}") as action:
            write.create(record, values, viewer=request.viewer)
    except Refused as error:
        return refused(request, str(error))
    except InvalidFields as error:
        names = askable(record, error.errors, request.viewer)
        if names and values[record.title]:
            return prompt(
                request, record, names, error.errors, title=values[record.title], url=f"/{record.entity}/board/add",
                text=_("To be added here this is needed:"),
            )  # fmt: skip
        return refused(request, " ".join(error.errors.values()))
    undoable(request, _("%(name)s added.") % {"name": values[record.title]}, action)
    if not request.htmx:
        return HttpResponseRedirect(f"/{record.entity}/board")
    return moved(**{"board-added": ""})


@page
@require_POST
def fold_column(request: HttpRequest, record: Record) -> HttpResponse:
    """Remembers, for the viewer and the view, that a column is folded, or no longer."""
    if record.board is None:
        raise Http404
    must(record, request, "view")
    by, key = request.POST.get("by", ""), request.POST.get("key", "")[:100]
    grouping(record, by, request.viewer)
    look = asked(request, record)
    folded = [one for one in look.tab.folded if one != f"{by}:{key}"]
    if request.POST.get("folded") == "1":
        folded = [*folded, f"{by}:{key}"][-MOST_FOLDED:]
    use_view(record, look.view, viewer=request.viewer, folded=folded)
    return HttpResponse(status=204)
