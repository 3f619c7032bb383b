"""The modules a command has loaded by its end, in an interpreter of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

# Prints, after all else on stderr, the modules beyond those of click itself, and the status.
PROBE = """\
import sys, click
before = set(sys.modules)
from hwsim.cli import main
try:
    main()
except SystemExit as ended:
    import json
    print(file=sys.stderr)
    print(json.dumps([ended.code, sorted(set(sys.modules) - before)]), file=sys.stderr)
"""


def loaded(
    *arguments: object, folder: Path, status: int = 0, environment: dict[str, str] | None = None
) -> set[str]:
    """Run the program and see which modules it needed besides Python's own start and click.

    Args:
        arguments: of the program.
        folder: to run in.
        status: it must end with.
        environment: further variables.

    Returns:
        The modules' dotted names.
    """
    clean = {name: text for name, text in os.environ.items() if not name.startswith("COV")}
    done = subprocess.run(
        [sys.executable, "-c", PROBE, *map(str, arguments)],
        cwd=folder,
        env=clean | (environment or {}),
        capture_output=True,
        text=True,
        check=True,
        timeout=300,
    )
    ended, names = json.loads(done.stderr.splitlines()[-1])
    assert (ended or 0) == status, done.stderr
    return set(names)


def among(names: set[str], libraries: tuple[str, ...]) -> list[str]:
    """Those of the libraries that are among the modules."""
    return [library for library in libraries if library in names]
