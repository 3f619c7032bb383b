"""Work in processes: run again when one dies, ended when the parent does."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from hwsim.errors import ToolError
from hwsim.measure import workers


def _dies_once(path: Path) -> str:
    """A task whose worker process dies at the first attempt."""
    if not path.exists():
        path.touch()
        os._exit(3)
    return path.name


def _dies(path: Path) -> None:
    os._exit(3)


def test_a_task_is_run_again_when_its_worker_dies(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tasks = [tmp_path / name for name in ("a", "b")]
    assert sorted(workers.run_tasks(_dies_once, tasks, 2)) == [(0, "a"), (1, "b")]
    monkeypatch.setattr(workers, "MAX_DEATHS", 0)
    with pytest.raises(ToolError, match="died"):
        list(workers.run_tasks(_dies, tasks, 2))


def test_workers_end_when_their_parent_is_killed(tmp_path: Path) -> None:
    script = tmp_path / "parent.py"
    script.write_text(
        "import sys, time\n"
        "from pathlib import Path\n"
        "from hwsim.measure.workers import run_tasks\n"
        f"def work(name):\n    Path({str(tmp_path)!r}, name).touch()\n    time.sleep(600)\n"
        "if __name__ == '__main__':\n    list(run_tasks(work, ['a', 'b'], 2))\n"
    )
    process = subprocess.Popen([sys.executable, str(script)])
    deadline = time.monotonic() + 60
    while not ((tmp_path / "a").exists() and (tmp_path / "b").exists()):
        assert time.monotonic() < deadline
        time.sleep(0.02)
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    if not children.exists():
        process.kill()
        pytest.skip("this system does not list a process's children")
    children_found = [int(number) for number in children.read_text().split()]
    process.kill()
    process.wait()
    assert len(children_found) >= 2
    while any(_alive(number) for number in children_found):
        assert time.monotonic() < deadline
        time.sleep(0.02)


def _alive(number: int) -> bool:
    try:
        state = Path(f"/proc/{number}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"
