"""What can be wrong with a request to the engine. Each says the field and keeps what was given."""

from typing import Any

from django.utils.translation import gettext

from rapport.kit.problem import Problem


class Invalid(Exception):
    """One value cannot be taken. `message` is for the person who gave it."""

    def __init__(self, message: str, value: Any = None) -> None:
        super().__init__(message)
        self.message, self.value = str(message), value

    @classmethod
    def of(cls, problem: Problem, value: Any = None) -> "Invalid":
        """The same refusal, in the viewer's language."""
        text = gettext(problem.template).format(**problem.params)
        return cls(text[:1].upper() + text[1:] + ("" if text.endswith((".", "?", "!")) else "."), value)


class InvalidFields(Exception):
    """Some fields cannot be taken; nothing was written. `errors` maps field name to message."""

    def __init__(self, errors: dict[str, str]) -> None:
        super().__init__("; ".join(f"{name}: {message}" if name else message for name, message in errors.items()))
        self.errors = errors


class NotFound(Exception):
    """There is no such record within the viewer's reach."""


class Conflict(Exception):
    """Somebody else changed the same fields first. `fields` maps name to {"yours": ..., "theirs": ...}."""

    def __init__(self, fields: dict[str, dict[str, Any]], version: int) -> None:
        super().__init__("changed by somebody else")
        self.fields, self.version = fields, version
