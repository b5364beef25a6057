import random

import phonenumbers
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rapport.kit.phones import Phone, digits, parse_phone, plain_e164, search_digits


@pytest.mark.parametrize(
    ("text", "country", "e164"),
    [
        ("030-0074321", "DE", "+49300074321"),
        ("(171) 555-7788", "GB", "+441715557788"),
        ("(206) 555-9857", "US", "+12065559857"),
        ("0921-12 34 65", "SE", "+46921123465"),
        ("011-4988260", "IT", "+390114988260"),
        ("(1) 42.34.22.66", "FR", "+33142342266"),
        ("+44 (0)171 555 7788", "", "+441715557788"),
        ("0044 171 555 7788", "", "+441715557788"),
        ("0049 30 0074321", "FR", "+49300074321"),
        ("+1 206 555 9857", "DE", "+12065559857"),
        ("0171 5551234", "de", "+491715551234"),
    ],
)
def test_reads_national_and_international_forms(text: str, country: str, e164: str) -> None:
    assert parse_phone(text, country).e164 == e164


def test_what_cannot_be_dialled_is_kept_as_written() -> None:
    mexican = parse_phone(" (5) 555-4729 ", "MX")
    assert (mexican.raw, mexican.e164, mexican.valid, mexican.country) == ("(5) 555-4729", "", False, "MX")
    assert mexican.stored == "(5) 555-4729"
    assert mexican.problem


def test_a_number_outside_the_plan_is_dialable_but_not_valid() -> None:
    phone = parse_phone("(171) 555-7788", "GB")
    assert phone.e164 and not phone.valid and phone.problem


def test_kind_and_extension() -> None:
    assert parse_phone("+491715551234").kind == "mobile"
    assert parse_phone("+49300074321").kind == "fixed"
    assert parse_phone("+12065559857").kind == "fixed_or_mobile"
    phone = parse_phone("(206) 555-9857 ext. 5467", "US")
    assert (phone.e164, phone.extension) == ("+12065559857", "5467")
    assert phone.format("US") == "(206) 555-9857 ext. 5467"
    assert phone.format("DE") == "+1 206-555-9857 ext. 5467"


@pytest.mark.parametrize(
    "text", ["", "   ", "n/a", "ask Ana", "+", "++49", "0", "1" * 70, "\x00", "🙂", "+999123456789"]
)
def test_garbage_never_raises_and_is_never_lost(text: str) -> None:
    phone = parse_phone(text, "DE")
    assert not phone.valid and phone.problem and phone.raw == text.strip() and phone.stored == text.strip()


@given(st.text(max_size=40), st.sampled_from(["", "DE", "US", "XX", "MX"]))
def test_any_text_gives_a_phone(text: str, country: str) -> None:
    assert isinstance(parse_phone(text, country), Phone)


def test_agrees_with_the_library_on_examples_of_every_country() -> None:
    picks = random.Random(7)
    for region in sorted(phonenumbers.SUPPORTED_REGIONS):
        example = phonenumbers.example_number(region)
        if example is None:
            continue
        base = phonenumbers.format_number(example, phonenumbers.PhoneNumberFormat.E164)
        for text in (base, base[:-2] + f"{picks.randrange(100):02}", base[:-4] + f"{picks.randrange(10_000):04}"):
            number = phonenumbers.parse(text)
            phone = parse_phone(text)
            assert phone.valid == phonenumbers.is_valid_number(number), text
            assert plain_e164(text) == (text if phone.valid and phone.e164 == text else ""), text
            written = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL)
            spaced = parse_phone(written)
            assert (spaced.e164, spaced.valid) == (parse_phone(text).e164, phone.valid), written
            assert plain_e164(written) in ("", spaced.valid and spaced.e164), written
            if phone.valid:
                assert phone.country == phonenumbers.region_code_for_number(number), text
                e164 = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
                assert phone.e164 == e164


@settings(max_examples=50)
@given(st.from_regex(r"\+(49|1|44|39|7|33|52|599)[0-9]{5,11}", fullmatch=True))
def test_agrees_with_the_library_on_random_numbers(text: str) -> None:
    phone = parse_phone(text)
    assert plain_e164(text) == (text if phone.valid and phone.e164 == text else "")
    try:
        number = phonenumbers.parse(text)
    except phonenumbers.NumberParseException:
        assert not phone.valid
        return
    assert phone.valid == phonenumbers.is_valid_number(number)


def test_digits_for_searching() -> None:
    assert digits("+49 (0)30-00 ٧") == "490300" + "07"
    stored = digits(parse_phone("0171 555 1234", "DE").e164)
    for typed in ("0171 555", "171-5551234", "+49 (0)171 555", "0049 171", "555 12"):
        assert search_digits(typed) in stored
