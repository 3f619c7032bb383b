"""Faults of hwsim itself: what a person can do is keep the traceback and tell us."""

from __future__ import annotations

import contextlib
import os
import platform
import tempfile
import traceback

STATUS = 3


def fault(error: BaseException, command: str) -> str:
    """The message for an exception that nobody expected; its traceback is kept in a file."""
    return (
        f"an unexpected {type(error).__name__}: {str(error)[:120]}; {_keep(error, command)}; "
        f"please report it at {_issues()}"
    )


def _issues() -> str:
    """The project's page for that, which pyproject.toml names under urls."""
    from importlib.metadata import PackageNotFoundError, metadata

    with contextlib.suppress(PackageNotFoundError):
        for entry in metadata("hwsim").get_all("Project-URL") or ():
            label, _, address = str(entry).partition(", ")
            if label.lower() in ("issues", "bug tracker"):
                return address
    return "the project's issues"


def _keep(error: BaseException, command: str) -> str:
    """Write the traceback to a new file; where it is, in words."""
    lines = [
        f"Python {platform.python_version()}, {platform.platform()}\n{command}\n\n",
        *traceback.format_exception(error),
    ]
    try:
        number, path = tempfile.mkstemp(prefix="hwsim-traceback-", suffix=".txt")
        with os.fdopen(number, "w", encoding="utf-8", errors="backslashreplace") as stream:
            stream.writelines(lines)
    except OSError:
        where = traceback.extract_tb(error.__traceback__)[-1:]
        place = "".join(f", at {os.path.basename(at.filename)}:{at.lineno}" for at in where)  # noqa: PTH119 - light
        return f"its traceback could not be kept in {_temporary()}{place}; set TMPDIR to a folder"
    return f"its traceback is in {path}"


def _temporary() -> str:
    try:
        return tempfile.gettempdir()
    except OSError:
        return "any temporary folder"
