"""Work in processes: run again when one dies, ended with the parent, no request leaves a name."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from hwsim.errors import ToolError
from hwsim.measure import workers

FROM_HERE = {**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parents[2])}


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


def _fails(path: Path) -> None:
    raise FileNotFoundError(2, "no such file", str(path))


def test_what_a_task_raises_is_raised_with_where_it_was(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError) as caught:
        list(workers.run_tasks(_fails, [tmp_path / "a", tmp_path / "b"], 2))
    assert caught.value.filename in (str(tmp_path / "a"), str(tmp_path / "b"))
    (note,) = caught.value.__notes__
    assert "in _fails" in note


def test_a_program_ends_after_a_task_that_failed(tmp_path: Path) -> None:
    """Though the error's traceback keeps everything alive: no worker is waited for in vain."""
    script = tmp_path / "parent.py"
    script.write_text(
        "from pathlib import Path\n"
        "from hwsim.measure.workers import run_tasks\n"
        "from tests.measure.test_workers import _fails\n"
        "if __name__ == '__main__':\n"
        "    try:\n        list(run_tasks(_fails, [Path('a'), Path('b')], 2))\n"
        "    except OSError as error:\n        kept = error\n"
    )
    subprocess.run([sys.executable, str(script)], check=True, env=FROM_HERE, timeout=120)


def _deafness(_: int) -> bool:
    time.sleep(0.2)  # so that every worker has one
    blocked = signal.pthread_sigmask(signal.SIG_BLOCK, ())
    return {signal.SIGINT, signal.SIGHUP} <= blocked


def test_no_worker_hears_the_terminal(tmp_path: Path) -> None:
    """The first least: what multiprocessing starts before it hears again what was blocked."""
    script = tmp_path / "parent.py"
    script.write_text(
        "from hwsim.measure.workers import run_tasks\n"
        "from tests.measure.test_workers import _deafness\n"
        "if __name__ == '__main__':\n"
        "    print([deaf for _, deaf in run_tasks(_deafness, [0, 1], 2)])\n"
    )
    done = subprocess.run(
        [sys.executable, str(script)], capture_output=True, text=True, check=True, env=FROM_HERE
    )
    assert done.stdout == "[True, True]\n"


# Whatever is asked of multiprocessing's tracker of names, a request to end comes first.
INTERRUPTED = """
import os, signal, sys
from multiprocessing.resource_tracker import ResourceTracker
from hwsim.__main__ import main

def send(self, what, name, kind, moment=sys.argv[1], send=ResourceTracker._send):
    if what == moment:
        os.kill(os.getpid(), signal.SIGINT)
    send(self, what, name, kind)

if __name__ == "__main__":
    ResourceTracker._send = send
    sys.argv[:2] = ["hwsim"]
    main()
"""
SWEEP = "[sweep]\nneurons = [20, 24]\nload = 1.5\nnoise = 0.1\ntrials = 1\nqueries = 4\n"


@pytest.mark.parametrize("moment", ["REGISTER", "UNREGISTER"])
@pytest.mark.parametrize(
    "typed",
    ["sweep sw.toml --jobs 2 -o out", "experiments run figure1 --quick --jobs 2 -o out"],
    ids=["sweep", "experiments"],
)
def test_no_request_leaves_a_name_behind(typed: str, moment: str, tmp_path: Path) -> None:
    """A named semaphore is made, tracked, removed and forgotten in four steps: there is none."""
    (tmp_path / "parent.py").write_text(INTERRUPTED)
    (tmp_path / "sw.toml").write_text(SWEEP)
    done = subprocess.run(
        [sys.executable, "parent.py", moment, *typed.split()],
        cwd=tmp_path, env=FROM_HERE, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done  # it never came to that
    assert "semaphore" not in done.stderr


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
