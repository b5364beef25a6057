"""Addresses of the engine. The entity converter only knows registered entities, so that nothing else is caught."""

from django.urls import path, register_converter

from rapport.records import registry
from rapport.records.pages import (
    acting,
    arranging,
    attaching,
    boards,
    cells,
    composing,
    creating,
    editing,
    explaining,
    exporting,
    exports,
    filtering,
    finding,
    histories,
    imports,
    lists,
    many,
    moving,
    notices,
    planning,
    roles,
    runs,
    show,
    tabs,
    users,
)
from rapport.records.record import Record


class EntityConverter:
    """One of the registered entities."""

    regex = "|".join(sorted((record.entity for record in registry.all_records()), key=len, reverse=True)) or "none"

    def to_python(self, value: str) -> Record:
        return registry.get(value)

    def to_url(self, value: Record | str) -> str:
        return value if isinstance(value, str) else value.entity


register_converter(EntityConverter, "entity")

urlpatterns = [
    path("undo/<int:id>", acting.undo),
    path("new", creating.chooser),
    path("about/options", finding.about_options),
    path("bulk/news", runs.news),
    path("bulk/<int:id>", runs.run_page),
    path("history", histories.history),
    path("settings/roles", roles.roles_page),
    path("settings/roles/<slug:key>", roles.roles_page),
    path("users/new", users.invite),
    path("users/<int:id>/link", users.link),
    path("exports", exports.export_list),
    path("notifications", notices.notifications_page),
    path("notifications/bell", notices.bell),
    path("notifications/read", notices.read_all),
    path("notifications/<int:id>", notices.open_one),
    path("imports", imports.import_list),
    path("imports/new", imports.new_import),
    path("imports/<int:id>", imports.import_page),
    path("imports/<int:id>/columns", imports.columns_page),
    path("imports/<int:id>/reading", imports.reading),
    path("imports/<int:id>/answers", imports.answers),
    path("imports/<int:id>/write", imports.write_page),
    path("imports/<int:id>/progress", imports.progress),
    path("imports/<int:id>/undo", imports.undo),
    path("imports/<int:id>/cancel", imports.cancel),
    path("imports/<int:id>/refused.<slug:ending>", imports.refused),
    path("<entity:record>", lists.list_page),
    path("<entity:record>/board", boards.board_page),
    path("<entity:record>/board/add", moving.add_card),
    path("<entity:record>/board/fold", moving.fold_column),
    path("<entity:record>/<int:id>/move", moving.move_card),
    path("<entity:record>/<int:id>/next", planning.next_step),
    path("<entity:record>/bin", lists.bin_page),
    path("<entity:record>/new", creating.new_page),
    path("<entity:record>/duplicates", creating.twins),
    path("<entity:record>/options", finding.options),
    path("<entity:record>/many", many.many),
    path("<entity:record>/many/edit", many.editor),
    path("<entity:record>/many/count", many.count),
    path("<entity:record>/many/export", many.export),
    path("<entity:record>/grid", cells.blanks),
    path("<entity:record>/export.csv", exporting.export_csv),
    path("<entity:record>/export.xlsx", exporting.export_xlsx),
    path("<entity:record>/filter", filtering.filter_panel),
    path("<entity:record>/fields", arranging.fields_panel),
    path("<entity:record>/sort", arranging.sort_panel),
    path("<entity:record>/views", tabs.new_view),
    path("<entity:record>/views/<int:id>", tabs.view_page),
    path("<entity:record>/views/<int:id>/look", tabs.update_look),
    path("<entity:record>/views/<int:id>/delete", tabs.delete_view),
    path("<entity:record>/views/<slug:name>/use", tabs.use),
    path("<entity:record>/views/<slug:name>/place", tabs.place),
    path("<entity:record>/views/<slug:name>/widths", tabs.widths),
    path("<entity:record>/<int:id>", show.record_page),
    path("<entity:record>/<int:id>/panel", show.panel_page),
    path("<entity:record>/<int:id>/parts", show.parts),
    path("<entity:record>/<int:id>/access", explaining.access_page),
    path("<entity:record>/<int:id>/timeline", show.timeline_part),
    path("<entity:record>/<int:id>/log/<entity:activity>", composing.log),
    path("<entity:record>/<int:id>/follow", notices.follow_record),
    path("<entity:record>/<int:id>/mentionable", notices.mentionable),
    path("<entity:record>/<int:id>/files", attaching.attach),
    path("<entity:record>/<int:id>/draft/<entity:activity>", composing.draft),
    path("<entity:record>/<int:id>/cells/<slug:name>", editing.cell),
    path("<entity:record>/<int:id>/cells/<slug:name>/edit", editing.cell_editor),
    path("<entity:record>/<int:id>/grid/<slug:name>", cells.cell),
    path("<entity:record>/<int:id>/do/<slug:name>", acting.verb),
    path("<entity:record>/<int:id>/delete", acting.remove),
    path("<entity:record>/<int:id>/restore", acting.restore),
]
