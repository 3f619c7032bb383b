"""Compiling before somebody waits for it."""

from __future__ import annotations

import click

from hwsim.cli.common import activity, emit, example, json_option
from hwsim.cli.streams import tell


@click.command(epilog=example("hwsim warm"))
@json_option
def warm(as_json: bool) -> None:
    """Compile what the fast model would compile on first use."""
    import time

    from hwsim.hardware.fast.warm import warm as compile_all

    start = time.perf_counter()
    with activity("compiling"):
        path, folder = compile_all()
    spent = time.perf_counter() - start
    emit(
        {"path": path, "folder": folder, "seconds": spent},
        as_json,
        lambda: tell(
            f"path {path}: compiled when hwsim was installed, nothing is left to do"
            if path != "jitted"
            else f"path {path}: compiled by numba in {spent:.1f} s; kept in {folder or 'memory'}"
        ),
    )
