"""Currency signs of letters from right to left."""

from django.utils import translation

from rapport.platform.ui.templatetags.ui import money


def test_the_sign_of_letters_is_not_turned_round_in_arabic():
    with translation.override("ar"):
        assert "US$\u200e" in money("352269.40", "USD")
        assert "US$\u200e" in money("352269.40", "USD", short=True)
        assert "\u200e" not in money("5", "EUR")
    with translation.override("de"):
        assert "\u200e" not in money("352269.40", "USD")
