"""A read replica for lists, exports and reports, such that nobody misses what they have just written."""
