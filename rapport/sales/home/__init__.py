"""The page that the day begins with: what is to do, what is open, what changed, and the same for a team."""
