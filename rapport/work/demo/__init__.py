"""Believable notes, calls, meetings and tasks for the sample company."""
