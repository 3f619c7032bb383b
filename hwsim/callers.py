"""Who called hwsim, for warnings that point at a line of theirs."""

from __future__ import annotations

import sys
from typing import Final

# hwsim, and what may stand between it and who wrote the line: pipelines and searches.
_OURS: Final = frozenset({"hwsim", "sklearn", "joblib"})


def stacklevel() -> int:
    """What `warnings.warn` takes to point at the nearest line outside hwsim and scikit-learn.

    To be called where it is passed on. Python 3.11 knows no `skip_file_prefixes`.
    """
    frame, level = sys._getframe(1), 1
    while frame.f_back is not None and _is_ours(frame.f_globals.get("__name__")):
        frame, level = frame.f_back, level + 1
    return level


def _is_ours(module: object) -> bool:
    return isinstance(module, str) and module.partition(".")[0] in _OURS
