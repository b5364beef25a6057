"""Live updates: "topic X changed", never what changed. Each open page fetches again with its own rights."""
