"""The sample company: every room's demo.py played together, in one transaction. Only config knows every room."""

from rapport.config.simulate.conductor import Report, simulate

__all__ = ["Report", "simulate"]
