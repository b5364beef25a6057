"""Texts that would like to be more than text, put into every text field of every entity."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from rapport.records import fields as f
from rapport.records.errors import InvalidFields
from rapport.records.testing import RecordCase
from rapport.records.testing.cast import Cast
from tests.hostile.world import recipes

# What a text that gets to run calls; the tests' pages have it count.
HACKED = "hacked(1)"
HOSTILE = {
    "script": f"<script>{HACKED}</script><img src=x onerror={HACKED}><svg onload={HACKED}><b>bold</b>",
    "attribute": f"\" onmouseover=\"{HACKED}\" autofocus onfocus=\"{HACKED}\" x='' ' onload='{HACKED}",
    "ending": f"</script></textarea></title></style></select></template><!-- --><script>{HACKED}</script>",
    "json": f'"}}]}});{HACKED};//\\u0027\u2028\u2029 \\" \\\\ {{"a": [</script>',
    "template": f"{{{{ 7*7 }}}}{{% debug %}}{{{{ request.user.password }}}}${{7*7}}#{{7*7}}<%= 7*7 %>{{0.__class__}} %s %(x)s {HACKED}",
    "address": f"javascript:{HACKED}",
    "data": f"data:text/html,<script>{HACKED}</script>",
    "formula": "=HYPERLINK(\"http://127.0.0.1:9/\"&A1,\"click\")",
    "command": "@SUM(1+1)*cmd|' /C calc'!A0",
    "further": "a;=1+1 b;'@x c|\"+1\n=2\t-3;''=4",
    "backwards": "\u202e\u2066gnp.exe \u200f\u200e\u061c مرحبا \u2067שלום",
    "emoji": "👩‍👩‍👧‍👦🏳️‍🌈👍🏿 Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚̯̞̠͍A̴̵̜̰͔ͫ͗͢L̠ͨͧͩ͘G̴̻͈͍͔̹̑͗̎̅͛́Ǫ̵̹̻̝̳͂̌̌͘ é",
    "long": "W" * 10_000,
    "words": "Donaudampfschifffahrtsgesellschaft " * 285,
    "lines": "one\ntwo\r\nthree\n" * 300,
}  # fmt: skip
NUL = "a\x00b"
# One of each sort, for those who cannot wait.
SOME = ("script", "json", "backwards", "long")


def texts_of(case: RecordCase, text: str) -> dict[str, Any]:
    """The text in every field that takes text of some kind, as long as the field takes it."""
    made: dict[str, Any] = {}
    for name, one in case.writable.items():
        if isinstance(one, f.Text | f.LongText):
            made[name] = text[: one.longest]
        elif isinstance(one, f.Emails):
            made[name] = [f'"{text[:30]}"@example.com', text]
        elif isinstance(one, f.Phones):
            made[name] = [text]
        elif isinstance(one, f.Addresses):
            made[name] = [{"street": text[:200], "city": text[:100], "postal_code": text[:20], "region": text[:100]}]
    return made


@dataclass
class Furnished:
    """`ids`: {entity: {kind of text: id}}; `refused`: how many values were refused, each with its field's name."""

    ids: dict[str, dict[str, int]] = field(default_factory=dict)
    kept: int = 0
    refused: int = 0


def furnish(cast: Cast, kinds: Iterable[str] = tuple(HOSTILE)) -> Furnished:
    """A row of each entity for each hostile text, with it in every field that takes it; who refuses names the field."""
    made = Furnished()
    for case in recipes(cast):
        made.ids[case.entity] = {}
        for kind in kinds:
            text = HOSTILE[kind]
            values = texts_of(case, text)
            while True:
                try:
                    made.ids[case.entity][kind] = case.make(**values)
                    break
                except InvalidFields as problem:
                    named = set(problem.errors) & set(values)
                    assert named, (case.entity, kind, problem.errors, "a refusal names the field")
                    made.refused += len(named)
                    for name in named:
                        del values[name]
            made.kept += len(values)
    return made


def as_kept(one: Any, text: str) -> str:
    """The text as a field keeps it: without blanks at its ends, with one kind of line end, or in one line."""
    return text.strip().replace("\r\n", "\n") if isinstance(one, f.LongText) else " ".join(text.split())
