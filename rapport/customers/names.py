"""A person's name, however it was given."""

from typing import Any

from rapport.kit.names import split_name


def split_given_name(values: dict[str, Any]) -> dict[str, Any]:
    """Turns a whole `name` into first and last name, and names somebody without one after their e-mail address.

    Leaves values as they are when a first or last name is given.
    """
    made = dict(values)
    whole = str(made.pop("name", "") or "").strip()
    if made.get("first_name") or made.get("last_name"):
        return made
    if whole:
        name = split_name(whole)
        made["first_name"] = " ".join(p for p in (name.first, name.middle) if p)
        made["last_name"] = " ".join(p for p in (name.last, name.suffix) if p)
    elif emails := made.get("emails"):
        first = emails[0] if isinstance(emails, list | tuple) else emails
        address = str(first.get("address", "") if isinstance(first, dict) else first)
        made["first_name"] = address.split("@")[0].replace(".", " ").replace("_", " ").title()[:120]
    return made
