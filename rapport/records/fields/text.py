import re
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from rapport.kit.email_address import normalise_email
from rapport.kit.problem import Problem
from rapport.platform.ui.markup import markup
from rapport.records.errors import Invalid
from rapport.records.fields.base import Context, Field
from rapport.records.mention_text import html, linked, plain

# PostgreSQL cannot store NUL, and no other control character but line ends and tab means anything in a name.
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def plain_text(value: Any, longest: int) -> str:
    """Checks that a value is text of at most `longest` characters, and strips control characters' worst: NUL is refused."""
    if value is None:
        return ""
    # Nearly every text is fine, and imports bring them by the million.
    if value.__class__ is str and len(value) <= longest and value.isprintable():
        return value.strip()
    if isinstance(value, bool | dict | list):
        raise Invalid(_("Text is needed."), value)
    text = str(value).strip()
    if _CONTROL.search(text):
        raise Invalid(_("The text contains a control character."), value)
    try:
        text.encode()
    except UnicodeEncodeError:
        raise Invalid(_("The text contains a character that does not exist."), value) from None
    if len(text) > longest:
        raise Invalid(
            _("At most %(n)s characters are possible; these are %(m)s.") % {"n": longest, "m": len(text)}, value
        )
    return text


class Text(Field):
    """One line of text. `suggest` offers values that other records have."""

    nullable = False

    def __init__(self, name: str, label: Any = None, *, longest: int = 200, suggest: bool = False, **more: Any) -> None:
        super().__init__(name, label, **more)
        self.longest, self.suggest = longest, suggest

    def clean(self, value: Any, context: Context) -> dict[str, Any]:
        text = " ".join(plain_text(value, self.longest).split())
        # Only the text of an activity names people; in its title a reference to one would stand as it is written.
        return {self.column: plain(text) if "@[" in text and self.record.is_activity else text}

    def order(self, alias: str) -> str:
        return f'rapport_fold({alias}."{self.column}")'

    def schema(self) -> dict[str, Any]:
        return {"type": "string", "maxLength": self.longest}

    def input_schema(self) -> dict[str, Any]:
        # A number is taken as its text, as keys of other systems often come so.
        return {"type": ["string", "number", "null"], "maxLength": self.longest}


class Reference(Text):
    """The record's key in another system. Empty is NULL, so that the many without one do not meet in an index."""

    nullable = True

    def clean(self, value: Any, context: Context) -> dict[str, Any]:
        return {self.column: plain_text(value, self.longest) or None}

    def schema(self) -> dict[str, Any]:
        return {"type": ["string", "null"], "maxLength": self.longest}


class LongText(Field):
    """Text of several lines."""

    nullable = False
    widget = "long_text"
    sortable = False

    def __init__(self, name: str, label: Any = None, *, longest: int = 100_000, **more: Any) -> None:
        super().__init__(name, label, **more)
        self.longest = longest

    def clean(self, value: Any, context: Context) -> dict[str, Any]:
        return {self.column: plain_text(value, self.longest).replace("\r\n", "\n")}

    def from_form(self, data: Any, name: str) -> Any:
        """What people type; in an activity @Name becomes a reference to the user."""
        text = super().from_form(data, name)
        return linked(text) if isinstance(text, str) and self.record.is_activity else text

    def text(self, value: Any) -> str:
        return plain(value or "")

    def cell(self, value: Any) -> SafeString:
        return html(value or "")

    def schema(self) -> dict[str, Any]:
        return {"type": "string", "maxLength": self.longest}

    def input_schema(self) -> dict[str, Any]:
        return {"type": ["string", "number", "null"], "maxLength": self.longest}


class Domain(Text):
    """An internet domain; a full address is cut down to it."""

    def clean(self, value: Any, context: Context) -> dict[str, Any]:
        text = plain_text(value, 1000).lower()
        text = re.sub(r"^[a-z]+://", "", text).split("/")[0].split("@")[-1].split(":")[0].strip(".")
        text = text.removeprefix("www.")
        if text and not re.fullmatch(r"[^\s.]+(\.[^\s.]+)+", text):
            raise Invalid(_("“%(value)s” is not an internet domain such as example.com.") % {"value": value}, value)
        if len(text) > self.longest:
            raise Invalid(_("The domain is too long."), value)
        return {self.column: text}

    def cell(self, value: Any) -> SafeString:
        if not value:
            return SafeString("")
        return markup('<a href="https://{}" rel="noopener noreferrer" target="_blank">{}</a>', value, value)


class Generated(Text):
    """Text that the database makes from other columns. `filled` says that it always makes some, be it empty."""

    importable = False

    def __init__(self, name: str, label: Any = None, *, filled: bool = False, **more: Any) -> None:
        super().__init__(name, label, readonly=True, **more)
        self.nullable = not filled

    def schema(self) -> dict[str, Any]:
        return {"type": ["string", "null"]}


class Email(Reference):
    """One e-mail address, or none."""

    def clean(self, value: Any, context: Context) -> dict[str, Any]:
        text = plain_text(value, self.longest)
        try:
            return {self.column: normalise_email(text).lower() if text else None}
        except Problem as problem:
            raise Invalid.of(problem, value) from None
