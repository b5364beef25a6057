"""The figures of this machine, each beside its floor: the bare SQL of the same run."""
