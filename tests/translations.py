"""`bin/translations`: gathers every text of the source into the catalogues of rapport/locale.

Texts that are new wait there untranslated, texts that are gone are dropped. Exit code 1 with --check if that would
change anything.
"""

import argparse
import io
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
LOCALE = ROOT / "rapport" / "locale"
# Language -> how many forms a counted noun has, and which number takes which, as gettext writes it.
LANGUAGES = {
    "de": "nplurals=2; plural=(n != 1);",
    "fr": "nplurals=2; plural=(n > 1);",
    "es": "nplurals=2; plural=(n != 1);",
    "ar": "nplurals=6; plural=(n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 : n%100>=11 ? 4 : 5);",
}
KEYWORDS = DEFAULT_KEYWORDS | {
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext_lazy": (1, 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
# The styleguide is for developers and full of invented names.
LEFT_OUT = ("styleguide", "tests", "testing", "migrations", "simulate", "bench")

Found = tuple[str, int, object, list[str], str | None]


def sources(root: Path = ROOT) -> Iterator[Path]:
    """The files whose texts users see."""
    for pattern in ("rapport/**/*.py", "rapport/**/templates/**/*.html"):
        for path in sorted(root.glob(pattern)):
            if not set(LEFT_OUT) & set(path.relative_to(root).parts):
                yield path


def texts_of(path: Path) -> Iterator[Found]:
    """(file, line, message, comments, context) for each text of one file; `message` is a pair if it has a plural."""
    source = path.read_text(encoding="utf-8")
    if path.suffix == ".html":
        # Django's own way to make a template look like Python to an extractor.
        # What stands between its calls is filler, which must not look like blocks of Python.
        source = "\n".join(line.strip() for line in templatize(source, origin=str(path)).splitlines())
    place = path.relative_to(ROOT).as_posix()
    for line, message, comments, context in extract(
        "python", io.BytesIO(source.encode()), keywords=KEYWORDS, comment_tags=("Translators:",)
    ):
        yield place, line, message, comments, context


def template() -> Catalog:
    """Every text of the source, without translations."""
    found = Catalog(project="Rapport", charset="utf-8")
    for path in sources():
        for place, _line, message, comments, context in texts_of(path):
            # Without line numbers, which would move with every edit and make the catalogues' diffs unreadable.
            found.add(message, locations=[(place, 0)], auto_comments=comments, context=context)
    return found


def catalogue(language: str) -> Catalog:
    """The committed catalogue of a language; an empty one where there is none."""
    path = path_of(language)
    if not path.exists():
        return Catalog(locale=language, project="Rapport", charset="utf-8")
    with path.open("rb") as file:
        return read_po(file, locale=language)


def path_of(language: str) -> Path:
    return LOCALE / language / "LC_MESSAGES" / "django.po"


def brought_up_to_date(language: str, wanted: Catalog) -> Catalog:
    """The language's catalogue with exactly the texts of `wanted`. Nothing is guessed: a changed text is a new one."""
    found = catalogue(language)
    found.update(wanted, no_fuzzy_matching=True)
    found.obsolete.clear()
    return found


def written(found: Catalog) -> bytes:
    """The catalogue as its file is, sorted by text so that two people's additions seldom meet in one place."""
    out = io.BytesIO()
    write_po(out, found, width=120, no_location=True, sort_output=True, omit_header=True)
    header = (
        'msgid ""\nmsgstr ""\n"Project-Id-Version: Rapport\\n"\n'
        f'"Language: {found.locale_identifier}\\n"\n"Plural-Forms: {LANGUAGES[str(found.locale_identifier)]}\\n"\n'
        '"MIME-Version: 1.0\\n"\n"Content-Type: text/plain; charset=utf-8\\n"\n"Content-Transfer-Encoding: 8bit\\n"\n\n'
    )
    return header.encode() + out.getvalue().lstrip()


def untranslated(found: Catalog) -> list[object]:
    """The messages without a (whole) translation, and those marked as guesses."""
    return [m.id for m in found if m.id and (m.fuzzy or not all(m.string if m.pluralizable else [m.string]))]


def main() -> int:
    """The command line."""
    parser = argparse.ArgumentParser(prog="bin/translations", description=__doc__)
    parser.add_argument("--check", action="store_true", help="change nothing; fail if something would change")
    given = parser.parse_args()
    wanted, stale = template(), 0
    for language in LANGUAGES:
        found = brought_up_to_date(language, wanted)
        path, text = path_of(language), written(found)
        changed = not path.exists() or path.read_bytes() != text
        stale += changed
        if changed and not given.check:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text)
        missing = untranslated(found)
        print(f"{language}: {len(found)} texts, {len(missing)} without a translation")  # noqa: T201
    if stale and given.check:
        print("The catalogues do not have the source's texts: run bin/translations.")  # noqa: T201
    return 1 if stale and given.check else 0


if __name__ == "__main__":
    sys.exit(main())
