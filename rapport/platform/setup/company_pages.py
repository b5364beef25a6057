"""/settings/company: what the company says about itself."""

from typing import Any

from babel.dates import get_month_names
from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from rapport.kit.money import current_currencies
from rapport.kit.places import countries, country_name
from rapport.platform.access.pages import needs
from rapport.platform.setup.change_company import change_company
from rapport.platform.setup.company import company
from rapport.platform.setup.first_run_form import time_zones
from rapport.platform.ui.templatetags.ui import currency_label, locale


class CompanyForm(forms.Form):
    """The company's own row."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=150)
    street = forms.CharField(label=gettext_lazy("Street"), max_length=200, required=False)
    postal_code = forms.CharField(label=gettext_lazy("Postal code"), max_length=20, required=False)
    city = forms.CharField(label=gettext_lazy("City"), max_length=120, required=False)
    country = forms.ChoiceField(label=gettext_lazy("Country"))
    currency = forms.ChoiceField(
        label=gettext_lazy("Base currency"),
        help_text=gettext_lazy("Totals are in it. When it changes, exchange rates and totals are converted."),
    )
    time_zone = forms.ChoiceField(label=gettext_lazy("Time zone"))
    language = forms.ChoiceField(label=gettext_lazy("Language"), choices=settings.LANGUAGES)
    fiscal_year_starts = forms.TypedChoiceField(label=gettext_lazy("Financial year begins in"), coerce=int)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        language = (get_language() or "en").split("-")[0]
        named = sorted((country_name(code, language), code) for code in countries())
        choices = {
            "country": [(code, name) for name, code in named],
            "currency": [(code, currency_label(code)) for code in current_currencies()],
            "time_zone": [(zone, zone.replace("_", " ")) for zone in time_zones()],
            "fiscal_year_starts": list(get_month_names("wide", "stand-alone", locale()).items()),
        }
        for name, found in choices.items():
            self.fields[name].choices = found  # type: ignore[attr-defined]


@never_cache
@needs("settings", "edit")
def company_page(request: HttpRequest) -> HttpResponse:
    """Shows the form, and saves it."""
    ours = company()
    form = CompanyForm(request.POST or None, initial={name: getattr(ours, name) for name in CompanyForm.base_fields})
    if request.method != "POST":
        return render(request, "setup/company.html", {"form": form})
    if form.is_valid():
        try:
            change_company(request.viewer, form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
    if form.errors:
        return render(request, "setup/company.html", {"form": form}, status=422)
    messages.success(request, _("Saved."))
    return HttpResponseRedirect("/settings/company")
