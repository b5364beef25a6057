from typing import Any

from django.utils.translation import gettext as _

from rapport.platform.access.models import Role
from rapport.records.errors import Invalid
from rapport.records.fields.base import Context
from rapport.records.fields.choices import Choice


class RoleField(Choice):
    """A user's role, by its key. Kept as the role's id."""

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
