"""The README's five minutes, run as they stand by a shell and by Python."""

from __future__ import annotations

from pathlib import Path

from tests.documents import examples, run_examples

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text()


def test_every_block_runs(tmp_path: Path) -> None:
    languages = [example.language for example in examples(README)]
    assert languages == ["bash", "python", "bash", "python", "python", "python", "bash"]
    outputs = run_examples(README, tmp_path)
    assert "4 recalls co-simulated in icarus: bit-exact" in outputs[0]
    assert "5 recalls co-simulated in icarus: bit-exact" in outputs[2]
    assert "(5, 50)" in outputs[3]
    assert "1 sequence of 100 steps co-simulated in icarus: bit-exact" in outputs[6]
    assert (tmp_path / "report" / "report.html").is_file()


def test_every_command_is_listed() -> None:
    from hwsim.cli import cli

    for name in cli.list_commands(None):
        assert f"`hwsim {name}`" in README, f"hwsim {name} is not in the README's table"
