"""The README's five minutes, run as they stand by a shell and by Python."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BLOCK = re.compile(r"^```(bash|python)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def test_every_block_runs(tmp_path: Path) -> None:
    blocks = BLOCK.findall((ROOT / "README.md").read_text())
    assert [language for language, _ in blocks] == ["bash", "python", "bash", "python"]
    environment = dict(os.environ)
    environment["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{environment['PATH']}"
    outputs = []
    for language, text in blocks:
        command = (
            ["bash", "-euo", "pipefail", "-c"] if language == "bash" else [sys.executable, "-c"]
        )
        ran = subprocess.run(
            [*command, text],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert ran.returncode == 0, f"{text}\n{ran.stdout}\n{ran.stderr}"
        outputs.append(ran.stdout)
    assert "4 recalls co-simulated in icarus: bit-exact" in outputs[0]
    assert "5 recalls co-simulated in icarus: bit-exact" in outputs[2]
    assert "(5, 50)" in outputs[3]
    assert (tmp_path / "report" / "report.html").is_file()


def test_every_command_is_listed() -> None:
    from hwsim.cli import cli

    text = (ROOT / "README.md").read_text()
    for name in cli.list_commands(None):
        assert f"`hwsim {name}`" in text, f"hwsim {name} is not in the README's table"
