"""Nothing lies above itself, and nobody deletes what they have not seen."""

import pytest
from django.test import Client

from rapport.platform.identity.models import User
from rapport.platform.identity.tokens import make_token
from rapport.platform.identity.viewer import viewer_for
from rapport.records import registry, write
from rapport.records.errors import InvalidFields

pytestmark = pytest.mark.django_db


@pytest.fixture
def adam() -> User:
    return User.objects.create_user(email="adam@example.com", name="Adam", role="administrator")


@pytest.mark.parametrize("entity", ["teams", "organisations", "product-categories"])
def test_no_parent_below_its_child(adam: User, entity: str) -> None:
    record, viewer = registry.get(entity), viewer_for(adam)
    top = write.create(record, {"name": "Top"}, viewer=viewer)
    middle = write.create(record, {"name": "Middle", "parent": top}, viewer=viewer)
    below = write.create(record, {"name": "Below", "parent": middle}, viewer=viewer)
    for pk, parent in ((top, top), (top, below), (middle, below)):
        with pytest.raises(InvalidFields) as refused:
            write.change(record, pk, {"parent": parent}, viewer=viewer)
        assert list(refused.value.errors) == ["parent"]
    write.change(record, below, {"parent": top}, viewer=viewer)


def test_versions_of_the_future_and_of_the_past(adam: User) -> None:
    people, viewer = registry.get("people"), viewer_for(adam)
    pk = write.create(people, {"name": "Ana Ruiz"}, viewer=viewer)
    api = Client(headers={"authorization": f"Bearer {make_token(adam, name='test')}"})
    address = f"/api/v1/people/{pk}"
    answer = api.patch(address, {"job_title": "Buyer"}, content_type="application/json", headers={"If-Match": "99"})
    assert answer.status_code == 422 and answer.json()["errors"][0]["field"] == "If-Match"
    write.change(people, pk, {"job_title": "Buyer"}, viewer=viewer)
    assert api.delete(address, headers={"If-Match": "1"}).status_code == 409
    assert api.delete(address, headers={"If-Match": "2"}).status_code == 204
