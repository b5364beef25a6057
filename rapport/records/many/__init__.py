"""Work on many records at once: small selections here and now, large ones as jobs, each with one journal action."""
