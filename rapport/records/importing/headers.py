"""By its header a file is known again. The column that Rapport adds to refused rows does not count."""

import hashlib

REASONS = "Rapport: why this row was refused"


def digest(header: list[str]) -> str:
    """The same for files with the same columns in the same order, whatever their case."""
    names = [" ".join(name.lower().split()) for name in header if name != REASONS]
    return hashlib.sha256("\x1f".join(names).encode()).hexdigest()
