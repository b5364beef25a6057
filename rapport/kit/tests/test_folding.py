import pytest

from rapport.kit.folding import fold_text


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Müller & Söhne", "muller & sohne"),
        ("ŁÓDŹ", "lodz"),
        ("Straße", "strasse"),
        ("Ærø", "aero"),
        ("“Quote” – dash", '"quote" - dash'),
        ("Άλφα", "αλφα"),
        ("Йод", "йод"),
        ("ガス", "ガス"),
        ("plain", "plain"),
        ("", ""),
    ],
)
def test_case_and_accents_do_not_count(text: str, folded: str) -> None:
    assert fold_text(text) == folded
