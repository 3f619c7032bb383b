"""The program: `hwsim`, and `python -m hwsim`.

Requests to end are heeded first, for the rest takes a while to load.
"""

from __future__ import annotations

import sys

from hwsim.interrupts import guarded


def main() -> None:
    """Run what was typed and exit with its status."""
    sys.exit(guarded(_program, last=True))


def _program() -> int:
    from hwsim.cli import run

    return run()


if __name__ == "__main__":
    main()
