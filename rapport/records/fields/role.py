from typing import Any

from django.utils.translation import gettext as _

from rapport.platform.access.gate import Rule
from rapport.platform.access.models import Role
from rapport.records.errors import Invalid
from rapport.records.fields.base import Context
from rapport.records.fields.choices import Choice
from rapport.records.operators import compare


class RoleField(Choice):
    """A user's role, by its key. Kept as the role's id."""

    nullable = True

    def __init__(self, name: str, label: Any = None, **more: Any) -> None:
        super().__init__(
            name,
            lambda: list(Role.objects.values_list("key", "name").order_by("pk")),
            label,
            column=f"{name}_id",
            **more,
        )

    def select(self, alias: str) -> list[str]:
        return [f'(SELECT key FROM access_role role WHERE role.id = {alias}."{self.column}")']  # noqa: S608

    def clean(self, value: Any, context: Context) -> dict[str, Any]:
        if self.empty(value):
            raise Invalid(_("This field is needed."), value)
        key = super().clean(value, context)[self.column]
        if key == "administrator" and context.viewer.role_key != "administrator":
            raise Invalid(_("Only an administrator may make another one."), value)
        return {self.column: Role.objects.get(key=key).pk}

    def where(self, alias: str, op: str, value: Any, context: Context) -> Rule:
        return compare("choice", f"({self.select(alias)[0]})", op, self.keys(op, value), context)

    def keys(self, op: str, value: Any) -> Any:
        """The keys that a condition asks for. Raises Invalid."""
        if op in ("is_empty", "is_filled"):
            return None
        found = [self.key_of(v) for v in (value if isinstance(value, list) else [value])]
        if None in found:
            raise Invalid(_("There is no such role."), value)
        return found if isinstance(value, list) else found[0]

    def order(self, alias: str) -> str:
        return self.select(alias)[0]
