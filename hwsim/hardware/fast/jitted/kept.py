"""Compiled functions kept on disk between runs, or in memory where nothing can be kept.

numba's own cache compares the file of the outermost function alone, so it would go on running
stages compiled from an older version of another file; it may fall back to a folder shared with
other versions; and it raises where it can write nowhere, or the disk fills up. So the folder is
ours (`hwsim.cache`), and a cache that fails is as good as none.
"""

from __future__ import annotations

import contextlib
import functools
from pathlib import Path
from typing import Any, Final

import llvmlite
import numba
from llvmlite import binding
from numba.core import caching as _caching

from hwsim.cache import compiled_folder

_config: Any = numba.config
caching: Any = _caching

HERE: Final = Path(__file__).resolve().parents[1]  # what the stages work on lies there


def processor() -> str:
    """What is compiled for: this host, or what NUMBA_CPU_NAME and NUMBA_CPU_FEATURES say."""
    name = _config.CPU_NAME or binding.get_host_cpu_name()
    features = _config.CPU_FEATURES
    if features is None:
        features = binding.get_host_cpu_features().flatten()
    return f"{name} {features}"


@functools.cache
def folder() -> Path | None:
    """Where this version of the fast model keeps its compiled code; None: nowhere."""
    return compiled_folder(
        HERE,
        compiler=f"numba {numba.__version__}, llvmlite {llvmlite.__version__}",
        processor=processor(),
    )


class _Locator(caching._CacheLocator):  # type: ignore[misc]
    """Tells numba the folder, whose name stands for all sources: no file has its own stamp."""

    def __init__(self, function: Any) -> None:
        self._py_file = function.__code__.co_filename  # numba names it in warnings
        self._line = function.__code__.co_firstlineno

    def get_cache_path(self) -> str:
        return str(folder())

    def get_source_stamp(self) -> str:
        return ""

    def get_disambiguator(self) -> str:
        return str(self._line)


class _Implementation(caching.CompileResultCacheImpl):  # type: ignore[misc]
    """Uses our locator, whatever NUMBA_CACHE_LOCATOR_CLASSES says."""

    def __init__(self, function: Any) -> None:
        self._lineno = function.__code__.co_firstlineno
        self._locator = _Locator(function)
        self._filename_base = self.get_filename_base(
            f"{function.__module__}.{function.__qualname__}", ""
        )


class _Cache(caching.FunctionCache):  # type: ignore[misc]
    """A damaged file counts as none, and a full disk as a cache that is off."""

    _impl_class = _Implementation

    def load_overload(self, signature: Any, context: Any) -> Any:
        try:
            return super().load_overload(signature, context)
        except Exception:  # whatever reading a damaged pickle may raise
            with contextlib.suppress(OSError):
                self.flush()
            return None

    def save_overload(self, signature: Any, compiled: Any) -> None:
        try:
            super().save_overload(signature, compiled)
        except OSError:
            self.disable()


def keep(compiled: Any) -> None:
    """Let a function that `numba.njit` returned load and save its code, where that is possible."""
    if folder() is not None:
        compiled._cache = _Cache(compiled.py_func)
