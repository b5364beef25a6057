"""The people of the tests, each with a token: an owner, a colleague, a manager, a stranger, a reader, an administrator."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import orjson
from django.test import Client
from django.utils import timezone

from rapport.platform.access.models import Role
from rapport.platform.identity.models import ApiToken, Team, User
from rapport.platform.identity.tokens import digest
from rapport.platform.identity.viewer import Viewer, viewer_for

# name -> (role, team); Dora's account is switched off after she got her token.
PEOPLE = {
    "ana": ("member", "A"),
    "ben": ("member", "A"),
    "mia": ("manager", "Region"),
    "cleo": ("member", "B"),
    "rita": ("read_only", "A"),
    "adam": ("administrator", None),
    "dora": ("member", "A"),
}
NOBODY = "nobody"


class Answer:
    """What the API answered."""

    def __init__(self, response: Any) -> None:
        self.status, self.headers, self.content = response.status_code, response.headers, response.content

    @property
    def json(self) -> Any:
        return orjson.loads(self.content)

    @property
    def blamed(self) -> set[str]:
        """The fields that a problem document names."""
        return {one["field"] for one in self.json.get("errors", [])}

    def __repr__(self) -> str:
        return f"<{self.status} {self.content[:300]!r}>"


@dataclass
class Cast:
    """Everybody, by first name, and what they can do: call the API."""

    users: dict[str, User]
    tokens: dict[str, str]
    teams: dict[str, Team]
    client: Client = field(default_factory=Client)

    def __getattr__(self, name: str) -> User:
        try:
            return self.users[name]
        except KeyError:
            raise AttributeError(name) from None

    def viewer(self, name: str) -> Viewer:
        """A fresh viewer, as a request would have."""
        return viewer_for(User.objects.select_related("role").get(pk=self.users[name].pk), source="api")

    def call(
        self, name: str, method: str, path: str, body: Any = None, query: dict[str, Any] | None = None, **headers: str
    ) -> Answer:
        """Calls /api/v1<path> as that person, or as nobody. `body` is JSON, or bytes to be sent as they are."""
        known = {key.replace("_", "-"): value for key, value in headers.items()}
        if name != NOBODY:
            known["Authorization"] = f"Bearer {self.tokens[name]}"
        content = b"" if body is None else body if isinstance(body, bytes) else orjson.dumps(body)
        return Answer(
            self.client.generic(
                method, f"/api/v1{path}", content, "application/json", headers=known, query_params=query or {}
            )
        )


def make_cast() -> Cast:
    """Writes the teams and everybody in them."""
    region = Team.objects.create(name="Region")
    teams = {"Region": region} | {name: Team.objects.create(name=name, parent=region) for name in ("A", "B")}
    roles = {role.key: role for role in Role.objects.all()}
    made = User.objects.bulk_create(
        User(name=name.title(), email=f"{name}@example.test", role=roles[role], team=teams.get(team or ""))
        for name, (role, team) in PEOPLE.items()
    )
    users = dict(zip(PEOPLE, made, strict=True))
    Team.objects.filter(pk=region.pk).update(manager=users["mia"])
    tokens = {name: f"rap_test_{name}" for name in users}
    ApiToken.objects.bulk_create(
        ApiToken(user=user, name="tests", digest=digest(tokens[name]), hint="rap_test", last_used_at=timezone.now())
        for name, user in users.items()
    )
    User.objects.filter(pk=users["dora"].pk).update(is_active=False)
    return Cast(users, tokens, teams)
