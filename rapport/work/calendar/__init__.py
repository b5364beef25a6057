"""Tasks, meetings and calls by day: what a month, a week, a day or an agenda shows, and how entries are moved in it."""
