"""No visible text escapes translation: every page that can be reached is shown in a made-up language."""

import re
from datetime import date
from urllib.parse import parse_qsl, urljoin, urlsplit

import pytest
from django.db import connection
from django.test import Client
from django.urls import get_resolver
from django.utils.translation import trans_real

from rapport.config.simulate.conductor import simulate
from rapport.platform.identity.models import User
from rapport.platform.setup.company import forget
from rapport.platform.setup.models import Company
from rapport.records import registry
from rapport.records.fields import LongText, Text
from rapport.records.fields.points import Addresses
from tests import pseudo
from tests.test_pages import addresses

LATIN = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
GREEK = "αβγδεζηθικλμνξοπρστυφχψωςαΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩΣΑ"
MORE = (
    "/new",
    "/menu",
    "/exports",
    "/settings/jobs",
    "/settings?q=a",
    "/people?q=qqqq",
    "/palette?q=a",
    "/imports/new",
)
# Answers that are no pages, and the reference of the API, whose words are those of the programs.
LEFT_OUT = re.compile(r"^/(api/|static/|files/|sign-out|live|healthz|readyz)|\.(csv|xlsx|json)$|^/undo/")
MOST = 700

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]


def forget_languages():
    """Django keeps what it found out about the languages for the life of the process."""
    for cached in vars(trans_real).values():
        if hasattr(cached, "cache_clear"):
            cached.cache_clear()


@pytest.fixture
def pseudo_language(settings, tmp_path):
    """Switches the made-up language on."""
    # Forms take the list of the languages when they are loaded, and must not keep this one.
    assert get_resolver().url_patterns
    pseudo.write_catalogue(tmp_path)
    forget_languages()
    settings.LANGUAGES = [*settings.LANGUAGES, (pseudo.LANGUAGE, "English (Australia)")]
    settings.LOCALE_PATHS = [tmp_path]
    yield
    forget_languages()


def write_in_greek():
    """Every text that people typed gets Greek letters, so that Latin ones can only be ours."""
    with connection.cursor() as cursor:
        for record in registry.all_records():
            for field in record.fields:
                column, table = field.column, record.table
                if type(field) in (Text, LongText) and field.name not in ("currency",):
                    cursor.execute(
                        f'UPDATE "{table}" SET "{column}" = translate("{column}", %s, %s) WHERE "{column}" ~ \'[A-Za-z]\'',
                        [LATIN, GREEK],
                    )
                elif isinstance(field, Addresses):
                    cursor.execute(f'UPDATE "{table}" SET "{column}" = \'[]\'')
        Company.objects.get_or_create(pk=1)
        for table in ("access_role", "setup_company"):
            cursor.execute(f"UPDATE {table} SET name = translate(name, %s, %s)", [LATIN, GREEK])
        forget()
        # What was there before is told in the history.
        cursor.execute("DELETE FROM journal_entry")


def pattern(address: str) -> str:
    """Addresses that differ in numbers and values alone show the same kind of page."""
    parts = urlsplit(address)
    return re.sub(r"\d+", "N", parts.path) + "?" + ",".join(sorted(k for k, _v in parse_qsl(parts.query)))


def crawl(client: Client, first: list[str]):
    """(address, its escaped texts) of every kind of page that can be reached from the first ones."""
    waiting, seen = [(address, False) for address in first], set()
    while waiting and len(seen) < MOST:
        address, by_htmx = waiting.pop(0)
        kind = pattern(address)
        if kind in seen or LEFT_OUT.search(urlsplit(address).path):
            continue
        seen.add(kind)
        answer = client.get(address, headers={"HX-Request": "true"} if by_htmx else {})
        if answer.streaming or not answer.headers.get("Content-Type", "").startswith("text/html"):
            continue
        assert answer.status_code < 500, address
        texts, links = pseudo.escapes(answer.content.decode())
        yield address, texts
        waiting += [(urljoin(address, link), htmx) for link, htmx in links]


@pytest.mark.django_db
def test_no_visible_text_escapes_translation(pseudo_language):
    simulate(people=40, years=1, seed=3, today=date(2026, 6, 1))
    write_in_greek()
    ana = User.objects.create_user(email="ana@example.com", name="Ανα", role="administrator", language=pseudo.LANGUAGE)
    client = Client()
    client.force_login(ana)
    wrong = {}
    for address, texts in crawl(client, [*addresses(), *MORE]):
        for text in texts:
            wrong.setdefault(text, address)
    assert not wrong, "\n".join(f"{address}: {text}" for text, address in sorted(wrong.items(), key=lambda w: w[1]))


@pytest.mark.django_db
def test_before_anybody_is_there_no_text_escapes(pseudo_language):
    client = Client(headers={"Accept-Language": pseudo.LANGUAGE})
    texts, _links = pseudo.escapes(client.get("/welcome").content.decode())
    assert [t for t in texts if "My company" not in t] == []
    User.objects.create_user(email="ana@example.com", name="Ανα", role="administrator")
    for address in ("/sign-in", "/sign-in/link/nonsense"):
        texts, _links = pseudo.escapes(client.get(address).content.decode())
        assert [t for t in texts if "My company" not in t] == [], address


@pytest.mark.parametrize(
    ("html", "found"),
    [
        ("<p>Good morning</p>", 1),
        ("<p>⟦Good <b>morning</b>⟧</p>", 0),
        ("<p>⟦Good⟧ morning</p>", 1),
        ('<p title="Good morning"></p>', 1),
        ('<input placeholder="⟦Search⟧" aria-label="Search">', 1),
        ("<p>Καλημέρα 12</p><code>SELECT</code><time>Monday</time>", 0),
        ('<option value="1">Sales</option>', 1),
        ("<p>SEK 40,000.00 · a.b@example.com</p>", 0),
    ],
)
def test_the_check_itself(html, found):
    assert len(pseudo.escapes(html)[0]) == found
