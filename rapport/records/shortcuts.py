"""The keys of lists and of the panel beside them."""

from django.utils.translation import gettext_lazy as _

from rapport.platform.ui.shortcuts import Shortcut, register

register(
    Shortcut("rows.next", "j ArrowDown", _("Next row"), "list"),
    Shortcut("rows.previous", "k ArrowUp", _("Row before"), "list"),
    Shortcut("rows.mark", "x", _("Mark the row"), "list"),
    Shortcut("rows.edit", "e", _("Edit the row"), "list"),
    Shortcut("panel.open", "Space", _("Open beside the list"), "panel"),
    Shortcut("panel.next", "j mod+ArrowDown", _("Next record"), "panel"),
    Shortcut("panel.previous", "k mod+ArrowUp", _("Record before"), "panel"),
)
