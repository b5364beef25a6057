"""Several machines on one database, as processes with homes of their own, and what stands in front of them."""
