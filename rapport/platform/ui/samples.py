"""Invented records for the styleguide."""


def context(page: str) -> dict:
    """What the styleguide's template of this page needs."""
    return {"page": page}
