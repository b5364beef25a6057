"""What the functions of the database make of a row for the search."""

import orjson
import pytest
from django.db import connection

pytestmark = pytest.mark.django_db

LISTS = (
    None, [], [{}], [{"address": "a@x.de"}], [{"address": None}], [{"other": 1}], ["a@x.de"], [None], [7], [["a"]],
    [{"address": 5}], [{"address": {"b": 1}}], [{"address": "a"}, {"address": "b"}], [{"address": "a"}, {}, "c", {"address": "d"}],
)  # fmt: skip


@pytest.mark.parametrize("points", LISTS, ids=repr)
def test_the_short_way_for_one_point_says_what_the_long_one_says(points: list | None) -> None:
    told = None if points is None else orjson.dumps(points).decode()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT rapport_points(%s::jsonb, 'address'), rapport_points_of_many(%s::jsonb, 'address')", [told, told]
        )
        short, long = cursor.fetchone()
    assert short == long


def test_folding_is_without_case_and_accents() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT rapport_fold('ÀÉÎ Straße ŁÓDŹ 東京'), rapport_fold(''), rapport_fold(NULL)")
        assert cursor.fetchone() == ("aei strasse lodz 東京", "", None)
