"""Makes the files that Django reads translations from: `python -m rapport.platform.ui.catalogues`.

Only the readable catalogues (django.po) are committed. This needs Python alone, no gettext on the machine. A stamp with
a hash of the catalogues makes the second run a matter of milliseconds; bin/prepare.py looks at it, too.
"""

import hashlib
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

LOCALE = Path(__file__).resolve().parents[2] / "locale"


def build(*, folder: Path = LOCALE) -> bool:
    """Makes every django.mo below `folder` anew unless they are up to date; says whether anything had to be done."""
    sources = sorted(folder.glob("*/LC_MESSAGES/*.po"))
    stamp = folder / ".stamp"
    wanted = hashlib.sha256(b"".join(path.read_bytes() for path in sources)).hexdigest()
    done = stamp.exists() and stamp.read_text() == wanted
    if done and all(path.exists() for path in [_english(folder), *(one.with_suffix(".mo") for one in sources)]):
        return False
    english = Catalog(locale="en_GB")
    for path in sources:
        with path.open("rb") as file:
            catalogue = read_po(file, locale=path.parents[1].name)
        _write(catalogue, path.with_suffix(".mo"))
        _add_as_it_stands(catalogue, english)
    _write(english, _english(folder))
    stamp.write_text(wanted)
    return True


def _english(folder: Path) -> Path:
    return folder / "en_GB" / "LC_MESSAGES" / "django.mo"


def _add_as_it_stands(catalogue: Catalog, english: Catalog) -> None:
    """Every text as its own translation: one that no catalogue has is looked for in six of them, on every page."""
    for message in catalogue:
        if message.id:
            english.add(message.id, string=message.id, context=message.context)


def _write(catalogue: Catalog, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    fresh = target.with_suffix(".mo.new")
    with fresh.open("wb") as file:
        write_mo(file, catalogue)
    fresh.replace(target)


if __name__ == "__main__":
    build()
