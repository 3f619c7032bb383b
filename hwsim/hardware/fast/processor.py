"""This machine's processor: its name, and what of it the paths can use."""

from __future__ import annotations

import platform
from pathlib import Path
from typing import Final

# As Linux names them, oldest first: x86-64's, then AArch64's.
_USED: Final = (
    *("ssse3", "popcnt", "bmi2", "avx2", "avx512bw", "avx512_vnni", "avx512_vpopcntdq"),
    *("avx_vnni", "amx_int8", "asimd", "asimddp"),
)


def _entries() -> dict[str, str]:
    """What Linux says of the first processor; nothing elsewhere."""
    try:
        lines = Path("/proc/cpuinfo").read_text().partition("\n\n")[0].splitlines()
    except OSError:
        return {}
    pairs = (line.partition(":") for line in lines)
    return {name.strip(): value.strip() for name, _, value in pairs}


def processor_name() -> str:
    """Its model."""
    known = platform.processor() or platform.machine()
    return _entries().get("model name", known)


def processor_features() -> tuple[str, ...]:
    """Of what the paths use, what this processor has; nothing where nobody tells."""
    entries = _entries()
    words = f"{entries.get('flags', '')} {entries.get('Features', '')}".split()
    return tuple(name for name in _USED if name in words)
