"""The fast model's compiled code on disk belongs to all of its source; it may be damaged."""

from __future__ import annotations

import ast
import importlib.util
import os
import pkgutil
import sys
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

import numba
import pytest

from hwsim.hardware.fast import jitted
from hwsim.hardware.fast.jitted import kept, target
from hwsim.hardware.fast.jitted.step import step
from tests.hardware.fast.agreement import COMPILED

pytestmark = pytest.mark.skipif(not COMPILED, reason="nothing is compiled")

STAGE = """
from hwsim.hardware.fast.jitted.target import inlined

@inlined
def stage(number):
    return number + {}
"""
OUTER = """
from hwsim.hardware.fast.jitted.target import jit
from stage_of_test import stage

@jit
def outer(number):
    return stage(number)
"""


@pytest.fixture
def source(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The folder whose code is kept, in a cache of its own."""
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setattr(kept, "HERE", tmp_path / "source")
    (tmp_path / "source").mkdir()
    kept.folder.cache_clear()
    yield tmp_path / "source"
    kept.folder.cache_clear()


@pytest.fixture
def outer(source: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[int], Any]:
    """Writes both files, the stage adding a number, and imports them as a new process would."""

    def load(name: str) -> ModuleType:
        spec = importlib.util.spec_from_file_location(name, source / f"{name}.py")
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        monkeypatch.setitem(sys.modules, name, module)
        exec(compile((source / f"{name}.py").read_text(), spec.origin or "", "exec"), vars(module))
        return module

    def write_and_load(added: int) -> Any:
        (source / "stage_of_test.py").write_text(STAGE.format(added))
        (source / "outer_of_test.py").write_text(OUTER)
        for file in source.glob("*.py"):
            os.utime(file, (1, 1))
        kept.folder.cache_clear()
        load("stage_of_test")
        return load("outer_of_test").outer

    return write_and_load


def hits(function: Any) -> int:
    return sum(function.stats.cache_hits.values())


def test_a_changed_stage_of_the_same_size_and_age_is_compiled_anew(
    outer: Callable[[int], Any],
) -> None:
    function = outer(1)
    assert function(1) == 2
    assert hits(function) == 0
    again = outer(1)
    assert again(1) == 2
    assert hits(again) == 1
    changed = outer(2)
    assert changed(1) == 3
    assert hits(changed) == 0


def test_damaged_files_count_as_none(outer: Callable[[int], Any]) -> None:
    assert outer(1)(1) == 2
    for damage in (b"", b"damaged"):
        folder = kept.folder()
        assert folder is not None
        files = [*folder.glob("*.nbi"), *folder.glob("*.nbc")]
        assert len(files) == 2
        for file in files:
            file.write_bytes(damage)
        mended = outer(1)
        assert mended(1) == 2
        assert hits(mended) == 0
        again = outer(1)
        assert again(1) == 2
        assert hits(again) == 1


def test_a_full_disk_costs_the_cache_not_the_result(
    outer: Callable[[int], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(kept.caching.IndexDataCacheFile, "save", full)
    assert outer(1)(1) == 2


def test_nowhere_to_write(outer: Callable[[int], Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NUMBA_CACHE_DIR", "/dev/null/cache")
    function = outer(1)
    assert kept.folder() is None
    assert function(1) == 2
    assert function.stats.cache_path is None


def test_the_user_s_own_choice_of_numba_s_folders_does_not_matter(
    outer: Callable[[int], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    config: Any = numba.config
    monkeypatch.setattr(config, "CACHE_LOCATOR_CLASSES", "InTreeCacheLocator", raising=False)
    assert outer(1)(1) == 2
    assert outer(2)(1) == 3


def test_code_for_another_processor_is_kept_apart(
    source: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours = kept.folder()
    kept.folder.cache_clear()
    config: Any = numba.config
    monkeypatch.setattr(config, "CPU_NAME", "generic")
    monkeypatch.setattr(config, "CPU_FEATURES", "")
    assert kept.folder() != ours


def test_the_fast_model_keeps_its_code_there() -> None:
    function: Any = step
    folder = kept.folder()
    assert function.stats.cache_path == (None if folder is None else str(folder))


def test_the_digest_covers_all_that_is_compiled() -> None:
    """Files with compiled functions use no source of ours outside the folder."""
    compiled = set()
    for info in pkgutil.iter_modules(jitted.__path__, "hwsim.hardware.fast.jitted."):
        module = import_module(info.name)
        functions = [
            value.py_func
            for value in vars(module).values()
            if hasattr(value, "nopython_signatures")
        ]
        if not any(function.__module__ == info.name for function in functions):
            continue
        compiled.add(info.name)
        file = Path(str(module.__file__))
        assert kept.HERE in file.parents
        for node in ast.walk(ast.parse(file.read_text())):
            names = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            names += [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            for name in names:
                assert not name.startswith("hwsim") or name.startswith("hwsim.hardware.fast")
    assert {"hwsim.hardware.fast.jitted.step", "hwsim.hardware.fast.jitted.update"} <= compiled
    assert target.jit.__module__ not in compiled
