"""The catalogues say what the source says, and people see their own language."""

import re

import pytest
from django.conf import settings
from django.test import Client
from django.utils import translation

from rapport.platform.identity.models import User
from tests.said import said_plainly
from tests.said import untranslated as untranslated_in_python
from tests.translations import LANGUAGES, ROOT, catalogue, template, untranslated

HOLES = re.compile(r"%\(\w+\)[sd]|\{\w*\}")


@pytest.fixture
def ana(db):
    user = User.objects.create_user(email="ana@example.com", name="Ana Sales", role="administrator")
    client = Client()
    client.force_login(user)
    return client, user


def test_the_catalogues_are_those_of_the_settings():
    assert ["en-gb", *LANGUAGES] == [code for code, _name in settings.LANGUAGES]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_catalogue_has_every_text_of_the_source_translated(language):
    """When this fails: bin/translations, then fill what is empty (docs/contributors/languages.md)."""
    kept = {(str(m.id), m.context) for m in catalogue(language) if m.id}
    wanted = {(str(m.id), m.context) for m in template() if m.id}
    assert wanted - kept == set(), "texts that the catalogue does not have"
    assert untranslated(catalogue(language)) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_translation_has_the_holes_of_its_text(language):
    wrong = []
    for message in catalogue(language):
        if not message.id:
            continue
        texts = list(message.id) if message.pluralizable else [message.id]
        forms = list(message.string) if message.pluralizable else [message.string]
        wanted, known = sorted(HOLES.findall(texts[-1])), set(HOLES.findall(" ".join(texts)))
        for place, form in enumerate(forms):
            found = HOLES.findall(form)
            # A form for none, one or two may say the number as a word; that for many may not.
            whole = place == len(forms) - 1
            if form and (sorted(found) != wanted if whole else not set(found) <= known):
                wrong.append((message.id, form))
    assert wrong == []


@pytest.mark.parametrize(
    ("language", "direction", "title"),
    [
        ("de", "ltr", "Personen"),
        ("fr", "ltr", "Personnes"),
        ("es", "ltr", "Personas"),
        ("ar", "rtl", "الأشخاص"),
        ("", "ltr", "People"),
    ],
)
def test_users_see_their_own_language(ana, language, direction, title):
    client, user = ana
    User.objects.filter(pk=user.pk).update(language=language)
    shown = client.get("/people").content.decode()
    assert f'<html lang="{language or "en-gb"}" dir="{direction}"' in shown
    assert f"<title>{title}" in shown


@pytest.mark.parametrize(
    ("asked", "language", "text"),
    [
        ("de-AT,en;q=0.5", "de", "Anmelden"),
        ("ar-EG", "ar", "تسجيل الدخول"),
        ("ja", "en-gb", "Sign in"),
        ("", "en-gb", "Sign in"),
    ],
)
def test_the_sign_in_page_speaks_as_the_browser_asks(ana, asked, language, text):
    shown = Client(headers={"Accept-Language": asked}).get("/sign-in").content.decode()
    assert f'<html lang="{language}"' in shown and text in shown


@pytest.mark.parametrize(
    ("n", "text"),
    [(0, "لا صفقات"), (1, "صفقة واحدة"), (2, "صفقتان"), (7, "7 صفقات"), (42, "42 صفقة"), (200, "200 صفقة")],
)
def test_arabic_counts_in_six_forms(n, text):
    with translation.override("ar"):
        assert translation.ngettext("%(n)s deal", "%(n)s deals", n) % {"n": n} == text


def test_python_says_nothing_past_the_catalogues():
    assert untranslated_in_python(ROOT) == []


@pytest.mark.parametrize(
    ("bad", "good"),
    [
        ('messages.success(request, "It is saved.")', 'messages.success(request, _("It is saved."))'),
        ('raise Refused("You may not do this.")', 'raise Refused(_("You may not do this."))'),
        (
            'raise InvalidFields({"name": f"Not {n} of them."})',
            'raise InvalidFields({"name": _("Not %s of them.") % n})',
        ),
        ('Text("name", label="First name")', 'Text("name", label=_("First name"))'),
    ],
)
def test_what_python_says_plainly_is_found(bad, good):
    assert list(said_plainly(bad)) and not list(said_plainly(good))
