"""Import of tables: read, mapped, checked, written and undone; see docs/users/import.md."""
