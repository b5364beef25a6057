import pytest
from hypothesis import given
from hypothesis import strategies as st

from rapport.kit.email_address import normalise_domain, normalise_email, parse_email


@pytest.mark.parametrize(
    ("text", "address", "name"),
    [
        (" Ana.Ruiz@Example.COM ", "Ana.Ruiz@example.com", ""),
        ("Ana <ana@x.yz>", "ana@x.yz", "Ana"),
        ('"Ruiz, Ana" <ana@x.yz>', "ana@x.yz", "Ruiz, Ana"),
        ("mailto:ana@x.yz?subject=hi", "ana@x.yz", ""),
        ("<ana@x.yz>", "ana@x.yz", ""),
        ("ana@müller.de", "ana@xn--mller-kva.de", ""),
        ("ana+tag@x.co.uk.", "ana+tag@x.co.uk", ""),
        ("用户@例え.jp", "用户@xn--r8jz45g.jp", ""),
        ("o'brien@x.ie", "o'brien@x.ie", ""),
    ],
)
def test_reads_and_normalises(text: str, address: str, name: str) -> None:
    parsed = parse_email(text)
    assert (parsed.address, parsed.name) == (address, name)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "no e-mail"),
        ("ana", "no @"),
        ("@x.yz", "not one"),
        ("a@b@x.yz", "not one"),
        ("ana@localhost", "domain"),
        ("ana@x..yz", "domain"),
        ("ana@-x.yz", "domain"),
        ("ana@1.2.3.4", "domain"),
        (".ana@x.yz", "dot"),
        ("a..b@x.yz", "dot"),
        ("a b@x.yz", "character"),
        ("ana@x.yz, ben@x.yz", "not one"),
        ("a" * 65 + "@x.yz", "64"),
        ("a@" + ("b" * 60 + ".") * 5 + "yz", "domain"),
        ("x" * 2000, "254"),
    ],
)
def test_refuses_with_a_reason(text: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        normalise_email(text)


def test_key_ignores_case_and_domain_is_readable() -> None:
    assert parse_email("Ana@X.yz").key == parse_email("ana@x.YZ").key
    assert parse_email("ana@müller.de").readable == "ana@müller.de"
    assert normalise_domain("straße.de") == "xn--strae-oqa.de"


@given(st.text(max_size=80))
def test_twice_is_once(text: str) -> None:
    try:
        once = normalise_email(text)
    except ValueError:
        return
    assert normalise_email(once) == once
