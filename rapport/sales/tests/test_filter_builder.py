"""The filter builder: from a form to a condition and back, what its chips say, and what it refuses."""

import html
import json
import re
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client, RequestFactory

from rapport.platform.identity.models import User
from rapport.platform.identity.viewer import viewer_for
from rapport.records import registry, write
from rapport.records.pages.asked import asked
from rapport.records.pages.chips import chips_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def ana() -> User:
    return User.objects.create_user(email="ana@example.com", name="Ana Sales", role="administrator")


@pytest.fixture
def browser(ana) -> Client:
    client = Client()
    client.force_login(ana)
    return client


def build(browser: Client, status: int = 200, **form: object) -> str:
    """The builder as it answers a form; names have dots and dashes, so c_0__value stands for c-0.value."""
    names = {name.replace("__", ".").replace("_", "-") if name.startswith("c") else name: v for name, v in form.items()}
    response = browser.get("/deals/filter", {"c.join": "all", **names})
    assert response.status_code == status, response.content.decode()[:3000]
    return response.content.decode() if status != 302 else response["Location"]


def applied(browser: Client, **form: object) -> object:
    """The condition in the address of the list to which an applied form leads."""
    address = urlsplit(build(browser, 302, do="apply", **form))
    assert address.path == "/deals"
    return json.loads(parse_qs(address.query)["filter"][0])


def leaf(field, op, value=None):
    return {"field": field, "op": op} | ({} if value is None else {"value": value})


@pytest.mark.parametrize(
    ("form", "wanted"),
    [
        ({"field": "name", "op": "contains", "value": "desk"}, leaf("name", "contains", "desk")),
        ({"field": "name", "op": "any_of", "value": "a, b ,c"}, leaf("name", "any_of", ["a", "b", "c"])),
        ({"field": "name", "op": "is_empty"}, leaf("name", "is_empty")),
        ({"field": "amount", "op": "gte", "value": "5,000.50"}, leaf("amount", "gte", "5000.5")),
        ({"field": "amount", "op": "between", "value": ["1", "2"]}, leaf("amount", "between", ["1", "2"])),
        ({"field": "closes_on", "op": "within", "value": "this_quarter"}, leaf("closes_on", "within", "this_quarter")),
        (
            {"field": "closes_on", "op": "within", "value": "over", "number": "30", "unit": "days"},
            leaf("closes_on", "within", "over_30_days_ago"),
        ),
        (
            {"field": "closes_on", "op": "not_within", "value": "next", "number": "2", "unit": "weeks"},
            leaf("closes_on", "not_within", "next_2_weeks"),
        ),
        ({"field": "closes_on", "op": "overdue"}, leaf("closes_on", "overdue")),
        ({"field": "closes_on", "op": "lte", "value": "2026-01-31"}, leaf("closes_on", "lte", "2026-01-31")),
        ({"field": "owner", "op": "any_of", "value": ["me", "my_team"]}, leaf("owner", "any_of", ["me", "my_team"])),
        ({"field": "status", "op": "none_of", "value": ["won"]}, leaf("status", "none_of", ["won"])),
        (
            {"field": "organisation.country", "op": "any_of", "value": ["FR", "DE"]},
            leaf("organisation.country", "any_of", ["FR", "DE"]),
        ),
    ],
)
def test_a_line_becomes_a_condition_and_is_shown_as_it_was(browser, form, wanted):
    found = applied(browser, **{f"c_0__{name}": value for name, value in form.items()})
    assert found == {"all": [wanted]}
    shown = browser.get("/deals/filter", {"filter": json.dumps(found)}).content.decode()
    again = {}
    for name in ("field", "op", "unit"):
        if select := re.search(rf'<select [^>]*name="c-0\.{name}".*?</select>', shown, re.S):
            again[name] = re.search(r'value="([^"]*)" selected', select[0])[1]
    values = re.findall(r'name="c-0\.value" value="([^"]*)" checked', shown)
    values += re.findall(r'<input class="input[^>]*name="c-0\.value" value="([^"]*)"', shown)
    if select := re.search(r'<select [^>]*name="c-0\.value".*?</select>', shown, re.S):
        values += [re.search(r'value="([^"]*)" selected', select[0])[1]]
    if number := re.search(r'name="c-0\.number" value="(\d+)"', shown):
        again["number"] = number[1]
    if values:
        again["value"] = values
    assert applied(browser, **{f"c_0__{name}": value for name, value in again.items()}) == found


def test_groups_are_nested(browser):
    found = applied(
        browser,
        c_0__field="name", c_0__op="starts", c_0__value="A",
        c_1__join="any",
        c_1_0__field="status", c_1_0__op="any_of", c_1_0__value="won",
        c_1_1__join="all",
        c_1_1_0__field="amount", c_1_1_0__op="lt", c_1_1_0__value="5",
        c_1_1_1__field="owner", c_1_1_1__op="is_empty",
    )  # fmt: skip
    inner = {"all": [leaf("amount", "lt", "5"), leaf("owner", "is_empty")]}
    assert found == {"all": [leaf("name", "starts", "A"), {"any": [leaf("status", "any_of", ["won"]), inner]}]}
    assert applied(browser, **{"c.join": "any"}, c_0__field="name", c_0__op="is", c_0__value="x") == {
        "any": [leaf("name", "is", "x")]
    }


def test_lines_are_added_and_dropped(browser):
    page = build(browser, do="add:c")
    assert 'name="c-0.field"' in page and 'data-focus="c_0"' in page
    page = build(browser, do="group:c", c_0__field="name", c_0__op="is", c_0__value="x")
    assert 'name="c-1.join"' in page and 'name="c-1-0.field"' in page and 'name="c-0.value" value="x"' in page
    page = build(browser, do="drop:c-0", c_0__field="name", c_1__field="status")
    assert 'name="c-0.' not in page and 'name="c-1.field"' in page
    assert 'name="c-0.field"' in browser.get("/deals/filter").content.decode(), "an empty filter begins with a line"


def test_another_field_has_its_own_operators_and_no_old_value(browser):
    page = build(browser, c_0__field="closes_on", c_0__was="name", c_0__op="contains", c_0__value="desk")
    assert "is relative to today" in page and "desk" not in page and "is on or before" in page
    page = build(browser, c_0__field="amount", c_0__was="amount", c_0__op="between", c_0__value="7")
    assert page.count('name="c-0.value"') == 2 and 'value="7"' in page


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"field": "name", "op": "contains"}, "A value is needed"),
        ({"field": "amount", "op": "gte", "value": "much"}, "much"),
        ({"field": "amount", "op": "between", "value": "1"}, "Both values are needed"),
        ({"field": "closes_on", "op": "on", "value": "0900-01-01"}, "1000"),
        ({"field": "closes_on", "op": "within", "value": "last", "number": "0"}, "1 to 9999"),
    ],
)
def test_what_cannot_be_asked_is_said_beside_the_line_and_kept(browser, form, said):
    page = build(browser, 422, do="apply", **{f"c_0__{name}": value for name, value in form.items()})
    row = page[page.index("r-filter-row") :]
    assert said in html.unescape(row) and 'id="c_0-error"' in row
    if "value" in form:
        assert f'"{form["value"]}"' in row


def test_an_empty_line_asks_nothing(browser):
    assert applied(browser, c_0__field="") == {}
    assert applied(browser, c_0__field="", c_1__field="name", c_1__op="is_filled") == {
        "all": [leaf("name", "is_filled")]
    }
    assert applied(browser, c_0__field="no_such_field", c_0__op="is", c_0__value="1") == {}


def test_what_only_the_api_can_say_is_kept(browser):
    source = {"all": [{"not": leaf("name", "contains", "x")}, leaf("owner", "is", "me")]}
    page = browser.get("/deals/filter", {"filter": json.dumps(source)}).content.decode()
    raw = html.unescape(re.search(r'name="c-0\.raw" value="([^"]*)"', page)[1])
    assert applied(browser, c_0__raw=raw, c_1__field="owner", c_1__op="is_filled") == {
        "all": [source["all"][0], leaf("owner", "is_filled")]
    }
    build(browser, 422, do="apply", c_0__raw="{")


def test_it_says_how_many_match(browser, ana):
    for i in range(3):
        write.create(registry.get("deals"), {"name": f"Desk {i}"}, viewer=viewer_for(ana))
    assert "Show 3 matches" in build(browser)
    assert "Show 1 match" in build(browser, c_0__field="name", c_0__op="is", c_0__value="desk 1")
    part = browser.get(
        "/deals/filter", {"c.join": "all"}, headers={"HX-Request": "true", "HX-Target": "span#filter-count"}
    )
    assert part.content.decode().strip() == "Show 3 matches"


def test_applying_keeps_the_rest_of_the_look(browser):
    address = build(
        browser, 302, do="apply", c_0__field="name", c_0__op="is_filled", sort="-amount,name", q="desk", on="board"
    )
    parts = urlsplit(address)
    assert parts.path == "/deals/board" and parse_qs(parts.query)["sort"] == ["-amount,name"]
    assert parse_qs(parts.query)["q"] == ["desk"] and "on" not in parse_qs(parts.query)


def chips(user: User, source: object) -> list[dict]:
    request = RequestFactory().get("/deals", {"filter": json.dumps(source)})
    request.viewer = viewer_for(user)
    return chips_of(asked(request, registry.get("deals")))


def test_chips_are_in_words(ana):
    viewer = viewer_for(ana)
    acme = write.create(registry.get("organisations"), {"name": "Acme"}, viewer=viewer)
    asked_words = {
        "Organisation is Acme": leaf("organisation", "is", acme),
        "Organisation is any of Acme, (not shared with you)": leaf("organisation", "any_of", [acme, 999]),
        "Organisation: Country is Germany": leaf("organisation.country", "any_of", ["DE"]),
        "Value is between 1,000 and 2,500.5": leaf("amount", "between", ["1000", 2500.5]),
        "Expected close is in the last 30 days": leaf("closes_on", "within", "last_30_days"),
        "Expected close is not more than 1 week ago": leaf("closes_on", "not_within", "over_1_weeks_ago"),
        "Expected close is on or before 31 Jan 2026": leaf("closes_on", "lte", "2026-01-31"),
        "Expected close is overdue": leaf("closes_on", "overdue"),
        "Owner is any of me, my team": leaf("owner", "any_of", ["me", "my_team"]),
        "Status is not Won": leaf("status", "is_not", "won"),
        "Name does not contain x": leaf("name", "not_contains", "x"),
        "not (Name is not empty)": {"not": leaf("name", "is_filled")},
        "Name is a or (Status is Won and Owner is me)": {
            "any": [leaf("name", "is", "a"), {"all": [leaf("status", "is", "won"), leaf("owner", "is", "me")]}]
        },
    }
    for text, source in asked_words.items():
        assert [chip["text"] for chip in chips(ana, {"all": [source]})] == [text]


def test_a_chip_is_taken_away_alone(ana):
    one, two = leaf("name", "is", "a"), leaf("owner", "is", "me")
    first, second = chips(ana, {"all": [one, two]})
    assert json.loads(parse_qs(urlsplit(first["without"]).query)["filter"][0]) == {"all": [two]}
    assert json.loads(parse_qs(urlsplit(second["without"]).query)["filter"][0]) == {"all": [one]}
    (either,) = chips(ana, {"any": [one, two]})
    assert parse_qs(urlsplit(either["without"]).query)["filter"] == ["{}"] and either["word"] == "or"
    (alone,) = chips(ana, one)
    assert alone["text"] == "Name is a"


def test_every_operator_of_every_field_has_words_and_an_editor(browser, ana):
    from rapport.records.wording import _COMMON, _DAYS, operator_word

    words = {str(word) for word in (*_COMMON.values(), *_DAYS.values())}
    for record in registry.all_records():
        for one in record.fields_for().values():
            for op in one.operators():
                assert operator_word(one.kind, op) in words, (one.name, op)
    for name, one in registry.get("deals").fields_for().items():
        for op, shape in one.operators().items():
            page = build(browser, c_0__field=name, c_0__op=op)
            editors = re.findall(r'name="c-0\.value"[^>]*>', page)
            assert bool(editors) == (shape != "none") or one.kind == "tags", (name, op)


def test_who_may_not_see_the_entity_may_not_ask(ana):
    client = Client()
    assert client.get("/deals/filter").status_code == 302
