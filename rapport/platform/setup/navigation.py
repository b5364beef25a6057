"""What setup adds to the settings: the company, and how the instance is."""

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from rapport.platform.ui import navigation


def _administrator(request: HttpRequest) -> bool:
    return request.viewer is not None and request.viewer.role_key == "administrator"


def _may_set(request: HttpRequest) -> bool:
    # Imported late: the gate's models are not there yet when the apps start.
    from rapport.platform.access.gate import scope

    return scope(request.viewer, "settings", "edit") != "none"


navigation.register(
    navigation.Entry(
        "company",
        _("Company"),
        "/settings/company",
        "building-2",
        1,
        "settings",
        visible=_may_set,
        group="company",
        hint=_("Its name, address, base currency, language and time zone."),
        words=_("workspace, organisation, firm, business, general, branding"),
        topics=(
            navigation.Topic(_("Address"), "/settings/company#street", _("street, city, postal code, location")),
            navigation.Topic(
                _("Base currency"), "/settings/company#currency", _("money, totals, euro, dollar, exchange")
            ),
            navigation.Topic(
                _("Language of the company"), "/settings/company#language", _("locale, translation, default")
            ),
            navigation.Topic(_("Time zone of the company"), "/settings/company#time_zone", _("clock, hours, default")),
            navigation.Topic(
                _("Financial year"), "/settings/company#fiscal_year_starts", _("fiscal year, quarter, budget, month")
            ),
        ),
    )
)
navigation.register(
    navigation.Entry(
        "health",
        _("Health"),
        "/settings/health",
        "heart-pulse",
        10,
        "settings",
        visible=_administrator,
        group="system",
        hint=_("Whether every part of this instance works."),
        words=_("status, monitoring, database, worker, processes, disk, uptime, check"),
    )
)
navigation.register(
    navigation.Entry(
        "jobs",
        _("Jobs"),
        "/settings/jobs",
        "list-checks",
        20,
        "settings",
        visible=_administrator,
        group="system",
        hint=_("What runs in the background, and what failed."),
        words=_("queue, background, tasks, worker, retry, errors, failed"),
    )
)
