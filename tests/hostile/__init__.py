"""Input that means no good: damaged files, injections, hostile texts, and whatever else a caller may send."""
