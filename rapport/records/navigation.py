"""What the engine adds to the settings beside the entities themselves."""

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from rapport.platform.access.gate import scope
from rapport.platform.ui import navigation
from rapport.records import registry
from rapport.records.saved_views import favourites


def may_import(request: HttpRequest) -> bool:
    return any(
        one.may(request.viewer, "import") and one.may(request.viewer, "create") for one in registry.all_records()
    )


def _may_export(request: HttpRequest) -> bool:
    return any(one.may(request.viewer, "export") for one in registry.all_records())


def _may_see_roles(request: HttpRequest) -> bool:
    return scope(request.viewer, "roles", "view") != "none"


navigation.register(
    navigation.Entry(
        "roles",
        _("Roles"),
        "/settings/roles",
        "shield-check",
        30,
        "settings",
        visible=_may_see_roles,
        group="people",
        hint=_("Who may see, change, delete and export what."),
        words=_("permissions, rights, access, grants, allow, administrator"),
    )
)
navigation.register(
    navigation.Entry(
        "imports",
        _("Imports"),
        "/imports",
        "upload",
        30,
        "settings",
        visible=may_import,
        group="system",
        hint=_("Files that were brought in, each with its undo."),
        words=_("upload, CSV, Excel, spreadsheet, migrate, bring in"),
    )
)
navigation.register(
    navigation.Entry(
        "exports",
        _("Exports"),
        "/exports",
        "download",
        40,
        "settings",
        visible=_may_export,
        group="system",
        hint=_("Which lists were taken out as files, and by whom."),
        words=_("download, CSV, Excel, backup, take out, log"),
    )
)
navigation.register_below(lambda request: favourites(request.viewer) if request.viewer else {})
