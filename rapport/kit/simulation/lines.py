"""Rows as lines of PostgreSQL's COPY text format."""

from collections import defaultdict
from dataclasses import dataclass, field

NULL = "\\N"


@dataclass(frozen=True)
class Table:
    """A table and the columns that are given, in order, blank-separated."""

    name: str
    columns: str


def escaped(text: str) -> str:
    """Text as COPY reads it. Only needed for text that may hold backslashes, tabs or line breaks."""
    return text.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r")


@dataclass
class Rows:
    """A batch of rows on their way into tables, each row one line without its line break."""

    lines: dict[Table, list[str]] = field(default_factory=lambda: defaultdict(list))

    def of(self, table: Table) -> list[str]:
        """The list to append the table's lines to."""
        return self.lines[table]

    def packed(self) -> list[tuple[Table, bytes]]:
        """Everything as bytes, in the order in which the tables were first asked for."""
        return [(table, ("\n".join(lines) + "\n").encode()) for table, lines in self.lines.items() if lines]
