"""Tables in files: reading CSV and workbooks of any origin, writing them, and proposing what each column is."""

from rapport.kit.tables.model import Column, Limits, Row, RowProblem, TableError
from rapport.kit.tables.opening import Table, open_table

__all__ = ["Column", "Limits", "Row", "RowProblem", "Table", "TableError", "open_table"]
