"""What the layout needs on every page, computed only when a template asks for it."""

from django.http import HttpRequest
from django.utils.functional import cached_property
from django.utils.translation import get_language_info

from rapport.platform.setup.company import company
from rapport.platform.ui import navigation, shortcuts
from rapport.platform.ui.bell import bell
from rapport.platform.ui.watchers import watchers

THEME_COOKIE = "rapport_theme"
SIDEBAR_COOKIE = "rapport_sidebar"


class Shell:
    """The frame around a page. Attributes are lazy, because fragments render without the frame."""

    def __init__(self, request: HttpRequest):
        self.request = request

    @cached_property
    def sections(self) -> list[dict]:
        """The sidebar's sections with their entries; sections without entries are left out."""
        found = [
            {"key": key, "label": label, "entries": navigation.entries(self.request, key)}
            for key, label in navigation.SECTIONS.items()
            if key != "settings"
        ]
        links = navigation.below(self.request) if self.user else {}
        here = self.request.get_full_path()
        for section in found:
            for entry in section["entries"]:
                entry["below"] = [{**link, "current": link["url"] == here} for link in links.get(entry["key"], [])]
        return [section for section in found if section["entries"]]

    @cached_property
    def settings(self) -> list[dict]:
        """The groups of the settings with their entries; groups without entries are left out."""
        found = navigation.entries(self.request, "settings")
        groups = [
            {"key": key, "label": label, "entries": [entry for entry in found if entry["group"] == key]}
            for key, label in navigation.GROUPS.items()
        ]
        return [group for group in groups if group["entries"]]

    @cached_property
    def in_settings(self) -> bool:
        """Whether this page belongs to the settings, so that their list stands beside it."""
        return any(entry["current"] for group in self.settings for entry in group["entries"])

    @cached_property
    def primary(self) -> list[dict]:
        """The entry for the work of the day beside home, for the bar at the foot of a phone's screen."""
        entries = {entry["key"]: entry for section in self.sections for entry in section["entries"]}
        return [entries[key] for key in ("tasks", "deals") if key in entries][:1]

    @cached_property
    def user(self):
        user = getattr(self.request, "user", None)
        return user if user is not None and user.is_authenticated else None

    @cached_property
    def company(self) -> str:
        """The company's name as the first-run page was given it, else the program's."""
        if getattr(self.request, "is_without_database", False):
            return "Rapport"
        return company().name or "Rapport"

    @cached_property
    def theme(self) -> str:
        """ "light", "dark", or "" to follow the system: the user's own, or what this browser had last at the door."""
        theme = self.user.theme if self.user else self.request.COOKIES.get(THEME_COOKIE, "")
        return theme if theme in ("light", "dark") else ""

    @cached_property
    def sidebar_folded(self) -> bool:
        return self.request.COOKIES.get(SIDEBAR_COOKIE) == "folded"

    @cached_property
    def watchers(self) -> list[dict[str, str]]:
        return watchers(self.request) if self.user else []

    @cached_property
    def bell(self) -> dict[str, object] | None:
        """How many notifications wait, and the topic that says when there are others; None for nobody."""
        return bell(self.request) if self.user else None

    @cached_property
    def live(self) -> str:
        """The address of the stream of changes, for signed-in users; see rapport.platform.live."""
        return "/live" if self.user else ""

    @cached_property
    def since(self) -> int:
        """When the request came, in milliseconds: what the page shows is at least as new. 0 where no stream will ask."""
        return int(1000 * self.request.META.get("rapport.began", 0))

    @cached_property
    def shortcut_keys(self) -> str:
        """Which key does what, for the scripts."""
        return shortcuts.keys_for_scripts()

    @cached_property
    def language(self) -> str:
        return getattr(self.request, "LANGUAGE_CODE", "en-gb")

    @cached_property
    def direction(self) -> str:
        return "rtl" if get_language_info(self.language)["bidi"] else "ltr"


def shell(request: HttpRequest) -> dict:
    """Context processor: `shell` in every template."""
    return {"shell": Shell(request)}
