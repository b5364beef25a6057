"""The form of the first-run page."""

from functools import cache
from typing import cast
from zoneinfo import available_timezones

from django import forms
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from rapport.kit.money import current_currencies
from rapport.kit.places import countries, country_name
from rapport.platform.identity.models import User
from rapport.platform.setup.first_run import Beginning, check_code
from rapport.platform.ui.templatetags.ui import currency_label


class FirstRunForm(forms.Form):
    """Validates what the first-run page asks for; `with_code` adds the set-up code."""

    name = forms.CharField(label=_("Your name"), max_length=150)
    email = forms.EmailField(label=_("Your e-mail"), max_length=254)
    password = forms.CharField(label=_("Password"), max_length=128, strip=False)
    company = forms.CharField(label=_("Company"), max_length=150)
    country = forms.ChoiceField(label=_("Country"))
    currency = forms.ChoiceField(label=_("Currency"))
    time_zone = forms.ChoiceField(label=_("Time zone"))
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
    code = forms.CharField(label=_("Set-up code"), max_length=40, required=False)

    def __init__(self, *args, with_code: bool, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.with_code = with_code
        language = (get_language() or "en").split("-")[0]
        named = sorted((country_name(code, language), code) for code in countries())
        choices = {
            "country": [(code, name) for name, code in named],
            "currency": [(code, currency_label(code)) for code in current_currencies()],
            "time_zone": [(zone, zone.replace("_", " ")) for zone in time_zones()],
        }
        for field, options in choices.items():
            cast(forms.ChoiceField, self.fields[field]).choices = options

    def clean_code(self) -> str:
        if self.with_code:
            check_code(self.cleaned_data["code"])
        return self.cleaned_data["code"]

    def clean_password(self) -> str:
        user = User(name=self.cleaned_data.get("name", ""), email=self.cleaned_data.get("email", ""))
        validate_password(self.cleaned_data["password"], user)
        return self.cleaned_data["password"]

    def beginning(self) -> Beginning:
        """What was asked for, once the form is valid."""
        return Beginning(**{key: value for key, value in self.cleaned_data.items() if key != "code"})


@cache
def time_zones() -> list[str]:
    """The zones that people know by a place, and UTC."""
    places = ("Africa", "America", "Antarctica", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific")
    return ["UTC", *sorted(zone for zone in available_timezones() if zone.split("/")[0] in places)]
