"""The keys of lists and of the panel beside them."""

from django.utils.translation import gettext_lazy as _

from rapport.platform.ui.shortcuts import Shortcut, register

register(
    Shortcut("rows.next", "j", _("Next row"), "list"),
    Shortcut("rows.previous", "k", _("Row before"), "list"),
    Shortcut("rows.mark", "x", _("Mark the row"), "list"),
    Shortcut("rows.mark_more", "shift+ArrowDown shift+ArrowUp", _("Mark several rows"), "list"),
    Shortcut("rows.mark_all", "mod+a", _("Mark all rows"), "list"),
    Shortcut("rows.edit", "e Enter F2", _("Edit the cell"), "list"),
    Shortcut("rows.move", "ArrowUp ArrowDown ArrowLeft ArrowRight", _("Go from cell to cell"), "list"),
    Shortcut("rows.cell", "Tab", _("Save and edit the next cell"), "list"),
    Shortcut("panel.open", "Space", _("Open beside the list"), "panel"),
    Shortcut("panel.next", "j mod+ArrowDown", _("Next record"), "panel"),
    Shortcut("panel.previous", "k mod+ArrowUp", _("Record before"), "panel"),
    Shortcut("panel.whole", "o", _("Open the whole page"), "panel"),
    Shortcut("board.go", "ArrowUp ArrowDown ArrowLeft ArrowRight", _("Go from card to card"), "board"),
    Shortcut("board.move", "shift+ArrowLeft shift+ArrowRight", _("Move the card to the next column"), "board"),
    Shortcut("board.open", "Enter", _("Open the card"), "board"),
)
