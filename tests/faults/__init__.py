"""The fault table: what breaks while Rapport works, and what becomes of the work. See docs/administrators/faults.md."""
