"""Whether what somebody asks for can fit into this machine's memory, before it is made."""

from __future__ import annotations

import os
import resource
from pathlib import Path
from typing import Final

from hwsim.errors import InputError

# Control groups, which bound a container's memory: version 2 and version 1.
_GROUPS: Final = (
    Path("/sys/fs/cgroup/memory.max"),
    Path("/sys/fs/cgroup/memory/memory.limit_in_bytes"),
)
# One array may take this share: checks and results need as much again.
_SHARE: Final = 4


def usable_memory() -> int:
    """Bytes that one array may take: a quarter of what machine, container and ulimit give."""
    bounds = [os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")]
    soft, _ = resource.getrlimit(resource.RLIMIT_AS)
    if soft != resource.RLIM_INFINITY:
        bounds.append(soft)
    for group in _GROUPS:
        try:
            bounds.append(int(group.read_text("ascii")))
        except (OSError, ValueError):  # no such group, or "max"
            continue
    return min(bounds) // _SHARE


def check_memory(what: str, size: int, remedy: str) -> None:
    """Raise InputError unless an array of `size` bytes fits into memory with what comes of it.

    Args:
        what: begins the message: `1000000000000 queries of 20 spins`.
        size: bytes.
        remedy: ends it.
    """
    most = usable_memory()
    if size > most:
        raise InputError(
            f"{what} take {size_text(size)}; {size_text(most)} fit into this machine's memory "
            f"with what comes of them; {remedy}"
        )


def size_text(size: int) -> str:
    """Bytes in the unit that keeps the number short: `3.5 GiB`."""
    for power, unit in ((50, "PiB"), (40, "TiB"), (30, "GiB"), (20, "MiB"), (10, "KiB")):
        if size >> power:
            number = size >> (power - 10)
            return f"{number / 1024:.4g} {unit}" if number < 1 << 40 else f"over 10^9 {unit}"
    return f"{size} bytes"
