import time
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from babel.dates import format_date
from hypothesis import given
from hypothesis import strategies as st

from rapport.kit.dates import (
    DMY,
    FORMATS,
    MDY,
    NAMED,
    SERIAL,
    YMD,
    from_serial,
    infer_date_format,
    parse_date,
    parse_datetime,
)


@pytest.mark.parametrize(
    ("text", "form", "day"),
    [
        ("2026-01-31", YMD, date(2026, 1, 31)),
        ("20260131", YMD, date(2026, 1, 31)),
        ("2026/1/3", YMD, date(2026, 1, 3)),
        ("2026-01-31", DMY, date(2026, 1, 31)),
        ("31.1.2026", DMY, date(2026, 1, 31)),
        ("31/01/26", DMY, date(2026, 1, 31)),
        ("01/31/2026", MDY, date(2026, 1, 31)),
        ("10/20/69", MDY, date(1969, 10, 20)),
        ("3/1/2017", MDY, date(2017, 3, 1)),
        ("3. 1. 2017", DMY, date(2017, 1, 3)),
        ("31 January 2026", NAMED, date(2026, 1, 31)),
        ("January 31st, 2026", NAMED, date(2026, 1, 31)),
        ("31-Jan-26", NAMED, date(2026, 1, 31)),
        ("31. Januar 2026", NAMED, date(2026, 1, 31)),
        ("31 de enero de 2026", NAMED, date(2026, 1, 31)),
        ("1er août 2026", NAMED, date(2026, 8, 1)),
        ("Sat, 31 Jan 2026", NAMED, date(2026, 1, 31)),
        ("Mär 3, 2026", NAMED, date(2026, 3, 3)),
        ("31 Jan 2026", DMY, date(2026, 1, 31)),
        ("1996-07-04 00:00:00.000", YMD, date(1996, 7, 4)),
        ("46053", SERIAL, date(2026, 1, 31)),
        ("46053.0", SERIAL, date(2026, 1, 31)),
    ],
)
def test_reads(text: str, form: str, day: date) -> None:
    assert parse_date(text, form) == day
    assert type(parse_date(text, form)) is date


@pytest.mark.parametrize(
    ("text", "form", "reason"),
    [
        ("31/2/2026", DMY, "31 February 2026 does not exist"),
        ("2026-02-29", YMD, "29 February 2026 does not exist"),
        ("13/13/2026", DMY, "no month between"),
        ("10/20/2016", DMY, "no month between"),
        ("1/2/026", DMY, "no year"),
        ("1/2/2026", YMD, "four digits"),
        ("0000-01-01", YMD, "year 0"),
        ("", YMD, "no date"),
        ("soon", YMD, "not a date"),
        ("31 Foo 2026", NAMED, "not a date"),
        ("2026-01-31 10:30", YMD, "time of day"),
        ("2026-01-31 25:30", YMD, "no such hour"),
        ("60", SERIAL, "not the number of a day"),
        ("1-2/2026", DMY, "not a date"),
        ("9" * 100, YMD, "not a date"),
    ],
)
def test_refuses_with_the_reason(text: str, form: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        parse_date(text, form)


def test_times_are_kept_where_wanted() -> None:
    assert parse_date("2026-01-31 10:30", drop_time=True) == date(2026, 1, 31)
    assert parse_datetime("2026-01-31T10:30:05.5Z") == datetime(2026, 1, 31, 10, 30, 5, 500_000, tzinfo=UTC)
    assert parse_datetime("1/31/2026 1:05 PM", MDY).hour == 13
    assert parse_datetime("1/31/2026 12:05 am", MDY).hour == 0
    berlin = parse_datetime("2026-07-01 12:00", zone=ZoneInfo("Europe/Berlin"))
    assert berlin.astimezone(UTC).hour == 10
    assert parse_datetime("2026-07-01T12:00+0200").utcoffset() == timedelta(hours=2)
    assert from_serial(46053.5).hour == 12


@pytest.mark.parametrize(
    ("samples", "form", "candidates"),
    [
        (["2026-01-31", ""], YMD, (YMD,)),
        (["3/1/2017", "10/20/2016"], MDY, (MDY,)),
        (["3/1/2017", "20/10/2016"], DMY, (DMY,)),
        (["3/1/2017", "4/5/2016"], None, (DMY, MDY)),
        (["5/5/2017"], DMY, (DMY,)),
        (["1.2.2017", "31 Jan 2017", "31.1.2017"], DMY, (DMY,)),
        (["31 Jan 2017", "Feb 1, 2017"], NAMED, (NAMED,)),
        (["46053", "42000"], SERIAL, (SERIAL,)),
        (["1996", "2001"], None, ()),
        (["a", "b", "2026-01-01"], None, ()),
        ([], None, ()),
    ],
)
def test_a_column_decides(samples: list[str], form: str | None, candidates: tuple[str, ...]) -> None:
    guess = infer_date_format(samples)
    assert (guess.format, guess.candidates) == (form, candidates)
    assert guess.ambiguous == (len(candidates) > 1)


def test_misfits_are_counted_and_do_not_change_the_form() -> None:
    guess = infer_date_format(["10/20/2016", "1/2/2017", "2/31/2017", "x"])
    assert (guess.format, guess.fits, guess.total) == (MDY, 2, 4)


@given(st.dates(date(1970, 1, 1), date(2068, 12, 31)))
def test_what_is_written_comes_back(day: date) -> None:
    assert parse_date(day.isoformat()) == day
    assert parse_date(day.strftime("%d.%m.%Y"), DMY) == day
    assert parse_date(day.strftime("%m/%d/%y"), MDY) == day
    for locale in ("en", "en_GB", "de", "fr", "es"):
        assert parse_date(format_date(day, "long", locale), NAMED) == day
        assert parse_date(format_date(day, "full", locale), NAMED) == day


@given(st.text(max_size=30), st.sampled_from(FORMATS))
def test_any_text_is_a_date_or_a_refusal(text: str, form: str) -> None:
    try:
        day = parse_date(text, form)
    except ValueError:
        return
    assert parse_date(day.isoformat()) == day


def test_a_hostile_text_is_refused_at_once() -> None:
    start = time.perf_counter()
    for text in ("1 " * 29, "a" * 60, "1" * 60, "1-" * 30, "de " * 20, "1 jan " + " " * 50 + "x"):
        for form in FORMATS:
            with pytest.raises(ValueError):
                parse_date(text, form)
    assert time.perf_counter() - start < 0.5
