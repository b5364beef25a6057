"""Changing what the company says about itself."""

from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from rapport.platform.facts.state import state
from rapport.platform.identity.viewer import Viewer
from rapport.platform.journal.acting import acting
from rapport.platform.setup.company import forget
from rapport.platform.setup.models import Company


@dataclass(frozen=True)
class CompanyChanged:
    """`fields` are the names of what is different now."""

    fields: list[str]


def change_company(viewer: Viewer, values: dict[str, Any]) -> list[str]:
    """Writes the given fields and returns the names of those that changed.

    With the base currency, rates and amounts follow in the same transaction (triggers of the rooms that have them).
    Raises ValidationError naming the field.
    """
    try:
        with transaction.atomic(), acting(viewer, "change company"):
            row, _made = Company.objects.select_for_update().get_or_create(pk=1)
            changed = [name for name, value in values.items() if getattr(row, name) != value]
            for name in changed:
                setattr(row, name, values[name])
            if changed:
                row.save(update_fields=changed)
                state(CompanyChanged(changed), viewer=viewer)
    except IntegrityError as error:
        if getattr(getattr(error.__cause__, "diag", None), "constraint_name", "") != "company_currency_needs_a_rate":
            raise
        raise ValidationError(
            {
                "currency": _(
                    "There are exchange rates, but none for this currency: add one, so that they can be converted."
                )
            }
        ) from None
    forget()
    return changed
