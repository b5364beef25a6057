"""Backups: one archive with the database and every file, proven whole before a byte of it is used."""
