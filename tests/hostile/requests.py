"""`bin/hostile-requests`: the whole table of injections, and every hostile text on every page in a browser. An hour or so."""

import os
import sys

import pytest


def main(arguments: list[str]) -> int:
    """The exit code of pytest; arguments go to it."""
    os.environ["RAPPORT_HOSTILE"] = "all"
    return int(
        pytest.main(
            ["-s", "-p", "no:randomly", "tests/test_injections.py", "tests/test_hostile_strings.py", *arguments]
        )
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
