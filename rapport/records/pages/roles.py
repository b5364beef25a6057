"""What each role may do, per entity and action; administrators may change it."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache

from rapport.platform.access.change_role import change_role
from rapport.platform.access.gate import SCOPES, Refused, scope
from rapport.platform.access.models import Grant, Role
from rapport.platform.access.pages import needs
from rapport.platform.identity.models import User
from rapport.records import registry
from rapport.records.access import Shared
from rapport.records.pages.guard import page

ACTIONS = {
    "view": gettext_lazy("See"), "create": gettext_lazy("Create"), "edit": gettext_lazy("Change"),
    "delete": gettext_lazy("Delete"), "export": gettext_lazy("Export"), "import": gettext_lazy("Import"),
}  # fmt: skip
WORDS = {
    "none": gettext_lazy("none"), "own": gettext_lazy("own"), "team": gettext_lazy("team"),
    "all": gettext_lazy("all"),
}  # fmt: skip
# What the gate guards beside records: (entity, label, the actions that it knows).
BESIDE = [
    ("files", gettext_lazy("Files"), ("create",)),
    ("settings", gettext_lazy("Company settings"), ("edit",)),
    ("system", gettext_lazy("System"), ("view", "edit")),
    ("roles", gettext_lazy("Roles"), ("view", "edit")),
    ("access", gettext_lazy("Why somebody can see a record"), ("view",)),
]


def _rows(role: Role) -> list[dict[str, Any]]:
    grants = {(g.entity, g.action): g.scope for g in Grant.objects.filter(role=role)}
    whole: list[tuple[str, Any, tuple[str, ...], tuple[str, ...]]] = []
    whole.append(("*", _("Everything not named below"), tuple(ACTIONS), SCOPES))
    for record in registry.all_records():
        if record.access.entity_of(record) == record.entity:
            scopes = ("none", "all") if isinstance(record.access, Shared) else SCOPES
            whole.append((record.entity, record.plural, tuple(ACTIONS), scopes))
    whole += [(entity, label, actions, ("none", "all")) for entity, label, actions in BESIDE]
    return [
        {
            "entity": entity,
            "label": label,
            "cells": [_cell(entity, action, grants, scopes) if action in actions else None for action in ACTIONS],
        }
        for entity, label, actions, scopes in whole
    ]


def _cell(entity: str, action: str, grants: dict[tuple[str, str], str], scopes: tuple[str, ...]) -> dict[str, Any]:
    """One cell: what is said here, and what the wider grants would say."""
    wider = [key for key in ((entity, "*"), ("*", action), ("*", "*")) if key != (entity, action)]
    inherited = next((grants[key] for key in wider if key in grants), "none")
    said = grants.get((entity, action), "")
    shown = [*scopes, *([said] if said and said not in scopes else [])]
    return {
        "name": f"{entity}.{action}",
        "said": said,
        "label": ACTIONS[action],
        "inherited": WORDS[inherited],
        "word": WORDS[said or inherited],
        "options": [(key, WORDS[key]) for key in shown],
    }


def _roles() -> list[dict[str, Any]]:
    counts: dict[int, int] = {}
    for role_id in User.objects.filter(is_active=True, deleted_at=None).values_list("role_id", flat=True):
        counts[role_id] = counts.get(role_id, 0) + 1
    return [{"role": role, "users": counts.get(role.pk, 0)} for role in Role.objects.order_by("pk")]


@never_cache
@needs("roles", "view")
@page
def roles_page(request: HttpRequest, key: str = "member") -> HttpResponse:
    """The table of one role."""
    role = Role.objects.filter(key=key).first()
    if role is None:
        raise Http404
    rows = _rows(role)
    editable = role.key != "administrator" and scope(request.viewer, "roles", "edit") != "none"
    if request.method == "POST":
        if not editable:
            raise Refused(_("Your role may not do this."))
        cells = {cell["name"]: cell for row in rows for cell in row["cells"] if cell}
        wanted = {}
        for name, cell in cells.items():
            given = request.POST.get(name)
            if given is not None and given in ("", *(option for option, _word in cell["options"])):
                entity, _dot, action = name.rpartition(".")
                wanted[entity, action] = given
        changed = change_role(request.viewer, role, wanted)
        text = ngettext("%(n)s right changed.", "%(n)s rights changed.", changed) % {"n": changed}
        messages.success(request, text if changed else _("Nothing was different."))
        return HttpResponseRedirect(f"/settings/roles/{role.key}")
    context = {"role": role, "roles": _roles(), "rows": rows, "heads": ACTIONS.values(), "editable": editable}
    return render(request, "records/roles.html", context)
